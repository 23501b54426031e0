/** How people are named. Facts: docs/chat.md, *Identity*. */
import { sanitizeNick, sanitizeText } from '@dchat/system'
import type { Author } from './types.ts'

/** `ann` for who holds the nick, else `ann#tag`; `#tag` without a nick, the address without a key. Nothing in it is obeyed by a terminal. */
export function authorName({ nick, tag, held, from }: Author): string {
  const readable = nick === null ? '' : sanitizeNick(nick)
  if (readable !== '') return tag === null || held ? readable : `${readable}#${sanitizeNick(tag)}`
  if (tag !== null) return `#${sanitizeNick(tag)}`
  return from === null ? 'unknown' : sanitizeText(from)
}
