/** Payloads of every command. Wire: docs/wire.md, *Core messages*; docs/chat.md, *Commands*. */
import { isDeepStrictEqual } from 'node:util'
import { POST_MESSAGES, haveMessage } from '@dchat/chat'
import type { MessageType } from '@dchat/net'
import { TRANSCRIPT_MESSAGES } from '@dchat/net/internal'
import { Reader, decodeExact, encodeToBytes, isSerialError } from '@dchat/serial'
import { TAKEN, attempt, must } from '../fuzz-target.ts'
import type { FuzzTarget } from '../fuzz-target.ts'
import { recordedConversations, recordedPosts, vectorsOf } from '../recorded-bytes.ts'

/**
 * Commands whose values have more than one encoding: URLs have spellings, any non-zero byte is true, and times above what a number
 * holds read as the largest that it does.
 */
const LOOSE: ReadonlySet<string> = new Set(['version', 'addr', 'rooms', 'page', 'pageend', 'sync'])
/** By the codec of each its own values are encoded. */
const POSTS = POST_MESSAGES as readonly MessageType<unknown>[]
/** Stands around a payload: a decoder that reads beyond it finds this. */
const AROUND = Buffer.alloc(24, 0x01)

const refusal = (error: unknown): string | undefined => (isSerialError(error) ? error.code : undefined)

/** The first byte of an input says which of `types` the rest is a payload of. */
function tryPayload(types: readonly MessageType<unknown>[], input: Buffer): string {
  if (input.length === 0) return 'no command'
  const type = types[input[0]! % types.length]!
  const payload = input.subarray(1)
  if (payload.length > type.maxBytes) return `${type.name} too long`
  const within = Buffer.concat([AROUND, payload, AROUND])
  const decoded = attempt(() => decodeWithin(type, within), refusal)
  const alone = attempt(() => decodeExact(type.codec, Buffer.from(payload)), refusal)
  must(isDeepStrictEqual(decoded, alone), `${type.name}: what stands around a payload counts`)
  if ('refused' in decoded) return `${type.name} ${decoded.refused}`
  const before = Buffer.from(encodeToBytes(type.codec, decoded.value))
  within.fill(0xa5)
  const after = Buffer.from(encodeToBytes(type.codec, decoded.value))
  must(after.equals(before), `${type.name}: what was decoded changes with the bytes it was in`)
  must(LOOSE.has(type.name) || after.equals(payload), `${type.name}: two encodings of one value`)
  const again = decodeExact(type.codec, after)
  must(isDeepStrictEqual(again, decoded.value), `${type.name}: its encoding is of another value`)
  must(Buffer.from(encodeToBytes(type.codec, again)).equals(after), `${type.name}: its encoding does not come back`)
  return `${TAKEN} ${type.name}`
}

function decodeWithin(type: MessageType<unknown>, within: Buffer): unknown {
  const reader = new Reader(within, AROUND.length, within.length - AROUND.length)
  const value = type.codec.decode(reader)
  reader.expectEnd()
  return value
}

function target(
  name: string,
  types: readonly MessageType<unknown>[],
  seeds: () => readonly (readonly [string, Buffer])[],
): FuzzTarget {
  const indexOf = (command: string): number => types.findIndex((type) => type.name === command)
  return {
    name,
    share: 20,
    maxBytes: Math.max(...types.map(({ maxBytes }) => maxBytes)) + 2,
    seeds: () => seeds().map(([command, payload]) => Buffer.concat([Buffer.of(indexOf(command)), payload])),
    open: () => ({ tryOut: (input) => tryPayload(types, input) }),
  }
}

export const CORE_MESSAGES: FuzzTarget = target('core-messages', TRANSCRIPT_MESSAGES, () =>
  recordedConversations()
    .flat()
    .map(({ command, bytes }) => [command, payloadOf(command, bytes)]),
)

export const POST_COMMANDS: FuzzTarget = target('post-messages', POSTS, () => {
  const posts = recordedPosts()
  const ids = encodeToBytes(
    haveMessage.codec,
    posts.slice(0, 5).map((post) => post.subarray(1, 33)),
  )
  const { cases } = vectorsOf<{ cases: { frames: { hex: string }[] }[] }>('negentropy')
  const frames = cases.flatMap((each) => each.frames.map(({ hex }) => Buffer.from(hex, 'hex')))
  const message = (command: string, value: unknown): [string, Buffer] => {
    const type = POSTS.find(({ name }) => name === command)!
    return [command, Buffer.from(encodeToBytes(type.codec, value))]
  }
  const hint = { room: 'dchat', newest: 1_795_000_000_123, low: 0, posts: 9 }
  const before = { time: Number.MAX_SAFE_INTEGER, id: Buffer.alloc(32, 0xff) }
  return [
    ...posts.slice(0, 30).map((post) => message('post', post)),
    ['have', Buffer.from(ids)],
    ['want', Buffer.from(ids)],
    message('rooms', [hint, { ...hint, room: '' }]),
    message('page', { request: 1, room: 'dchat', before, limit: 200 }),
    message('pageend', { request: 1, count: 200, more: true }),
    ...frames.map((frame) => message('sync', { session: 1, room: 'dchat', since: 0, until: 1_795_000_000_123, frame })),
  ]
})

/** A recorded frame without what stands before its payload. */
function payloadOf(command: string, frame: Buffer): Buffer {
  const at = 4 + 1 + command.length
  const width = [2, 4, 8][frame[at]! - 0xfd] ?? 0
  return frame.subarray(at + 1 + width)
}
