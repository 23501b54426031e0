/** A stored line as the contract has it. */
import type { Author, Message } from '@dchat/rpc'
import type { StoredMessage } from '@dchat/store'
import type { AuthorBook } from './author-book.ts'

export function toMessage(stored: StoredMessage, authors: Pick<AuthorBook, 'of'>): Message {
  const { seq, id, room, kind, text, time, received, own, delivery, retracted } = stored
  return { seq, id, room, kind, author: authorOf(stored, authors), text, time, received, own, delivery, retracted }
}

function authorOf({ authorKey, nick, from }: StoredMessage, authors: Pick<AuthorBook, 'of'>): Author {
  return authorKey === null ? { key: null, nick, tag: null, held: false, from } : authors.of(authorKey)
}
