/** What methods of rooms, people and the store speak of. */
import { Array as List, Boolean, String } from 'typebox/type'
import { count, nullable, oneOf, record, seq, strings } from './parts.ts'
import { message } from './shapes.ts'

export const NOTIFY_LEVELS = ['all', 'mentions', 'none'] as const

export const roomInfo = record(
  {
    room: String({ description: 'Its name.' }),
    joined: Boolean({ description: 'Whether its lines are shown here.' }),
    unread: count('Lines of others after the read marker, at most 10,000.'),
    mentions: count('Those of them that have the own nick in them.'),
    last_seq: seq('`seq` of its newest line, 0 when there is none.'),
    topic: nullable(String(), 'What the room is about, null when nobody said.'),
    read_seq: seq('Up to which line this client has read.'),
    level: oneOf(NOTIFY_LEVELS, { description: 'What clients are to tell of it: every line, mentions, or nothing.' }),
    posts: count('Posts of it that are kept for peers.'),
  },
  'A room as one client sees it.',
)

export const foundMessages = record({
  messages: List(message, { description: 'The lines found, oldest first.' }),
})

export const identity = record({
  key: String({ description: 'Hex of the own public key.' }),
  nick: nullable(String(), 'The own nick, null when none is set.'),
  tag: String({ description: 'Short form of the own key.' }),
  held: Boolean({ description: 'Whether the nick is shown bare here.' }),
  next_key: nullable(String(), 'Hex of the key that was imported and is used from the next start on; null when there is none.'),
})

export const verification = record({
  digits: String({ description: '30 digits in groups of five, the same on both sides: who reads them out to each other knows whose key it is.' }),
  nick: nullable(String(), 'What the key calls itself, null when no profile of it is known.'),
  tag: String({ description: 'Short form of the key.' }),
  held: Boolean({ description: 'Whether its nick is its own alone here.' }),
  pinned: Boolean({ description: 'Whether `identity.pin` said that it was verified.' }),
  holder: nullable(String(), 'Hex of the key that holds this nick here, null when nobody does.'),
})

export const storeReport = record({
  ok: Boolean({ description: 'Whether nothing is wrong.' }),
  problems: strings('What is wrong, one line each.'),
  messages: count('Lines stored.'),
  posts: count('Posts stored.'),
  bytes: count('Bytes of the database on disk, its log included.'),
})
