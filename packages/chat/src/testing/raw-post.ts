/**
 * Posts as anybody may write them, right or wrong in every field: an encoder of its own, so that a fault of the product's
 * does not hide in the tests. Wire: docs/chat.md, *Post*.
 */
import { Writer } from '@dchat/serial'
import { hash } from 'node:crypto'
import type { Signer } from '../post/post.ts'

const DOMAIN = Buffer.from('dchat.post.v1\0')

export interface RawPostParts {
  /** @default 1 */
  readonly version?: number
  /** Signs, and is the author unless another key is given. */
  readonly signer: Signer
  /** @default the signer's key */
  readonly author?: Uint8Array
  /** @default 'dchat' */
  readonly room?: string
  /** @default 0, text */
  readonly kind?: number
  /** Unix ms. */
  readonly time: number | bigint
  /** @default none */
  readonly parents?: readonly Uint8Array[]
  readonly body: string | Uint8Array
  /** In place of a good signature. */
  readonly signature?: Uint8Array
}

/** A post and what it is known by. */
export interface RawPost {
  readonly bytes: Buffer
  readonly id: Buffer
  /** Of `id`, in hex: the key of a map. */
  readonly hex: string
  readonly time: number
  readonly room: string
}

/** The whole signed byte string. */
export function rawPost(parts: RawPostParts): RawPost {
  const { version = 1, signer, author = signer.key, room = 'dchat', kind = 0, parents = [], body } = parts
  const writer = new Writer(512)
  writer.u8(version)
  writer.bytes(author)
  writer.byteString(Buffer.from(room))
  writer.u8(kind)
  writer.u64(BigInt(parts.time))
  writer.varInt(parents.length)
  for (const parent of parents) writer.bytes(parent)
  writer.byteString(typeof body === 'string' ? Buffer.from(body) : body)
  const unsigned = Buffer.from(writer.finish())
  const signature = parts.signature ?? signer.sign(Buffer.concat([DOMAIN, unsigned]))
  return { ...identified(Buffer.concat([unsigned, signature])), time: Number(parts.time), room }
}

/** The same post with one bit turned over: another id, and a signature that does not hold. @param bit counted from the start */
export function withBitTurned(post: RawPost, bit: number): RawPost {
  const bytes = Buffer.from(post.bytes)
  bytes[bit >> 3]! ^= 1 << (bit & 7)
  return { ...post, ...identified(bytes) }
}

function identified(bytes: Buffer): Pick<RawPost, 'bytes' | 'id' | 'hex'> {
  const id = hash('sha256', bytes, 'buffer')
  return { bytes, id, hex: id.toString('hex') }
}

/** A body that makes a text post without parents in a room of five letters as long as `bytes`, ending in `mark`. */
export function bodyFor(bytes: number, mark: string): string {
  const around = 1 + 32 + 6 + 1 + 8 + 1 + 64
  const prefix = bytes - around - 1 <= 0xfc ? 1 : 3
  return mark.padStart(bytes - around - prefix, '.')
}
