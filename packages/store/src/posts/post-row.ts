/** Posts as rows: what is checked, counted and written. Facts: docs/chat.md, *Post*. */
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

/** The bytes a post counts for against `maxBytes`: the file takes about as much. */
export function countPostBytes({ bytes }: { readonly bytes: Buffer }): number {
  const size = ROW_BYTES + bytes.length
  if (size <= LONG_POST_BYTES) return size
  return Math.floor(PAGE_BYTES / Math.floor(PAGE_BYTES / size))
}
