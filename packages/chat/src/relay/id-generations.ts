/** The ids that were met last, in two generations. Source: docs/chat.md, *Memory*. */
import type { Random } from '@dchat/system'
import { IdTable } from './id-table.ts'
import type { IdSecret } from './id-table.ts'

/** A secret of this run. */
export function makeIdSecret(random: Random): IdSecret {
  return { offset: random.int(5) * 4, first: random.int(2 ** 32), second: random.int(2 ** 32) }
}

/** Remembers the last `perGeneration` ids, and up to as many before them. Takes memory only as it fills. */
export class IdGenerations {
  readonly #perGeneration: number
  readonly #secret: IdSecret
  #young: IdTable
  #old: IdTable

  constructor(perGeneration: number, secret: IdSecret) {
    this.#perGeneration = perGeneration
    this.#secret = secret
    this.#young = new IdTable(secret)
    this.#old = this.#young
  }

  /** @param id 32 bytes */
  has(id: Buffer): boolean {
    return this.#young.has(id) || this.#old.has(id)
  }

  /** Remembers an id anew. @returns false when it was remembered */
  add(id: Buffer): boolean {
    const isNew = !this.has(id)
    if (this.#young.size >= this.#perGeneration) {
      this.#old = this.#young
      this.#young = new IdTable(this.#secret)
    }
    this.#young.add(id)
    return isNew
  }
}
