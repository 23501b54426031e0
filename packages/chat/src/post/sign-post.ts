/** From a draft to a signed post. Wire: docs/chat.md, *Post*. */
import { Writer } from '@dchat/serial'
import { ChatError } from '../errors.ts'
import { isBodyOf } from './bodies.ts'
import { postIdOf } from './decode-post.ts'
import { isSoundKey } from './ed25519-rules.ts'
import {
  BODY_MAX_BYTES,
  ID_BYTES,
  KEY_BYTES,
  PARENTS_MAX,
  POST_MAX_BYTES,
  POST_SIGNING_CONTEXT,
  POST_VERSION,
  SIGNATURE_BYTES,
} from './grammar.ts'
import type { PostFlaw } from './post-flaw.ts'
import { PostKind } from './post.ts'
import type { Post, PostDraft, Signer } from './post.ts'
import { mayProve } from './room-proof.ts'
import type { Claimed } from './room-proof.ts'
import { isRoomName, roomTakes } from './rooms-by-kind.ts'

const CONTEXT_BYTES = POST_SIGNING_CONTEXT.length

/**
 * The post of a draft. The room proof of kind 17 is part of its body, which the caller makes.
 * @throws {ChatError} CHAT_POST_MALFORMED with what the draft breaks; nothing was signed
 */
export function signPost(draft: PostDraft, signer: Signer): Post {
  const reason = flawOf(draft, signer.key)
  if (reason !== undefined) throw new ChatError('CHAT_POST_MALFORMED', { reason })
  const writer = Writer.into(Buffer.allocUnsafe(CONTEXT_BYTES + POST_MAX_BYTES))
  writer.bytes(Buffer.from(POST_SIGNING_CONTEXT, 'latin1'))
  writeUnsigned(writer, draft, signer.key)
  const message = Buffer.from(writer.finish())
  const bytes = Buffer.concat([message.subarray(CONTEXT_BYTES), signer.sign(message)])
  const { room, kind, time, body } = draft
  const author = bytes.subarray(1, 1 + KEY_BYTES)
  return { id: postIdOf(bytes), bytes, author, room, kind, time, parents: draft.parents.map(copy), body }
}

function writeUnsigned(writer: Writer, draft: PostDraft, author: Buffer): void {
  writer.u8(POST_VERSION)
  writer.bytes(author)
  writer.string(draft.room)
  writer.u8(draft.kind)
  writer.u64Number(draft.time)
  writer.count(draft.parents.length)
  for (const parent of draft.parents) writer.bytes(parent)
  writer.string(draft.body)
}

function flawOf({ room, kind, time, parents, body }: PostDraft, author: Buffer): PostFlaw | undefined {
  if (author.length !== KEY_BYTES || !isSoundKey(author)) return 'author'
  if (!isRoomName(room)) return 'room'
  if (!Number.isInteger(kind) || kind < 0 || kind > 0xff || !roomTakes(room, kind)) return 'room kind'
  if (!Number.isSafeInteger(time) || time < 0) return 'time'
  if (parents.length > PARENTS_MAX || parents.some((parent) => parent.length !== ID_BYTES)) return 'parents'
  if (body.length > BODY_MAX_BYTES || Buffer.byteLength(body) > BODY_MAX_BYTES) return 'body length'
  if (!body.isWellFormed() || !isBodyOf(kind, body)) return 'body'
  return kind === PostKind.PrivateRoom && !mayProve(room, body) ? 'room proof' : undefined
}

function copy(bytes: Buffer): Buffer {
  return Buffer.from(bytes)
}

/** The signature of a post of which `bytes` are all, and what it has to be of. */
export function claimOf(bytes: Buffer): Claimed {
  const end = bytes.length - SIGNATURE_BYTES
  const message = Buffer.allocUnsafe(CONTEXT_BYTES + end)
  message.write(POST_SIGNING_CONTEXT, 'latin1')
  bytes.copy(message, CONTEXT_BYTES, 0, end)
  return { key: bytes.subarray(1, 1 + KEY_BYTES), message, signature: bytes.subarray(end) }
}
