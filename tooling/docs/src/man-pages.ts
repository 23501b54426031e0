/** The manual pages, from the descriptions of the programs. */
import { programPage, sectionsPage } from '@dchat/manual'
import type { PageHead } from '@dchat/manual'
import { describeCli } from 'dchat-cli/manual'
import { describeTuiToml } from 'dchat-tui/documents'
import { describeTui } from 'dchat-tui/manual'
import { describeDchatd, describeDchatdToml } from 'dchatd/manual'
import { describeLilith } from 'lilith/manual'
import type { PrintedDocument } from './printed-document.ts'

/** The version that the pages describe, and its day. */
const SOURCE = 'dchat 0.1.0'
const DATE = '2026-11-26'

const PAGES = ['dchat-cli(1)', 'dchat-tui(1)', 'dchatd(1)', 'dchatd.toml(5)', 'lilith(1)', 'tui.toml(5)']

export const MAN_PAGES: readonly PrintedDocument[] = [
  ...[describeCli(), describeTui(), describeDchatd(), describeLilith()].map((program) => ({
    file: `docs/man/${program.name}.1`,
    text: () => programPage(program, head(program.name, 1)),
  })),
  { file: 'docs/man/dchatd.toml.5', text: () => sectionsPage(describeDchatdToml(), head('dchatd.toml', 5)) },
  { file: 'docs/man/tui.toml.5', text: () => sectionsPage(describeTuiToml(), head('tui.toml', 5)) },
]

function head(name: string, section: 1 | 5): PageHead {
  return { name, section, date: DATE, source: SOURCE, seeAlso: PAGES.filter((page) => page !== `${name}(${section})`) }
}
