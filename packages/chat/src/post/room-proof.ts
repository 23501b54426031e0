/** The proof in a post of a private room that its writer holds the room's secret. Wire: docs/chat.md, *Encrypted kinds*, Private room. */
import { hash } from 'node:crypto'
import { isSoundKey, isSoundSignature } from './ed25519-rules.ts'
import { KEY_BYTES, SIGNATURE_BYTES } from './grammar.ts'
import type { Post } from './post.ts'

const ROOM_SIGNING_CONTEXT = Buffer.from('dchat.room.v1\0', 'latin1')
export const NONCE_BYTES = 24
/** What XChaCha20-Poly1305 adds to the text: no ciphertext is shorter. */
export const TAG_BYTES = 16
const ROOM_ID_HEX_DIGITS = 40
/** Key and signature, which fill them. */
const PROOF_CHARACTERS = ((KEY_BYTES + SIGNATURE_BYTES) * 4) / 3
const TIME_BYTES = 8

/** room key[32] | room signature[64] | nonce[24] | ciphertext[>= 16], as base64url: at least so many characters. */
const BODY_MIN_CHARACTERS = Math.ceil(((KEY_BYTES + SIGNATURE_BYTES + NONCE_BYTES + TAG_BYTES) * 4) / 3)

/** The name of the private room of a room key of 32 bytes. */
export function privateRoomOf(roomKey: Buffer): string {
  return `p.${hash('sha256', roomKey, 'hex').slice(0, ROOM_ID_HEX_DIGITS)}`
}

/** Whether the body (base64url) is long enough, and begins with a sound key that yields the room and a signature that may be one. */
export function mayProve(room: string, body: string): boolean {
  if (body.length < BODY_MIN_CHARACTERS) return false
  const proof = Buffer.from(body.slice(0, PROOF_CHARACTERS), 'base64url')
  const key = proof.subarray(0, KEY_BYTES)
  return isSoundKey(key) && privateRoomOf(key) === room && isSoundSignature(proof.subarray(KEY_BYTES))
}

/** A signature to check. */
export interface Claimed {
  readonly key: Buffer
  readonly message: Buffer
  readonly signature: Buffer
}

/** What the room key has to have signed in a post of kind 17. */
export function roomProofOf(post: Post): Claimed {
  const body = Buffer.from(post.body, 'base64url')
  const sealed = body.subarray(KEY_BYTES + SIGNATURE_BYTES)
  return {
    key: body.subarray(0, KEY_BYTES),
    signature: body.subarray(KEY_BYTES, KEY_BYTES + SIGNATURE_BYTES),
    message: roomMessage(post.author, timeBytesOf(post), sealed),
  }
}

/**
 * What a room key signs. `time` as in the post, u64 little-endian.
 * @param sealed nonce and ciphertext
 */
export function roomMessage(author: Buffer, time: Buffer, sealed: Buffer): Buffer {
  return Buffer.concat([ROOM_SIGNING_CONTEXT, author, time, sealed])
}

/** The time as it stands in the post, whatever a number holds of it: after version, author, room and kind. */
function timeBytesOf(post: Post): Buffer {
  const at = 1 + KEY_BYTES + (1 + post.room.length) + 1
  return post.bytes.subarray(at, at + TIME_BYTES)
}
