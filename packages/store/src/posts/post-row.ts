/** Posts as rows: what is checked, counted and written. Facts: docs/chat.md, *Post*. */
import { hash } from 'node:crypto'
import { checkId, checkPostLine, checkRoom } from '../encrypted/check-revealed.ts'
import { MAX_POST_BYTES, PAGE_BYTES } from '../limits.ts'
import type { NewPost, Place } from '../post-store.ts'

/** What a row and its index entries take beside the bytes of the post, measured on files of short posts. */
const ROW_BYTES = 240
/** Above this, what a page has left over counts. */
const LONG_POST_BYTES = PAGE_BYTES / 8
/** The signature is what comes after the body, and ends the post. */
const SIGNATURE_BYTES = 64
const MINUTE_MS = 60_000

/** The clock minute of a time in ms. */
export function minuteOf(timeMs: number): number {
  return Math.floor(timeMs / MINUTE_MS)
}

/** In room order. */
export function comparePlaces(a: Place, b: Place): number {
  return a.time - b.time || a.id.compare(b.id)
}

/** @throws {TypeError} saying what is wrong with `post` */
export function checkPost(post: NewPost): void {
  const { id, author, room, kind, time, received, bytes, line, takesBack } = post
  checkId('id', id)
  checkId('author', author)
  checkRoom(room)
  if (line !== undefined) checkPostLine(line)
  if (takesBack !== undefined) checkId('takesBack.id', takesBack.id)
  if (!Number.isInteger(kind) || kind < 0 || kind > 255) throw new TypeError('kind: has to be 0 to 255')
  if (!Number.isSafeInteger(time) || time < 0) throw new TypeError('time: has to be a whole number of 0 or more')
  if (!Number.isSafeInteger(received)) throw new TypeError('received: has to be a whole number')
  if (bytes.length > MAX_POST_BYTES) throw new TypeError(`bytes: more than ${MAX_POST_BYTES}`)
  if (bodyOf(bytes, Buffer.byteLength(post.body)) !== post.body) throw new TypeError('body: is not where the bytes have it')
}

/** The body, of so many bytes, of a whole post. */
export function bodyOf(bytes: Buffer, bodyBytes: number): string {
  const end = bytes.length - SIGNATURE_BYTES
  return end < bodyBytes ? '' : bytes.toString('utf8', end - bodyBytes, end)
}

/** Whether the bytes of a post are those that its id, a hash, was made of. */
export function isIdOf(id: Buffer, bytes: Uint8Array): boolean {
  return hash('sha256', bytes, 'buffer').equals(id)
}

/** Whether the bytes of a post say this of it, as its row does. Their begin: version[1] | author[32] | VarInt n | room[n] | kind[1] | time[8]. */
export function isToldBy(
  bytes: Buffer,
  { author, room, kind, time }: Pick<NewPost, 'author' | 'room' | 'kind' | 'time'>,
): boolean {
  const roomAt = 1 + author.length + 1
  const kindAt = roomAt + room.length
  return (
    bytes.subarray(1, roomAt - 1).equals(author) &&
    bytes[roomAt - 1] === room.length &&
    bytes.toString('latin1', roomAt, kindAt) === room &&
    bytes[kindAt] === kind &&
    bytes.readBigUInt64LE(kindAt + 1) === BigInt(time)
  )
}

/** The bytes a post counts for against `maxBytes`: the file takes about as much. */
export function countPostBytes({ bytes }: { readonly bytes: Buffer }): number {
  const size = ROW_BYTES + bytes.length
  if (size <= LONG_POST_BYTES) return size
  return Math.floor(PAGE_BYTES / Math.floor(PAGE_BYTES / size))
}
