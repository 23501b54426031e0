/** Who a line is from: what is shown for them and in which style, from what the daemon knows and never from the text. */
import type { Author, Message } from '@dchat/rpc'
import { sanitizeNick } from '@dchat/system'
import { authorStyle } from './theme.ts'
import type { StyleName } from './theme.ts'
import { fitText, textWidth } from './width.ts'

const TAG_ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789'
const TAG_LENGTH = 4

/** A non-negative 32-bit number of `text` (FNV-1a): equal texts give equal numbers. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return (hash ^ (hash >>> 15)) >>> 0
}

/** The short mark of a peer's address, as `~k3x9`; `~?` when the address is not known. Lets two peers be told apart, proves nothing. */
export function peerTag(from: string | null): string {
  if (from === null) return '~?'
  let rest = hashText(from)
  let tag = '~'
  for (let index = 0; index < TAG_LENGTH; index += 1) {
    tag += TAG_ALPHABET[rest % TAG_ALPHABET.length]
    rest = Math.floor(rest / TAG_ALPHABET.length)
  }
  return tag
}

/**
 * The name beside a line of `author`: nick, with the tag of the key unless it is held; else the tag; else mark of the address.
 * `?` and the tag for a key of a private room that no identity vouches for.
 */
export function authorName(author: Author): string {
  if (author.key === null) return peerTag(author.from)
  if (author.verified === false) return `?${author.tag === null ? author.key.slice(0, 6) : sanitizeNick(author.tag)}`
  const nick = author.nick === null ? '' : sanitizeNick(author.nick)
  const tag = author.tag === null ? author.key.slice(0, 6) : sanitizeNick(author.tag)
  return nick !== '' && author.held ? nick : `${nick}#${tag}`
}

/** How somebody is spoken to: by the nick alone, where there is one. */
export function spokenName(author: Author): string {
  const isNamed = author.key !== null && author.verified !== false && author.nick !== null
  const nick = isNamed ? sanitizeNick(author.nick!) : ''
  return nick === '' ? authorName(author) : nick
}

/** `name` in at most `columns`: of a nick with its tag the nick is cut. */
export function fitName(name: string, columns: number, ellipsis: string): string {
  const at = name.lastIndexOf('#')
  const tail = at === -1 ? '' : name.slice(at)
  const room = columns - textWidth(tail)
  return room < 1
    ? fitText(name, columns, ellipsis)
    : `${fitText(name.slice(0, name.length - tail.length), room, ellipsis)}${tail}`
}

/** The name beside a line: for own lines the own nick, `me` while there is none. */
export function messageName(message: Message, ownNick: string | null): string {
  if (!message.own) return authorName(message.author)
  const nick = sanitizeNick(message.author.nick ?? ownNick ?? '')
  return nick === '' ? 'me' : nick
}

/** The same for every line of one author, whatever nick they take. */
export function messageStyle(message: Message): StyleName {
  return message.own ? 'own' : authorStyleOf(message.author)
}

/** The style of all that is of `author`. */
export function authorStyleOf({ key, from }: Author): StyleName {
  return authorStyle(hashText(key ?? from ?? ''))
}

/** What is said beside a direct message whose nick is known here under another key; null for any other line. */
export function impostorWords(message: Message): string | null {
  if (message.own || message.encrypted !== 'direct' || message.author.known_as === null) return null
  return `NOT the ${spokenName(message.author)} you know: another key; /verify ${authorName(message.author)}`
}
