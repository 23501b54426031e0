/** People and rooms for tests of what is encrypted. */
import type { Author, Message, Verification } from '@dchat/rpc'
import type { RoomSummary } from '../state/rooms.ts'
import { plainRoom } from '../state/rooms.ts'
import { aMessage, anAuthor } from './builders.ts'

const person = (digit: string, nick: string): Author =>
  anAuthor({ key: digit.repeat(64), nick, tag: `${nick}tag000`.slice(0, 10) })

export const ANN: Author = person('a', 'ann')
export const BOB: Author = person('b', 'bob')
export const EVE: Author = person('e', 'eve')
/** Goes by the nick of `ANN`. */
export const FAKE_ANN: Author = { ...person('f', 'ann'), tag: 'faketag000', known_as: ANN.key }
/** Writes in a private room, vouched for by nobody. */
export const STRANGER: Author = anAuthor({ key: '9'.repeat(64), tag: 'strangerxy', verified: false, room_key: '9'.repeat(64) })

export const WITH_ANN: RoomSummary = { ...plainRoom(`@${ANN.key}`), author: ANN }
export const CATS: RoomSummary = { ...plainRoom(`p.${'c'.repeat(40)}`), name: 'cats' }

/** 43 characters, as a secret has. */
export const SECRET = 'GX8n1yZ0f6m3r5u7w9A2C4E6G8I0K2M4O6Q8S0U2W4Y'
export const INVITATION: string = `dchat-room:cats:${SECRET}`

/** A member of a private room that an identity vouches for. */
export function vouched(author: Author): Author {
  return { ...author, verified: true, room_key: author.key!.replaceAll(/./gu, '7') }
}

/** What `identity.verify` says of somebody. */
export function verificationOf(author: Author, fields: Partial<Verification> = {}): Verification {
  const { key, nick, tag } = author
  const digits = '10293 84756 10293 84756 10293 84756'
  return { key: key!, digits, nick, tag: tag!, held: false, pinned: false, holder: null, ...fields }
}

/** The invitation to `CATS` from `ANN`, in the conversation with her. */
export function anInvitation(seq: number, fields: Partial<Message> = {}): Message {
  return aMessage(seq, {
    room: WITH_ANN.room,
    id: '1'.repeat(64),
    author: ANN,
    text: INVITATION,
    encrypted: 'direct',
    invitation: { room: CATS.room, name: 'cats', replaces: null, joined: false },
    ...fields,
  })
}
