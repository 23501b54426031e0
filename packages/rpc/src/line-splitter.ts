/**
 * Cuts a stream of bytes into lines that end with `\n` or `\r\n`. A line within one chunk is handed out as a view of it; one that
 * spans chunks is gathered in a buffer that doubles, so that many tiny chunks cost no more than their bytes. No byte is searched
 * twice.
 */

import { GatheredBytes } from './gathered-bytes.ts'

const LF = 0x0a
const CR = 0x0d

/** Stands for a line that was longer than allowed: its bytes are dropped as they come. */
export const TOO_LONG: unique symbol = Symbol('line too long')

export class LineSplitter {
  readonly #maxBytes: number
  readonly #gathered: GatheredBytes
  /** What is not searched yet. */
  #rest: Buffer[] = []
  #isSkipping = false

  /** @param maxBytes longest line, without its end. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
    this.#gathered = new GatheredBytes(maxBytes + 1)
  }

  /** Bytes of the unfinished line that are held. */
  get heldBytes(): number {
    return this.#gathered.length
  }

  /** Takes a chunk, which then belongs to the splitter. Who pushes without calling `next` holds what was pushed. */
  push(chunk: Buffer): void {
    if (chunk.length > 0) this.#rest.push(chunk)
  }

  /** The next line without its end; `TOO_LONG` once for a line beyond the bound; undefined when more bytes are needed. */
  next(): Buffer | typeof TOO_LONG | undefined {
    for (let chunk = this.#rest.shift(); chunk !== undefined; chunk = this.#rest.shift()) {
      const end = chunk.indexOf(LF)
      const isComplete = end !== -1
      if (isComplete && end + 1 < chunk.length) this.#rest.unshift(chunk.subarray(end + 1))
      if (this.#isSkipping) {
        this.#isSkipping = !isComplete
        continue
      }
      const part = isComplete ? chunk.subarray(0, end) : chunk
      if (this.#isTooLong(part, isComplete)) {
        this.#gathered.drop()
        this.#isSkipping = !isComplete
        return TOO_LONG
      }
      if (isComplete && this.#gathered.length === 0) return withoutCr(part)
      this.#gathered.add(part)
      if (isComplete) return withoutCr(this.#gathered.take())
    }
    return undefined
  }

  /** The line the stream ended in, if any: an end of the stream ends a line too. */
  end(): Buffer | undefined {
    return this.#gathered.length === 0 ? undefined : withoutCr(this.#gathered.take())
  }

  /** A `\r` in last place does not count: it is, or may become, part of the line's end. */
  #isTooLong(part: Buffer, isComplete: boolean): boolean {
    const bytes = this.#gathered.length + part.length
    if (bytes <= this.#maxBytes) return false
    if (bytes > this.#maxBytes + 1) return true
    const last = part.length > 0 ? part[part.length - 1] : this.#gathered.last
    return last !== CR || (!isComplete && part.length === 0)
  }
}

function withoutCr(line: Buffer): Buffer {
  return line.length > 0 && line[line.length - 1] === CR ? line.subarray(0, -1) : line
}
