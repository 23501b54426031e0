/**
 * Writes the ranges of a frame within its limits. Facts: docs/chat.md, *Negentropy v1, the facts needed*.
 * There is always room left for a skip and for one fingerprint of the rest, which is how a frame that is full ends.
 */
import { ID_BYTES, INFINITE, LOWEST } from './bound.ts'
import type { Bound } from './bound.ts'
import { FINGERPRINT_BYTES, Mode, VERSION_BYTE } from './frame-reader.ts'
import type { RecordView } from './record-view.ts'
import { VARINT_MAX_BYTES, varIntBytes, writeVarInt } from './varint.ts'

/** What bounds a frame. */
export interface FrameBounds {
  /** From 4,096 bytes on. */
  readonly frameMaxBytes: number
  readonly maxRanges: number
}

const BOUND_MAX_BYTES = VARINT_MAX_BYTES + 1 + ID_BYTES
const SKIP_MAX_BYTES = BOUND_MAX_BYTES + 1
/** A fingerprint up to infinity. */
const REST_BYTES = 2 + 1 + FINGERPRINT_BYTES
const RESERVED_BYTES = SKIP_MAX_BYTES + REST_BYTES
const RESERVED_RANGES = 2

export class FrameWriter {
  readonly #bounds: FrameBounds
  readonly #frame: Buffer
  #length = 1
  #ranges = 0
  #seconds = LOWEST.seconds
  /** Up to where nothing need be said; written only when something follows. */
  #skipped: Bound | null = null
  #isFull = false

  constructor(bounds: FrameBounds) {
    this.#bounds = bounds
    this.#frame = Buffer.allocUnsafe(bounds.frameMaxBytes)
    this.#frame[0] = VERSION_BYTE
  }

  get isEmpty(): boolean {
    return this.#ranges === 0
  }

  /** Something had no room: what is not written yet is left to `rest`. */
  get isFull(): boolean {
    return this.#isFull
  }

  stop(): void {
    this.#isFull = true
  }

  skip(bound: Bound): void {
    this.#skipped = bound
  }

  /** False, and the frame is full, when there is no room. */
  fingerprint(bound: Bound, make: () => string): boolean {
    if (!this.#hasRoom(BOUND_MAX_BYTES + 1 + FINGERPRINT_BYTES)) return false
    this.#range(bound, Mode.Fingerprint)
    this.#length += this.#frame.write(make(), this.#length, 'hex')
    return true
  }

  /** Writes as many ids of the records [from, to) as there is room for, and answers where it stopped: `to`, or the first unsent. */
  idList(view: RecordView, { from, to, bound }: { from: number; to: number; bound: Bound }): number {
    const head = BOUND_MAX_BYTES + 1 + varIntBytes(to - from)
    if (!this.#hasRoom(head + (to > from ? ID_BYTES : 0))) return from
    const end = Math.min(to, from + Math.floor((this.#room - head) / ID_BYTES))
    if (end < to) this.stop()
    this.#range(end === to ? bound : view.boundBefore(end), Mode.IdList)
    this.#length = writeVarInt(this.#frame, end - from, this.#length)
    this.#length = view.copyIds(this.#frame, this.#length, { from, to: end })
    return end
  }

  /** One fingerprint for all that was not spoken of: the last range of a full frame. */
  rest(fingerprint: string): void {
    this.#range(INFINITE, Mode.Fingerprint)
    this.#length += this.#frame.write(fingerprint, this.#length, 'hex')
  }

  /** The frame, in no more memory than it takes. A skip at its end is left out. */
  finish(): Buffer {
    return Buffer.from(this.#frame.subarray(0, this.#length))
  }

  get #room(): number {
    const skip = this.#skipped === null ? 0 : SKIP_MAX_BYTES
    return this.#bounds.frameMaxBytes - RESERVED_BYTES - this.#length - skip
  }

  #hasRoom(bytes: number): boolean {
    const ranges = this.#ranges + (this.#skipped === null ? 1 : 2) + RESERVED_RANGES
    if (bytes > this.#room || ranges > this.#bounds.maxRanges) this.#isFull = true
    return !this.#isFull
  }

  #range(bound: Bound, mode: number): void {
    const skipped = this.#skipped
    this.#skipped = null
    if (skipped !== null) this.#range(skipped, Mode.Skip)
    this.#ranges++
    this.#writeBound(bound)
    this.#frame[this.#length++] = mode
  }

  #writeBound({ seconds, prefix }: Bound): void {
    const isInfinite = seconds === Number.POSITIVE_INFINITY
    this.#length = writeVarInt(this.#frame, isInfinite ? 0 : seconds - this.#seconds + 1, this.#length)
    this.#seconds = seconds
    this.#frame[this.#length++] = prefix.length
    this.#frame.set(prefix, this.#length)
    this.#length += prefix.length
  }
}
