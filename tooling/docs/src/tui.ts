/** The tables of docs/tui.md, from those of the client. */
import { commandDocument, keyDocument, settingDocument } from 'dchat-tui/documents'
import type { PrintedDocument } from './printed-document.ts'

const FILE = 'docs/tui.md'

export const TUI: readonly PrintedDocument[] = [
  { file: FILE, marker: 'commands', text: () => `${commandDocument()}\n` },
  { file: FILE, marker: 'keys', text: () => `${keyDocument()}\n` },
  { file: FILE, marker: 'settings', text: () => `${settingDocument()}\n` },
]
