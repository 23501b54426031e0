/** What follows from the secret of a private room. Wire: docs/chat.md, *Encrypted kinds*, Private room. */
import { hkdfSync, randomBytes } from 'node:crypto'
import { identityOfSeed } from '../identity/identity.ts'
import type { Signer } from '../post/post.ts'
import { privateRoomOf } from '../post/room-proof.ts'

const SECRET_BYTES = 32
const SIGN_INFO = 'dchat.room.sign'
const CONTENT_INFO = 'dchat.room.key'

/** The keys of a private room. What is secret of them shows neither in logs nor in JSON. */
export interface RoomKeys {
  /** `p.` and 40 hex digits. */
  readonly id: string
  /** 32 bytes, those of an invitation. Filled with zeros by whoever forgets the room. */
  readonly secret: Buffer
  /** Signs what is written in the room, beside each post's author. */
  readonly signer: Signer
  /** Of XChaCha20-Poly1305: 32 bytes. As `secret`. */
  readonly contentKey: Buffer
}

/** The secret of a room nobody has had. */
export function newRoomSecret(): Buffer {
  return randomBytes(SECRET_BYTES)
}

/**
 * HKDF-SHA256 of the secret without a salt gives the seed of the signing key (info "dchat.room.sign") and the content key (info
 * "dchat.room.key"), 32 bytes each; the id is `p.` and the first 40 hex digits of SHA-256 of the public signing key.
 * @param secret is copied
 * @throws {RangeError} unless it has 32 bytes
 */
export function roomKeysOf(secret: Buffer): RoomKeys {
  if (secret.length !== SECRET_BYTES) throw new RangeError(`the secret of a room has ${SECRET_BYTES} bytes, not ${secret.length}`)
  return new DerivedKeys(Buffer.from(secret))
}

class DerivedKeys implements RoomKeys {
  readonly id: string
  readonly signer: Signer
  readonly #secret: Buffer
  readonly #contentKey: Buffer

  constructor(secret: Buffer) {
    const seed = derive(secret, SIGN_INFO)
    this.signer = identityOfSeed(seed)
    seed.fill(0)
    this.id = privateRoomOf(this.signer.key)
    this.#secret = secret
    this.#contentKey = derive(secret, CONTENT_INFO)
  }

  get secret(): Buffer {
    return this.#secret
  }

  get contentKey(): Buffer {
    return this.#contentKey
  }
}

function derive(secret: Buffer, info: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', info, 32))
}
