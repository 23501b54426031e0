/** The history as text to keep: what `chat.export` answers. */
import { lineText, saidAt } from '@dchat/rpc'
import type { ExportFormat, Message } from '@dchat/rpc'

/** A line for each message, each with its line end. @param labelOf what a room is called */
export function exportText(messages: readonly Message[], format: ExportFormat, labelOf: (room: string) => string): string {
  return messages.map((message) => `${LINES[format](message, labelOf)}\n`).join('')
}

type Line = (message: Message, labelOf: (room: string) => string) => string

const LINES: Readonly<Record<ExportFormat, Line>> = {
  jsonl: (message) => JSON.stringify(message),
  txt: (message, labelOf) => `${instant(saidAt(message))} ${lineText(message, labelOf(message.room))}`,
  md: (message, labelOf) => `- *${instant(saidAt(message))}* ${escapeMarkdown(lineText(message, labelOf(message.room)))}`,
}

/** UTC to the second. */
function instant(unixMs: number): string {
  return new Date(unixMs).toISOString().replace(/\.\d+Z$/, 'Z')
}

/** So that it reads as it was written: inside a line only these begin anything. */
function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_[\]<>&~|$]/g, String.raw`\$&`)
}
