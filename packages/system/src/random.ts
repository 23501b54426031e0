/** Randomness as a port: real in programs, seeded in tests and simulators. */
import { randomFillSync } from 'node:crypto'

/** Random numbers as a port: of the system, or of a seed. */
export interface Random {
  /** A whole number in [0, bound). `bound` is 1 to 2^32. */
  int(bound: number): number
  /** `length` random bytes, the caller's to keep. */
  bytes(length: number): Uint8Array
}

const POOL_BYTES = 4096

/** Cryptographically strong randomness of the machine. */
export class SystemRandom implements Random {
  readonly #pool = Buffer.allocUnsafe(POOL_BYTES)
  #used = POOL_BYTES

  int(bound: number): number {
    checkBound(bound)
    const limit = 2 ** 32 - (2 ** 32 % bound)
    for (;;) {
      const value = this.#uint32()
      if (value < limit) return value % bound
    }
  }

  bytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length)
    randomFillSync(bytes)
    return bytes
  }

  #uint32(): number {
    if (this.#used + 4 > POOL_BYTES) {
      randomFillSync(this.#pool)
      this.#used = 0
    }
    const value = this.#pool.readUInt32LE(this.#used)
    this.#used += 4
    return value
  }
}

/** A repeatable sequence (sfc32): the same seed gives the same numbers. Not for secrets. */
export class SeededRandom implements Random {
  #a: number
  #b = 0x9e3779b9
  #c = 0x243f6a88
  #counter = 1

  constructor(seed: number) {
    this.#a = seed >>> 0
    for (let round = 0; round < 12; round += 1) this.#next()
  }

  /** The next whole number in [0, bound) of the seed. */
  int(bound: number): number {
    checkBound(bound)
    return Math.floor((this.#next() / 2 ** 32) * bound)
  }

  /** The next `length` bytes of the seed. */
  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.#next() & 0xff)
  }

  #next(): number {
    const result = (this.#a + this.#b + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = (this.#c << 21) | (this.#c >>> 11)
    this.#c = (this.#c + result) | 0
    return result >>> 0
  }
}

function checkBound(bound: number): void {
  if (!Number.isInteger(bound) || bound < 1 || bound > 2 ** 32) throw new RangeError(`random bound out of range: ${bound}`)
}

/** A random member of `items`, or undefined when there is none. */
export function pick<T>(random: Random, items: readonly T[]): T | undefined {
  return items.length === 0 ? undefined : items[random.int(items.length)]
}

/** A new array with the members of `items` in random order. */
export function shuffled<T>(random: Random, items: readonly T[]): T[] {
  const result = [...items]
  for (let index = result.length - 1; index > 0; index -= 1) {
    const other = random.int(index + 1)
    const kept = result[index]!
    result[index] = result[other]!
    result[other] = kept
  }
  return result
}
