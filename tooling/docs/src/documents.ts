/** Every document that is printed. */
import { CONFIGURATION } from './configuration.ts'
import { LICENCES } from './licences.ts'
import { MAN_PAGES } from './man-pages.ts'
import type { PrintedDocument } from './printed-document.ts'
import { RELIABILITY } from './reliability.ts'
import { TUI } from './tui.ts'
import { errorTable, methodReference } from './rpc-reference.ts'

export const DOCUMENTS: readonly PrintedDocument[] = [
  { file: 'docs/rpc.md', marker: 'methods', text: methodReference },
  { file: 'docs/rpc.md', marker: 'errors', text: errorTable },
  ...CONFIGURATION,
  ...RELIABILITY,
  ...TUI,
  ...LICENCES,
  ...MAN_PAGES,
]
