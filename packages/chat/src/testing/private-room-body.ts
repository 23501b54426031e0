/** Bodies of private rooms as anybody may write them, right or wrong in every part. Wire: docs/chat.md, *Encrypted kinds*, Private room. */
import { hash } from 'node:crypto'
import type { Signer } from '../post/post.ts'

export interface PrivateRoomParts {
  readonly author: Buffer
  /** Unix ms. */
  readonly time: number | bigint
  /** @default 24 zero bytes */
  readonly nonce?: Buffer
  /** @default 272 zero bytes: the smallest inner message and its tag */
  readonly ciphertext?: Buffer
  /** In place of a good signature. */
  readonly signature?: Buffer
}

/** The body of a post of kind 17 in `roomOf(room)`. */
export function privateRoomBody(room: Signer, parts: PrivateRoomParts): string {
  const { author, nonce = Buffer.alloc(24), ciphertext = Buffer.alloc(272) } = parts
  const time = Buffer.alloc(8)
  time.writeBigUInt64LE(BigInt(parts.time))
  const signature = parts.signature ?? room.sign(Buffer.concat([Buffer.from('dchat.room.v1\0'), author, time, nonce, ciphertext]))
  return Buffer.concat([room.key, signature, nonce, ciphertext]).toString('base64url')
}

/** The id of the private room whose key this is. */
export function roomOf(room: Signer): string {
  return `p.${hash('sha256', room.key).slice(0, 40)}`
}
