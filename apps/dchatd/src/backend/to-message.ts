/** A stored line as the contract has it. */
import type { PrivateRooms } from '@dchat/chat'
import type { Author, Message, RoomInfo } from '@dchat/rpc'
import type { RoomAuthor, StoredMessage } from '@dchat/store'
import type { SignedAuthor } from '../rpc/backend.ts'
import type { AuthorBook } from './author-book.ts'
import { roomKindOf } from '../room-kind.ts'

export type KnownAuthors = Pick<AuthorBook, 'of' | 'unverified'>

/** Knows what an invitation offers. */
export type RoomOffers = Pick<PrivateRooms, 'offerOf'>

export interface MessageSources {
  readonly authors: KnownAuthors
  readonly offers: RoomOffers
}

export function toMessage(stored: StoredMessage, { authors, offers }: MessageSources): Message {
  const { seq, id, room, kind, text, time, received, own, delivery, retracted, mention } = stored
  const author = authorOf(stored, authors)
  const encrypted = ENCRYPTED[roomKindOf(room)]
  const invitation = encrypted === 'direct' ? (offers.offerOf(stored) ?? null) : null
  return { seq, id, room, kind, author, text, time, received, own, delivery, retracted, mention, encrypted, invitation }
}

const ENCRYPTED: Readonly<Record<RoomInfo['kind'], Message['encrypted']>> = { public: null, private: 'room', direct: 'direct' }

function authorOf({ room, authorKey, member, nick, from }: StoredMessage, authors: KnownAuthors): Author {
  if (authorKey === null) return { ...UNSIGNED, nick, from }
  return roomKindOf(room) === 'private' ? roomAuthor({ author: authorKey, identity: member }, authors) : authors.of(authorKey)
}

/** Who writes in a private room with a key that he has there alone. */
export function roomAuthor({ author, identity }: Pick<RoomAuthor, 'author' | 'identity'>, authors: KnownAuthors): SignedAuthor {
  return identity === null ? authors.unverified(author) : { ...authors.of(identity), verified: true, room_key: author }
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
