/** From bytes to a post. Wire: docs/chat.md, *Post*; vectors: tooling/interop/vectors/posts.json. */
import { hash } from 'node:crypto'
import { Reader, isSerialError } from '@dchat/serial'
import { ChatError } from '../errors.ts'
import { isBodyOf } from './bodies.ts'
import { isSoundKey, isSoundSignature } from './ed25519-rules.ts'
import { BODY_MAX_BYTES, ID_BYTES, KEY_BYTES, PARENTS_MAX, POST_MAX_BYTES, POST_VERSION, SIGNATURE_BYTES } from './grammar.ts'
import type { PostFlaw } from './post-flaw.ts'
import { PostKind } from './post.ts'
import type { Post } from './post.ts'
import { mayProve } from './room-proof.ts'
import { isRoomName, roomTakes } from './rooms-by-kind.ts'

const MAX_SAFE_HIGH = 0x1f_ffff
const NO_PARENTS: readonly Buffer[] = []

/** SHA-256 of a whole post: 32 bytes. */
export function postIdOf(bytes: Buffer): Buffer {
  return hash('sha256', bytes, 'buffer')
}

/**
 * version u8 | author[32] | room String | kind u8 | time u64 | parents Vec<[32]> | body String | signature[64]
 *
 * The post that takes up exactly `bytes`, checked against the whole grammar, but for the signatures (PostVerifier). It keeps
 * `bytes` and views of them: they must not change.
 * @param id SHA-256 of `bytes`, if the caller has it
 * @throws {ChatError} CHAT_POST_MALFORMED, fault 'peer'
 */
export function decodePost(bytes: Buffer, id?: Buffer): Post {
  try {
    return read(bytes, id)
  } catch (error) {
    if (isSerialError(error)) throw new ChatError('CHAT_POST_MALFORMED', { reason: 'bytes' }, { fault: 'peer', cause: error })
    throw error
  }
}

function read(bytes: Buffer, id: Buffer | undefined): Post {
  if (bytes.length > POST_MAX_BYTES) throw flawed('bytes')
  const reader = new Reader(bytes)
  if (reader.u8() !== POST_VERSION) throw flawed('version')
  const author = take(reader, bytes, KEY_BYTES)
  if (!isSoundKey(author)) throw flawed('author')
  const room = reader.string()
  if (!isRoomName(room)) throw flawed('room')
  const kind = reader.u8()
  if (!roomTakes(room, kind)) throw flawed('room kind')
  const time = readTime(reader)
  const parents = readParents(reader, bytes)
  const body = readBody(reader)
  if (!isBodyOf(kind, body)) throw flawed('body')
  if (kind === PostKind.PrivateRoom && !mayProve(room, body)) throw flawed('room proof')
  const signature = take(reader, bytes, SIGNATURE_BYTES)
  reader.expectEnd()
  if (!isSoundSignature(signature)) throw flawed('signature')
  return { id: id ?? postIdOf(bytes), bytes, author, room, kind, time, parents, body }
}

function take(reader: Reader, bytes: Buffer, length: number): Buffer {
  reader.bytes(length)
  return bytes.subarray(reader.offset - length, reader.offset)
}

function readTime(reader: Reader): number {
  const low = reader.u32()
  const high = reader.u32()
  return high > MAX_SAFE_HIGH ? Number.MAX_SAFE_INTEGER : high * 0x1_0000_0000 + low
}

function readParents(reader: Reader, bytes: Buffer): readonly Buffer[] {
  const count = reader.count(ID_BYTES)
  if (count > PARENTS_MAX) throw flawed('parents')
  if (count === 0) return NO_PARENTS
  const parents: Buffer[] = []
  for (let index = 0; index < count; index += 1) parents.push(take(reader, bytes, ID_BYTES))
  return parents
}

function readBody(reader: Reader): string {
  const start = reader.offset
  const body = reader.string()
  const length = reader.offset - start
  // The prefix takes 3 bytes from 253 bytes of body on.
  if (length > 3 + BODY_MAX_BYTES) throw flawed('body length')
  return body
}

function flawed(reason: PostFlaw): ChatError<'CHAT_POST_MALFORMED'> {
  return new ChatError('CHAT_POST_MALFORMED', { reason }, { fault: 'peer' })
}
