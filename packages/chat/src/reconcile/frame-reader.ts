/**
 * Reads the ranges of a frame of a peer that may be hostile. Facts: docs/chat.md, *Negentropy v1, the facts needed*.
 *
 * `0x61 | range*`; range: `bound | mode varint | payload`; bound: `seconds varint | length varint | prefix[length]`.
 */
import { ChatError } from '../errors.ts'
import { compareBounds, ID_BYTES, INFINITE, LOWEST } from './bound.ts'
import type { Bound } from './bound.ts'
import { VARINT_MAX_BYTES } from './varint.ts'

/** Version 1, the first byte of every frame. */
export const VERSION_BYTE = 0x61

export const Mode = { Skip: 0, Fingerprint: 1, IdList: 2 } as const

export const FINGERPRINT_BYTES = 16

interface SkipRange {
  readonly mode: typeof Mode.Skip
  readonly bound: Bound
}

interface FingerprintRange {
  readonly mode: typeof Mode.Fingerprint
  readonly bound: Bound
  /** 32 hex digits. */
  readonly fingerprint: string
}

export interface IdListRange {
  readonly mode: typeof Mode.IdList
  readonly bound: Bound
  /** Where the ids begin in the frame. */
  readonly from: number
  readonly count: number
}

/** What the other side says of its records that lie below `bound` and not below the bound before. */
export type Range = SkipRange | FingerprintRange | IdListRange

export class FrameReader {
  readonly #frame: Buffer
  readonly #maxRanges: number
  #offset = 1
  #ranges = 0
  #bound: Bound = LOWEST

  /** @param frame a frame whose first byte is the version byte. */
  constructor(frame: Buffer, maxRanges: number) {
    this.#frame = frame
    this.#maxRanges = maxRanges
  }

  /**
   * The next range, null behind the last. Its prefix is a part of the frame.
   * @throws {ChatError} CHAT_RECONCILE_MALFORMED, the peer's fault.
   */
  next(): Range | null {
    if (this.#offset === this.#frame.length) return null
    if (++this.#ranges > this.#maxRanges) throw malformed(`more than ${this.#maxRanges} ranges`)
    const bound = this.#readBound()
    const mode = this.#readVarInt()
    if (mode === Mode.Skip) return { bound, mode }
    if (mode === Mode.Fingerprint) {
      const from = this.#take(FINGERPRINT_BYTES)
      return { bound, mode, fingerprint: this.#frame.toString('hex', from, from + FINGERPRINT_BYTES) }
    }
    if (mode !== Mode.IdList) throw malformed('unknown mode')
    const count = this.#readVarInt()
    return { bound, mode, from: this.#take(count * ID_BYTES), count }
  }

  #readBound(): Bound {
    const below = this.#bound
    const code = this.#readVarInt()
    const length = this.#readVarInt()
    if (length > ID_BYTES) throw malformed('prefix longer than an id')
    const from = this.#take(length)
    const seconds = below.seconds + code - 1
    if (code > 0 && seconds > Number.MAX_SAFE_INTEGER) throw malformed('bound beyond all times')
    const bound = code === 0 ? INFINITE : { seconds, prefix: this.#frame.subarray(from, this.#offset) }
    if (compareBounds(bound, below) < 0) throw malformed('bounds out of order')
    this.#bound = bound
    return bound
  }

  #readVarInt(): number {
    let value = 0
    for (let bytes = 1; bytes <= VARINT_MAX_BYTES; bytes++) {
      const byte = this.#frame[this.#take(1)]!
      if (bytes === 1 && byte === 0x80) throw malformed('varint longer than it need be')
      value = value * 128 + (byte & 0x7f)
      if (value > Number.MAX_SAFE_INTEGER) break
      if (byte < 0x80) return value
    }
    throw malformed('varint too large')
  }

  /** Offset of the next `bytes` bytes, which are passed over. */
  #take(bytes: number): number {
    const from = this.#offset
    if (bytes > this.#frame.length - from) throw malformed('frame ends early')
    this.#offset = from + bytes
    return from
  }
}

export function malformed(reason: string): ChatError<'CHAT_RECONCILE_MALFORMED'> {
  return new ChatError('CHAT_RECONCILE_MALFORMED', { reason }, { fault: 'peer' })
}
