/** The manual pages, from the descriptions of the programs. */
import { programPage } from '@dchat/manual'
import type { ProgramDescription } from '@dchat/manual'
import { describeCli } from 'dchat-cli/manual'
import { describeTui } from 'dchat-tui/manual'
import type { PrintedDocument } from './printed-document.ts'

/** The version that the pages describe, and its day. */
const SOURCE = 'dchat 0.1.0'
const DATE = '2026-11-26'

const PAGES = ['dchat-cli(1)', 'dchat-tui(1)']

export const MAN_PAGES: readonly PrintedDocument[] = [page(describeCli()), page(describeTui())]

function page(program: ProgramDescription): PrintedDocument {
  const { name } = program
  const seeAlso = PAGES.filter((other) => other !== `${name}(1)`)
  const text = (): string => programPage(program, { name, section: 1, date: DATE, source: SOURCE, seeAlso })
  return { file: `docs/man/${name}.1`, text }
}
