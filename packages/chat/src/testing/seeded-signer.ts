/** Identities that are the same in every run: for tests and simulations alone. */
import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import type { Signer } from '../post/post.ts'

/** What stands before the 32 bytes of a seed in PKCS #8 (RFC 8410), and before those of a public key in SPKI. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')
const SPKI_PREFIX_BYTES = 12

/** A signer whose key follows from `name`. */
export class SeededSigner implements Signer {
  readonly key: Buffer
  readonly #private: KeyObject

  constructor(name: string | number) {
    const seed = createHash('sha256').update(`dchat test key ${name}`).digest()
    this.#private = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' })
    this.key = createPublicKey(this.#private).export({ format: 'der', type: 'spki' }).subarray(SPKI_PREFIX_BYTES)
  }

  sign(message: Buffer): Buffer {
    return sign(null, message, this.#private)
  }
}
