/**
 * What an identity consists of, as an export holds it. Facts: docs/chat.md, *Identity*, Export.
 *
 *   version 1: seed[32]
 *   version 2: seed[32] | VarInt n | n × (secret[32] | made u64) | VarInt m | m × (name String | secret[32] | author seed[32] | since u64)
 *
 * First the box keys, in the order they were made, then the private rooms. Times are Unix ms.
 */
import { decodeExact, encodeToBytes, fixedBytes, isSerialError, makeCodec, string, struct, u64Number, vec } from '@dchat/serial'
import type { Codec } from '@dchat/serial'
import type { BoxSecret } from '../keys/box-secrets.ts'
import { KEY_LIMITS } from '../keys/key-limits.ts'
import type { RoomSecret } from '../keys/room-key-ring.ts'
import { identityOfSeed } from './identity.ts'
import type { Identity } from './identity.ts'

export interface IdentityParts {
  readonly identity: Identity
  /** At most BOX_KEYS_MAX, in the order they were made. */
  readonly boxes: readonly BoxSecret[]
  /** At most PRIVATE_ROOMS_MAX. */
  readonly rooms: readonly RoomSecret[]
}

export const SEED_BYTES = 32

const key = ownBytes(32)
const box: Codec<BoxSecret> = struct({ secret: key, made: u64Number })
const room: Codec<RoomSecret> = struct({ name: string, secret: key, author: key, since: u64Number })
const parts = struct({
  seed: ownBytes(SEED_BYTES),
  boxes: vec(box, { maxItems: KEY_LIMITS.BOX_KEYS_MAX.value }),
  rooms: vec(room, { maxItems: KEY_LIMITS.PRIVATE_ROOMS_MAX.value }),
})

/** The bytes of version 2, the caller's to wipe. */
export function encodeParts({ identity, boxes, rooms }: IdentityParts): Buffer {
  const seed = identity.toSeed()
  try {
    const { buffer: bytes, byteOffset, byteLength } = encodeToBytes(parts, { seed, boxes, rooms })
    return Buffer.from(bytes, byteOffset, byteLength)
  } finally {
    seed.fill(0)
  }
}

/** Undefined for bytes that are not of this version. */
export function decodeParts(bytes: Buffer, version: 1 | 2): IdentityParts | undefined {
  if (version === 1) {
    return bytes.length === SEED_BYTES ? { identity: identityOfSeed(bytes), boxes: [], rooms: [] } : undefined
  }
  try {
    const { seed, boxes, rooms } = decodeExact(parts, bytes)
    return { identity: identityOfSeed(seed), boxes, rooms }
  } catch (error) {
    if (isSerialError(error)) return undefined
    throw error
  }
}

function ownBytes(length: number): Codec<Buffer> {
  const bytes = fixedBytes(length)
  return makeCodec(
    length,
    (writer, value) => bytes.encode(writer, value),
    (reader) => Buffer.from(bytes.decode(reader)),
  )
}
