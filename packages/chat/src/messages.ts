/** The commands of posts: none is metered, their own budgets bound them. Wire: docs/chat.md, *Commands*. */
import { NO_METERING, defineMessage } from '@dchat/net'
import type { AnyMessageType, MessageType } from '@dchat/net'
import { SerialError, bool, makeCodec, string, struct, u16, u32, u64Number, vec } from '@dchat/serial'
import type { Codec, Reader } from '@dchat/serial'

const ID_BYTES = 32
const MAX_SAFE_HIGH = 0x1f_ffff

/** What a room of the other side holds. */
export interface RoomHint {
  readonly room: string
  /** Time of the newest post, Unix ms. */
  readonly newest: number
  /** Nothing older is taken or offered, Unix ms. */
  readonly low: number
  readonly posts: number
}

export interface PageRequest {
  readonly request: number
  readonly room: string
  /** The place before which the page ends: time in Unix ms, id of 32 bytes. */
  readonly before: { readonly time: number; readonly id: Buffer }
  /** Posts wanted; who serves gives at most 200. */
  readonly limit: number
}

export interface PageEnd {
  readonly request: number
  /** Posts that were sent. */
  readonly count: number
  readonly more: boolean
}

export interface SyncFrame {
  readonly session: number
  readonly room: string
  /** Unix ms. */
  readonly since: number
  /** Unix ms. */
  readonly until: number
  /** A message of Negentropy; empty: "start again from my `since`". */
  readonly frame: Buffer
}

/** VarInt n | bytes[n]; decodes to a copy, the caller's to keep. */
const ownBytes: Codec<Buffer> = makeCodec(
  1,
  (writer, value) => writer.byteString(value),
  (reader) => copied(reader, reader.count(1)),
)

/** bytes[32] */
const id: Codec<Buffer> = makeCodec(
  ID_BYTES,
  (writer, value) => writer.bytes(checkedId(value)),
  (reader) => copied(reader, ID_BYTES),
)

/** VarInt count | ids; the ids are views of one copy. */
const idList: Codec<readonly Buffer[]> = makeCodec(
  1,
  (writer, ids) => {
    writer.count(ids.length)
    for (const each of ids) writer.bytes(checkedId(each))
  },
  (reader) => {
    const count = reader.count(ID_BYTES)
    const all = copied(reader, count * ID_BYTES)
    return Array.from({ length: count }, (_, index) => all.subarray(index * ID_BYTES, (index + 1) * ID_BYTES))
  },
)

/** A u64 of milliseconds; one that no number holds exactly reads as the largest that is, far in the future. */
const time: Codec<number> = makeCodec(
  8,
  (writer, value) => u64Number.encode(writer, value),
  (reader) => {
    const low = reader.u32()
    const high = reader.u32()
    return high > MAX_SAFE_HIGH ? Number.MAX_SAFE_INTEGER : high * 0x1_0000_0000 + low
  },
)

const place = struct({ time, id })

export const postMessage: MessageType<Buffer> = unmetered('post', 8_640, ownBytes)
export const haveMessage: MessageType<readonly Buffer[]> = unmetered('have', 8_210, idList)
export const wantMessage: MessageType<readonly Buffer[]> = unmetered('want', 8_210, idList)
export const roomsMessage: MessageType<readonly RoomHint[]> = unmetered(
  'rooms',
  16_400,
  vec(struct({ room: string, newest: time, low: time, posts: u32 }), { maxItems: 128 }),
)
export const pageMessage: MessageType<PageRequest> = unmetered(
  'page',
  128,
  struct({ request: u32, room: string, before: place, limit: u16 }),
)
export const pageEndMessage: MessageType<PageEnd> = unmetered('pageend', 16, struct({ request: u32, count: u16, more: bool }))
export const syncMessage: MessageType<SyncFrame> = unmetered(
  'sync',
  61_700,
  struct({ session: u32, room: string, since: time, until: time, frame: ownBytes }),
)

/** All seven. */
export const POST_MESSAGES: readonly AnyMessageType[] = [
  postMessage,
  haveMessage,
  wantMessage,
  roomsMessage,
  pageMessage,
  pageEndMessage,
  syncMessage,
]

function unmetered<T>(name: string, maxBytes: number, codec: Codec<T>): MessageType<T> {
  return defineMessage({ name, maxBytes, meteringScore: 0, metering: NO_METERING, codec })
}

function copied(reader: Reader, length: number): Buffer {
  return Buffer.from(reader.bytes(length))
}

function checkedId(bytes: Buffer): Buffer {
  if (bytes.length === ID_BYTES) return bytes
  throw new SerialError('SERIAL_OUT_OF_RANGE', { type: 'id', value: bytes.length })
}
