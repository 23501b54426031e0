/** Ed25519 keys in the form that node:crypto works with. */
import { createPublicKey } from 'node:crypto'
import type { KeyObject } from 'node:crypto'

/** SubjectPublicKeyInfo of an Ed25519 key (RFC 8410) up to its 32 bytes. */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')

/** The public key of 32 bytes; whether they lie on the curve shows when a signature is checked. */
export function importPublicKey(key: Buffer): KeyObject {
  return createPublicKey({ key: Buffer.concat([SPKI_PREFIX, key]), format: 'der', type: 'spki' })
}

/** Keys that are worth keeping, in two generations: what was not used for as long as half of `size` took to come is forgotten. */
export class KeyCache {
  readonly #halfSize: number
  #young = new Map<string, KeyObject>()
  #old = new Map<string, KeyObject>()

  /** @param size keys that are kept at most */
  constructor(size: number) {
    this.#halfSize = Math.floor(size / 2)
  }

  get size(): number {
    return this.#young.size + this.#old.size
  }

  /** The key from the cache, or imported anew; it is not kept by that. */
  import(key: Buffer): KeyObject {
    const name = key.toString('latin1')
    return this.#young.get(name) ?? this.#old.get(name) ?? importPublicKey(key)
  }

  /** Keeps a key that has proved to be in use. */
  keep(key: Buffer, imported: KeyObject): void {
    const name = key.toString('latin1')
    if (this.#young.has(name)) return
    if (this.#young.size >= this.#halfSize) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#old.delete(name)
    this.#young.set(name, imported)
  }
}
