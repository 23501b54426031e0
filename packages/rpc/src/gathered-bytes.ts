/** First size of the buffer: most requests are shorter. */
const FIRST_CAPACITY = 1_024

/** Bytes that come in parts, in one buffer that doubles: many tiny parts cost no more than their bytes, and none is kept alive. */
export class GatheredBytes {
  readonly #maxBytes: number
  #buffer: Buffer | undefined
  #length = 0

  /** @param maxBytes what there will be at most: no room is taken beyond it. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get length(): number {
    return this.#length
  }

  /** The last byte. */
  get last(): number | undefined {
    return this.#buffer?.[this.#length - 1]
  }

  /** Copies a part behind those that were there. */
  add(part: Buffer): void {
    const length = this.#length + part.length
    if (this.#buffer === undefined || this.#buffer.length < length) {
      const capacity = Math.max(FIRST_CAPACITY, length, Math.min((this.#buffer?.length ?? 0) * 2, this.#maxBytes))
      const grown = Buffer.allocUnsafe(capacity)
      this.#buffer?.copy(grown, 0, 0, this.#length)
      this.#buffer = grown
    }
    part.copy(this.#buffer, this.#length)
    this.#length = length
  }

  /** All of it; holds nothing afterwards. */
  take(): Buffer {
    const bytes = this.#buffer?.subarray(0, this.#length) ?? Buffer.alloc(0)
    this.drop()
    return bytes
  }

  drop(): void {
    this.#buffer = undefined
    this.#length = 0
  }
}
