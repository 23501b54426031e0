/** The history as text to keep: what `chat.export` answers. */
import type { Author, ExportFormat, Message } from '@dchat/rpc'
import { sanitizeNick, sanitizeText } from '@dchat/system'

/** A line for each message, each with its line end. */
export function exportText(messages: readonly Message[], format: ExportFormat): string {
  return messages.map((message) => `${LINES[format](message)}\n`).join('')
}

const LINES: Readonly<Record<ExportFormat, (message: Message) => string>> = {
  jsonl: (message) => JSON.stringify(message),
  txt: (message) => `${instant(message.received)}${roomOf(message)} ${body(message)}`,
  md: (message) => `- *${instant(message.received)}*${escapeMarkdown(`${roomOf(message)} ${body(message)}`)}`,
}

/** The shared room goes without saying. */
function roomOf({ room }: Message): string {
  return room === 'dchat' ? '' : ` [${sanitizeText(room)}]`
}

/** On one line, and nothing in it that a terminal would obey. */
function body({ kind, author, own, text: raw }: Message): string {
  const [name, text] = [nameOf(author, own), sanitizeText(raw)]
  switch (kind) {
    case 'text':
      return `<${name}> ${text}`
    case 'action':
      return `* ${name} ${text}`
    case 'topic':
      return `-- ${name} set the topic: ${text}`
    case 'system':
      return `-- ${text}`
  }
}

function nameOf({ nick, tag, from }: Author, own: boolean): string {
  const readable = nick === null ? '' : sanitizeNick(nick)
  if (readable !== '') return tag === null ? readable : `${readable}#${sanitizeNick(tag)}`
  if (own) return 'me'
  return from === null ? 'unknown' : sanitizeText(from)
}

/** UTC to the second. */
function instant(unixMs: number): string {
  return new Date(unixMs).toISOString().replace(/\.\d+Z$/, 'Z')
}

/** So that it reads as it was written: inside a line only these begin anything. */
function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_[\]<>&~|$]/g, String.raw`\$&`)
}
