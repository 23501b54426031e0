/** The small schemas that others are made of. */
import { Array as List, Boolean, Enum, Integer, Literal, Null, Object as Fields, Optional, String, Union } from 'typebox/type'
import type { TProperties, TSchema } from 'typebox'
import { DEFAULT_ROOM } from '../defaults.ts'
import type { TimeUnit } from '../time-fields.ts'
import { MAX_NAME_CHARACTERS, MAX_ROOM_CHARACTERS } from '../limits.ts'

/** An object of exactly these fields. */
export const record = <P extends TProperties>(fields: P, description?: string) =>
  Fields(fields, { additionalProperties: false, ...(description === undefined ? {} : { description }) })

export const yes = Literal(true, { description: 'Once it is done.' })

export const count = (description: string) => Integer({ minimum: 0, description })

/** A moment, in Unix seconds or milliseconds as `description` has to say too: programs for people show it as a time. */
export const unixTime = (unit: TimeUnit, description: string) => Integer({ minimum: 0, description, 'x-unix': unit })

export const nullable = <T extends TSchema>(schema: T, description: string) => Union([schema, Null()], { description })

export const strings = (description: string) => List(String(), { description })

/** One of some words. */
export const oneOf = <const W extends string[]>(words: readonly [...W], options: { description: string; default?: W[number] }) =>
  Enum<W>(words, options)

export const seq = (description: string) => Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description })

export const channelId = (description: string) => Integer({ minimum: 0, maximum: 4_294_967_295, description })

/** Source: docs/chat.md, *Post* and *Encrypted kinds*: rooms that take texts of everybody, private rooms, and conversations of this node alone. */
const anyRoom = {
  pattern: `^(?:(?!_|p\\.)[a-z0-9._-]{1,${MAX_ROOM_CHARACTERS}}|p\\.[0-9a-f]{40}|@[0-9a-f]{64})$`,
  'x-in-words':
    `a name of 1 to ${MAX_ROOM_CHARACTERS} of a-z 0-9 . _ -, not beginning with "_" or "p."; or a private room, "p." and 40 hex digits; ` +
    'or a conversation, "@" and the 64 hex digits of the other\'s key',
}

export const allRoomsOr = (description: string) =>
  Optional(String({ minLength: 1, maxLength: MAX_NAME_CHARACTERS, description: `${description} All rooms without it.` }))

export const roomOrDefault = (description: string) => Optional(String({ ...anyRoom, description, default: DEFAULT_ROOM }))

export const room = (description: string) => String({ ...anyRoom, description })

export const privateRoom = (description: string) =>
  String({ pattern: '^p\\.[0-9a-f]{40}$', 'x-in-words': 'a private room: "p." and 40 hex digits', description })

/** Somebody, as people name him. */
export const person = (description: string) =>
  String({
    minLength: 1,
    maxLength: MAX_NAME_CHARACTERS,
    'x-in-words': 'a key of 64 hex digits, or a nick, `nick#tag` or `#tag` that is known here',
    description,
  })

export const inClear = () =>
  Optional(
    Boolean({
      default: false,
      description: 'Whether an invitation in the text may be read by everybody; else such a text is refused.',
    }),
  )

export const held = () =>
  Optional(
    Boolean({ default: false, description: 'Whether to keep it until a box key of the other comes, where none is known.' }),
  )

/** A key, or the id of a post: 32 bytes. */
export const hex32 = (description: string) =>
  String({ pattern: '^[0-9a-f]{64}$', 'x-in-words': '64 hex digits in lower case', description })
