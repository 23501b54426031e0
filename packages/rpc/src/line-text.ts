/** A stored line as one line of text, for people: how dchat-cli shows it, and an export keeps it. */
import { sanitizeNick, sanitizeText } from '@dchat/system'
import type { Author, Message } from './types.ts'

/**
 * `<nick> text`, `* nick text` or `-- text`, a nick that is not held with its tag, behind `[room] ` unless it is the shared room, which goes without saying. Nothing in it
 * is obeyed by a terminal, and a line break shows as a mark.
 */
export function lineText({ room, kind, author, own, text, retracted }: Message): string {
  const where = room === 'dchat' ? '' : `[${sanitizeText(room)}] `
  const name = nameOf(author, own)
  return `${where}${retracted ? `-- ${name} took a line back` : body(kind, name, sanitizeText(text))}`
}

/** When a line was said, Unix ms: by the author's clock, unless that runs ahead of ours. */
export function saidAt({ time, received }: Message): number {
  return time === null ? received : Math.min(time, received)
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

function nameOf({ nick, tag, held, from }: Author, own: boolean): string {
  const readable = nick === null ? '' : sanitizeNick(nick)
  if (readable !== '') return tag === null || held ? readable : `${readable}#${sanitizeNick(tag)}`
  if (own) return 'me'
  if (tag !== null) return `#${sanitizeNick(tag)}`
  return from === null ? 'unknown' : sanitizeText(from)
}
