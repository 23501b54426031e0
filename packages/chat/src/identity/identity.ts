/** The own key. Facts: docs/chat.md, *Identity*. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { KEY_BYTES } from '../post/grammar.ts'
import type { Signer } from '../post/post.ts'
import { tagOf } from './tag.ts'

/** PrivateKeyInfo of an Ed25519 key (RFC 8410) up to its seed of 32 bytes. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')

/** An Ed25519 key that signs posts. What is secret of it shows neither in logs nor in JSON. */
export class Identity implements Signer {
  readonly key: Buffer
  /** The public key in lower-case hex. */
  readonly keyHex: string
  readonly tag: string
  readonly #private: KeyObject

  /** @param privateKey a private Ed25519 key */
  constructor(privateKey: KeyObject) {
    this.#private = privateKey
    this.key = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-KEY_BYTES)
    this.keyHex = this.key.toString('hex')
    this.tag = tagOf(this.key)
  }

  sign(message: Buffer): Buffer {
    return sign(null, message, this.#private)
  }

  /** The private key as PEM (PKCS #8), unencrypted. */
  toPem(): string {
    return this.#private.export({ format: 'pem', type: 'pkcs8' }) as string
  }

  /** The 32 bytes that the private key is made of (RFC 8032), the caller's to keep secret. */
  toSeed(): Buffer {
    return this.#private.export({ format: 'der', type: 'pkcs8' }).subarray(-KEY_BYTES)
  }
}

/** A key nobody has had. */
export function newIdentity(): Identity {
  return new Identity(generateKeyPairSync('ed25519').privateKey)
}

/** The key of a seed of 32 bytes. */
export function identityOfSeed(seed: Buffer): Identity {
  if (seed.length !== KEY_BYTES) throw new RangeError(`a seed has ${KEY_BYTES} bytes, not ${seed.length}`)
  return new Identity(createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' }))
}
