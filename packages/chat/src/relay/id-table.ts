/** A set of ids that takes 16 bytes for each and grows with them. */

/** Numbers that nobody outside knows: which bytes of an id are kept, and how they are spread. */
export interface IdSecret {
  /** Where the 16 bytes begin that are kept of an id: 0, 4, 8, 12 or 16. */
  readonly offset: number
  readonly first: number
  readonly second: number
}

const WORDS = 4
const FIRST_SLOTS = 64
/** Slots are doubled above this share of them. */
const FULLEST = 0.5

/** Open addressing over one array. An attacker who picks ids can neither aim at a slot nor at another id: he lacks the secret. */
export class IdTable {
  readonly #secret: IdSecret
  #slots = 0
  #words = new Uint32Array(0)
  #size = 0

  constructor(secret: IdSecret) {
    this.#secret = secret
  }

  get size(): number {
    return this.#size
  }

  /** @param id 32 bytes */
  has(id: Buffer): boolean {
    return this.#size > 0 && this.#words[this.#find(id)] !== 0
  }

  /** @returns false when it was in */
  add(id: Buffer): boolean {
    if (this.#size >= this.#slots * FULLEST) this.#grow()
    const at = this.#find(id)
    if (this.#words[at] !== 0) return false
    const { offset } = this.#secret
    this.#words[at] = id.readUInt32LE(offset) || 1
    this.#words[at + 1] = id.readUInt32LE(offset + 4)
    this.#words[at + 2] = id.readUInt32LE(offset + 8)
    this.#words[at + 3] = id.readUInt32LE(offset + 12)
    this.#size += 1
    return true
  }

  /** Where the id is, or the free slot for it. The first word of a slot in use is never 0. */
  #find(id: Buffer): number {
    const words = this.#words
    const { offset } = this.#secret
    const a = id.readUInt32LE(offset) || 1
    const b = id.readUInt32LE(offset + 4)
    const c = id.readUInt32LE(offset + 8)
    const d = id.readUInt32LE(offset + 12)
    const mask = words.length - 1
    let at = (this.#spread(a, b) * WORDS) & mask
    while (words[at] !== 0) {
      if (words[at] === a && words[at + 1] === b && words[at + 2] === c && words[at + 3] === d) return at
      at = (at + WORDS) & mask
    }
    return at
  }

  #spread(a: number, b: number): number {
    let hash = Math.imul(a ^ this.#secret.first, 0x9e3779b1)
    hash = Math.imul(hash ^ (hash >>> 15) ^ b ^ this.#secret.second, 0x85ebca77)
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae3d)
    return hash ^ (hash >>> 16)
  }

  #grow(): void {
    const before = this.#words
    this.#slots = Math.max(FIRST_SLOTS, this.#slots * 2)
    this.#words = new Uint32Array(this.#slots * WORDS)
    const mask = this.#words.length - 1
    for (let from = 0; from < before.length; from += WORDS) {
      if (before[from] === 0) continue
      let at = (this.#spread(before[from]!, before[from + 1]!) * WORDS) & mask
      while (this.#words[at] !== 0) at = (at + WORDS) & mask
      this.#words.set(before.subarray(from, from + WORDS), at)
    }
  }
}
