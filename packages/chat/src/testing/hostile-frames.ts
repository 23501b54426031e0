/** Frames of a reconciliation as no honest peer sends them, to see what they cost. Facts: docs/chat.md, *Negentropy v1*. */
import type { Random } from '@dchat/system'
import { Mode, VERSION_BYTE } from '../reconcile/frame-reader.ts'
import type { RecordView } from '../reconcile/record-view.ts'
import { varIntBytes, writeVarInt } from '../reconcile/varint.ts'

/** What a range of a hostile frame says of the records of the other side. */
export type Claim = 'skip' | 'equal' | 'different' | 'list'

/** Ranges in order, each of the records from the one before. */
export interface HostileRange {
  /** Index of the first record above the range. */
  readonly end: number
  readonly claim: Claim
  /** Ids of a list: none of the other side's. */
  readonly ids?: number
}

/** A frame with these ranges over the records of a view. */
export function hostileFrame(view: RecordView, ranges: readonly HostileRange[]): Buffer {
  const parts: Buffer[] = [Buffer.of(VERSION_BYTE)]
  let [from, seconds] = [0, 0]
  for (const { end, claim, ids = 0 } of ranges) {
    const bound = view.boundBefore(end)
    const isInfinite = bound.seconds === Number.POSITIVE_INFINITY
    parts.push(varInt(isInfinite ? 0 : bound.seconds - seconds + 1), varInt(bound.prefix.length), Buffer.from(bound.prefix))
    seconds = bound.seconds
    parts.push(...payload(claim, ids, () => view.fingerprint(from, end)))
    from = end
  }
  return Buffer.concat(parts)
}

/** At most `maxRanges` ranges at random ends, cut off at `maxBytes`. */
export function randomHostileFrame(view: RecordView, random: Random, bounds: { maxRanges: number; maxBytes: number }): Buffer {
  const count = 1 + random.int(bounds.maxRanges)
  const pick = <T>(from: readonly T[]): T => from[random.int(from.length)]!
  const claims = Array.from({ length: 4 }, () => pick<Claim>(['skip', 'equal', 'different', 'list']))
  const ends = Array.from({ length: count }, () => random.int(view.size + 1)).toSorted((a, b) => a - b)
  const ranges: HostileRange[] = []
  let bytes = 1
  for (const end of ends) {
    const claim = pick(claims)
    const ids = claim === 'list' ? random.int(4) : 0
    bytes += 24 + ids * 32
    if (bytes > bounds.maxBytes) break
    ranges.push({ end, claim, ids })
  }
  return hostileFrame(view, ranges)
}

function payload(claim: Claim, ids: number, fingerprint: () => string): Buffer[] {
  switch (claim) {
    case 'skip':
      return [varInt(Mode.Skip)]
    case 'equal':
      return [varInt(Mode.Fingerprint), Buffer.from(fingerprint(), 'hex')]
    case 'different':
      return [varInt(Mode.Fingerprint), Buffer.alloc(16, 0xff)]
    case 'list':
      return [varInt(Mode.IdList), varInt(ids), Buffer.alloc(ids * 32, 0xee)]
  }
}

function varInt(value: number): Buffer {
  const bytes = Buffer.alloc(varIntBytes(value))
  writeVarInt(bytes, value, 0)
  return bytes
}
