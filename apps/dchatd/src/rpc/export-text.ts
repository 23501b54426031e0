/** The history as text to keep: what `chat.export` answers. */
import { lineText, saidAt } from '@dchat/rpc'
import type { ExportFormat, Message } from '@dchat/rpc'

/** A line for each message, each with its line end. */
export function exportText(messages: readonly Message[], format: ExportFormat): string {
  return messages.map((message) => `${LINES[format](message)}\n`).join('')
}

const LINES: Readonly<Record<ExportFormat, (message: Message) => string>> = {
  jsonl: (message) => JSON.stringify(message),
  txt: (message) => `${instant(saidAt(message))} ${lineText(message)}`,
  md: (message) => `- *${instant(saidAt(message))}* ${escapeMarkdown(lineText(message))}`,
}

/** UTC to the second. */
function instant(unixMs: number): string {
  return new Date(unixMs).toISOString().replace(/\.\d+Z$/, 'Z')
}

/** So that it reads as it was written: inside a line only these begin anything. */
function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_[\]<>&~|$]/g, String.raw`\$&`)
}
