/** What methods of rooms, people and the store speak of. */
import { Array as List, Boolean, String } from 'typebox/type'
import { channelId, count, nullable, oneOf, record, seq, unixTime } from './parts.ts'
import { author, deliveryFields, message } from './shapes.ts'

export const NOTIFY_LEVELS = ['all', 'mentions', 'none'] as const

export const roomInfo = record(
  {
    room: String({ description: 'Its name.' }),
    joined: Boolean({ description: 'Whether its lines are shown here.' }),
    unread: count(
      'Lines of others after the read marker, at most 10,000; none of a room that is not joined, nor from before it was.',
    ),
    mentions: count('Those of them that had the own nick, or a word of `chat.highlights`, in them when they were stored.'),
    last_seq: seq('`seq` of its newest line, 0 when there is none.'),
    topic: nullable(String(), 'What the room is about, null when nobody said.'),
    read_seq: seq('Up to which line this client has read; without a marker of its own, what was there when it first came.'),
    level: oneOf(NOTIFY_LEVELS, { description: 'What clients are to tell of it: every line, mentions, or nothing.' }),
    posts: count('Posts of it that are kept for peers.'),
    kind: oneOf(['public', 'private', 'direct'], {
      description: '`public`: everybody reads it; `private`: who was invited; `direct`: a conversation, of this node alone.',
    }),
    name: nullable(String(), 'What a private room is called whose keys are here; null for all others.'),
    author: nullable(author, 'In a conversation: the other; else null.'),
  },
  'A room as one client sees it.',
)

export const foundMessages = record({
  messages: List(message, { description: 'The lines found, oldest first.' }),
})

export const lineDelivery = record({
  ...deliveryFields,
  peers: List(
    record({
      url: String({ description: 'Address of the peer.' }),
      channel: nullable(channelId('Its id.'), 'The channel it was told on last; null once that is closed.'),
      state: oneOf(['written', 'held'], { description: '`written`: to its channel; `held`: it is known to hold it.' }),
      time: unixTime('ms', 'Unix ms at which it came so far.'),
    }),
    { description: 'Those that are remembered, in the order in which they first had it.' },
  ),
  is_complete: Boolean({ description: 'Whether `peers` has all that ever had it, as far as is known.' }),
})

export const identity = record({
  key: String({ description: 'Hex of the own public key.' }),
  nick: nullable(String(), 'The own nick, null when none is set.'),
  tag: String({ description: 'Short form of the own key.' }),
  held: Boolean({ description: 'Whether the nick is shown bare here.' }),
  next_key: nullable(String(), 'Hex of the key that was imported and is used from the next start on; null when there is none.'),
})

export const verification = record({
  key: String({ description: 'Hex of the key that was meant.' }),
  digits: String({
    description: '30 digits in groups of five, the same on both sides: who reads them out to each other knows whose key it is.',
  }),
  nick: nullable(String(), 'What the key calls itself, null when no profile of it is known.'),
  tag: String({ description: 'Short form of the key.' }),
  held: Boolean({ description: 'Whether its nick is its own alone here.' }),
  pinned: Boolean({ description: 'Whether `identity.pin` said that it was verified.' }),
  holder: nullable(String(), 'Hex of the key that holds this nick here, null when nobody does.'),
})

export const storeReport = record({
  ok: Boolean({ description: 'Whether nothing is wrong.' }),
  problems: List(
    record({
      what: oneOf(['pages', 'counters', 'ids', 'lines', 'dangling'], {
        description:
          '`pages`: the file is damaged; `counters`: a number kept does not fit what is there; `ids`: posts are not what they were; ' +
          '`lines`: nor are lines, by their sums, since 1.5.0; `dangling`: rows that belong to nothing.',
      }),
      count: count('How often.'),
      detail: String({ description: 'The first of it, in words.' }),
    }),
    { description: 'What is wrong.' },
  ),
  messages: count('Lines stored.'),
  posts: count('Posts stored.'),
  rooms: count('Rooms that have either.'),
  unindexed: count('Lines that the search index does not know yet; a search looks through them.'),
  bytes: count('Bytes of the database on disk, its log included.'),
  took_ms: count('How long it took, in ms.'),
})
