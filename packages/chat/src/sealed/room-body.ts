/** Bodies of posts in private rooms: XChaCha20-Poly1305, signed with the room's key. Wire: docs/chat.md, *Encrypted kinds*, Private room. */
import { randomBytes } from 'node:crypto'
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js'
import { KEY_BYTES, SIGNATURE_BYTES } from '../post/grammar.ts'
import type { Post } from '../post/post.ts'
import { NONCE_BYTES, TAG_BYTES, roomMessage } from '../post/room-proof.ts'
import { associatedData, timeBytes } from './associated-data.ts'
import { INNER_SIZES, decodeInner, encodeInner } from './inner-message.ts'
import type { InnerMessage } from './inner-message.ts'
import type { RoomKeys } from './room-keys.ts'

/** Where what the room's key signs begins. */
const SEALED_AT = KEY_BYTES + SIGNATURE_BYTES
/** Where the ciphertext begins. */
const CIPHERTEXT_AT = SEALED_AT + NONCE_BYTES
/** The content key of a room that was forgotten. Anybody could open what is sealed with it. */
const WIPED = Buffer.alloc(32)

/**
 * room key[32] | room signature[64] | nonce[24] | ciphertext[256, 1,024 or 4,096] | tag[16], as base64url: the body of a post of kind
 * 17 in the room of `keys`.
 * @param at `author` who will sign the post, Ed25519, 32 bytes; `time` of the post, Unix ms
 * @param nonce 24 bytes that no other message of the room has. @default random ones
 * @throws {ChatError} CHAT_TEXT_TOO_LONG
 * @throws {RangeError} when the room was forgotten and its keys are wiped: nothing is sealed
 */
export function sealRoom(
  inner: InnerMessage,
  at: { readonly author: Buffer; readonly time: number; readonly keys: RoomKeys },
  nonce: Buffer = randomBytes(NONCE_BYTES),
): string {
  const { author, time, keys } = at
  if (keys.contentKey.equals(WIPED)) throw new RangeError(`the keys of ${keys.id} were wiped`)
  const cipher = xchacha20poly1305(keys.contentKey, nonce, associatedData(at, Buffer.from(keys.id)))
  const sealed = Buffer.concat([nonce, cipher.encrypt(encodeInner(inner))])
  const signature = keys.signer.sign(roomMessage(author, timeBytes(time), sealed))
  return Buffer.concat([keys.signer.key, signature, sealed]).toString('base64url')
}

/**
 * What a post of kind 17 in the room of `keys` says; undefined for whatever else anybody may have sent. Takes microseconds. That the
 * room's signature holds was checked with the author's when the post came (PostVerifier).
 */
export function openRoom(post: Pick<Post, 'author' | 'time' | 'body'>, keys: RoomKeys): InnerMessage | undefined {
  const body = Buffer.from(post.body, 'base64url')
  if (!INNER_SIZES.includes(body.length - CIPHERTEXT_AT - TAG_BYTES)) return undefined
  if (!body.subarray(0, KEY_BYTES).equals(keys.signer.key)) return undefined
  const nonce = body.subarray(SEALED_AT, CIPHERTEXT_AT)
  const cipher = xchacha20poly1305(keys.contentKey, nonce, associatedData(post, Buffer.from(keys.id)))
  let plain: Uint8Array
  try {
    plain = cipher.decrypt(body.subarray(CIPHERTEXT_AT))
  } catch {
    return undefined // the tag does not hold: the library has no other error for what has these lengths
  }
  return decodeInner(plain)
}
