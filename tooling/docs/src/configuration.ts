/** The tables of docs/configuration.md, from the keys of the daemons. */
import { flagTable, keyTable } from '@dchat/config'
import type { ConfigSection } from '@dchat/config'
import { verbTable } from '@dchat/daemon'
import { DCHATD_SECTIONS, DCHATD_VERBS } from 'dchatd/config'
import { LILITH_SECTIONS } from 'lilith/config'
import type { PrintedDocument } from './printed-document.ts'

const FILE = 'docs/configuration.md'

/** A table a section; those that both programs have alike stand with dchatd. */
export const CONFIGURATION: readonly PrintedDocument[] = [
  ...DCHATD_SECTIONS.map((section) => tableOf('dchatd', section)),
  { file: FILE, marker: 'verbs of dchatd', text: () => `${verbTable(DCHATD_VERBS)}\n` },
  { file: FILE, marker: 'flags of dchatd', text: () => `${flagTable(DCHATD_SECTIONS)}\n` },
  ...LILITH_SECTIONS.filter(({ path }) => path[0] === undefined || path[0] === 'network').map((section) =>
    tableOf('lilith', section),
  ),
]

function tableOf(program: string, section: ConfigSection): PrintedDocument {
  return { file: FILE, marker: `${section.title} of ${program}`, text: () => `${keyTable(section)}\n` }
}
