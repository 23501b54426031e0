/** What an encrypted post is said to say, checked before it may get into a transaction of others. */
import { MAX_FIELD_UNITS, MAX_TEXT_BYTES } from '../limits.ts'
import type { PostLine, Revealed, TriedPost } from '../post-store.ts'
import { KINDS } from '../schema.ts'

const ID_BYTES = 32

/** @throws {TypeError} saying what is wrong */
export function checkRevealed(revealed: Revealed): void {
  switch (revealed.as) {
    case 'line':
      checkLine(revealed)
      break
    case 'retraction':
      checkId('target', revealed.target)
      break
    case 'member':
      if (!/^[0-9a-f]{64}$/.test(revealed.identity)) throw new TypeError('identity: has to be 64 lower-case hex digits')
      break
    case 'rekey':
      checkRoom(revealed.room)
      break
    case 'nothing':
      break
    default:
      throw new TypeError('as: unknown')
  }
}

/** @throws {TypeError} saying what is wrong */
export function checkTried({ post, revealed }: TriedPost): void {
  checkId('id', post.id)
  checkId('author', post.author)
  if (!Number.isSafeInteger(post.time) || !Number.isSafeInteger(post.received))
    throw new TypeError('time, received: have to be whole numbers')
  if (revealed !== undefined) checkRevealed(revealed)
}

/** @throws {TypeError} saying what is wrong */
export function checkPostLine(line: PostLine): void {
  checkLine(line)
  checkRoom(line.room)
  if (line.seq !== undefined && !Number.isSafeInteger(line.seq)) throw new TypeError('line.seq: has to be a whole number')
}

/** @throws {TypeError} for anything but 32 bytes */
export function checkId(name: string, id: Buffer): void {
  if (id.length !== ID_BYTES) throw new TypeError(`${name}: has to be ${ID_BYTES} bytes`)
}

/** @throws {TypeError} for one that is too long or holds lone surrogates */
export function checkRoom(room: string): void {
  if (room.length > MAX_FIELD_UNITS || !room.isWellFormed()) throw new TypeError('room: too long, or holds lone surrogates')
}

function checkLine({ kind, text }: Pick<PostLine, 'kind' | 'text'>): void {
  if (!KINDS.includes(kind)) throw new TypeError(`kind: unknown: ${kind}`)
  if (!text.isWellFormed() || Buffer.byteLength(text) > MAX_TEXT_BYTES)
    throw new TypeError('text: too long, or holds lone surrogates')
}
