/** A stored line as the contract has it. */
import type { Author, Message, RoomInfo } from '@dchat/rpc'
import type { StoredMessage } from '@dchat/store'
import type { AuthorBook } from './author-book.ts'
import { roomKindOf } from '../room-kind.ts'

export function toMessage(stored: StoredMessage, authors: Pick<AuthorBook, 'of'>): Message {
  const { seq, id, room, kind, text, time, received, own, delivery, retracted } = stored
  const author = authorOf(stored, authors)
  const encrypted = ENCRYPTED[roomKindOf(room)]
  return { seq, id, room, kind, author, text, time, received, own, delivery, retracted, encrypted, invitation: null }
}

const ENCRYPTED: Readonly<Record<RoomInfo['kind'], Message['encrypted']>> = { public: null, private: 'room', direct: 'direct' }

function authorOf({ authorKey, nick, from }: StoredMessage, authors: Pick<AuthorBook, 'of'>): Author {
  return authorKey === null ? { ...UNSIGNED, nick, from } : authors.of(authorKey)
}

/** What is known of who wrote an unsigned line. */
const UNSIGNED: Omit<Author, 'nick' | 'from'> = {
  key: null,
  tag: null,
  held: false,
  verified: null,
  room_key: null,
  known_as: null,
}
