/** A stored line as one line of text, for people: how dchat-cli shows it, and an export keeps it. */
import { sanitizeNick, sanitizeText } from '@dchat/system'
import type { Author, Message } from './types.ts'

/**
 * `<nick> text`, `* nick text` or `-- text`, behind `[room] ` unless it is the shared room, which goes without saying. Nothing in it
 * is obeyed by a terminal, and a line break shows as a mark.
 */
export function lineText({ room, kind, author, own, text }: Message): string {
  const where = room === 'dchat' ? '' : `[${sanitizeText(room)}] `
  return `${where}${body(kind, nameOf(author, own), sanitizeText(text))}`
}

function body(kind: Message['kind'], name: string, text: string): string {
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
