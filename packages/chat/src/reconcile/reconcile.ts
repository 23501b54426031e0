/**
 * Reconciliation of two sets of records with Negentropy version 1, both roles. Neither side keeps anything between frames: each
 * frame is answered from a view of the set alone, so sets may change in between.
 * Facts: docs/chat.md, *Negentropy v1, the facts needed*.
 */
import { INFINITE, ID_BYTES } from './bound.ts'
import type { Bound } from './bound.ts'
import { FrameReader, malformed, Mode, VERSION_BYTE } from './frame-reader.ts'
import type { IdListRange } from './frame-reader.ts'
import { FrameWriter } from './frame-writer.ts'
import { RECONCILE_LIMITS } from './reconcile-limits.ts'
import type { RecordView } from './record-view.ts'

/** A range of fewer records is told by its ids, a larger one by so many fingerprints. */
const LISTED_BELOW = 32
const PARTS = 16

export interface ReconcileOptions {
  /** Of the frame that is made, at least 4,096. */
  readonly frameMaxBytes: number
  /** Of the frame that is read and of the one that is made, at least 64. */
  readonly maxRanges: number
  /** Of the ids that one answer is said to lack. @default RECONCILE_HAVE */
  readonly maxHave?: number
}

/** What the initiator learns from an answer. */
export interface Findings {
  /** The next frame to send; null when nothing is left to ask: the reconciliation is done. */
  readonly reply: Buffer | null
  /**
   * Ids that only this side has, at most `maxHave`. One may be told again by a later answer while the other side has not got it:
   * a full frame ends with a fingerprint of all that follows, settled or not.
   */
  readonly have: readonly Buffer[]
  /**
   * Ids that the other side says it has and that this side was not seen to have: whether they are held is to be looked up. One
   * may be told again by a later answer, and one that is held may be among them, when `maxHave` cut the answer.
   */
  readonly need: readonly Buffer[]
}

/** Records [from, to) of a view, which end at `bound`. */
interface Span {
  readonly from: number
  readonly to: number
  readonly bound: Bound
}

/** The first frame of an initiator. */
export function initiate(view: RecordView, options: ReconcileOptions): Buffer {
  const writer = new FrameWriter(options)
  split(view, { from: 0, to: view.size, bound: INFINITE }, writer)
  return writer.finish()
}

/**
 * The answer to a frame of an initiator: bounded, whatever came. A frame of another version is answered with our version alone.
 * @throws {ChatError} CHAT_RECONCILE_MALFORMED, the peer's fault.
 */
export function respond(view: RecordView, frame: Buffer, options: ReconcileOptions): Buffer {
  const writer = new FrameWriter(options)
  if (frame.length === 0) throw malformed('no version')
  if (frame[0] !== VERSION_BYTE) return writer.finish()
  answer(view, { reader: new FrameReader(frame, options.maxRanges), writer, takeList: (_, span) => writer.idList(view, span) })
  return writer.finish()
}

/**
 * Takes in the answer of a responder. An answer that holds our version alone says that nothing differs.
 * @throws {ChatError} CHAT_RECONCILE_MALFORMED, the peer's fault: also for a frame of another version.
 */
export function proceed(view: RecordView, frame: Buffer, options: ReconcileOptions): Findings {
  if (frame[0] !== VERSION_BYTE) throw malformed('another version')
  const writer = new FrameWriter(options)
  const have: Buffer[] = []
  const need: Buffer[] = []
  const maxHave = options.maxHave ?? RECONCILE_LIMITS.RECONCILE_HAVE.value
  const takeList = (list: IdListRange, span: Span): number => {
    const theirs = idsOf(frame, list)
    const end = compare(view, span, { theirs, have, maxHave })
    for (const key of theirs) need.push(Buffer.from(key, 'latin1'))
    if (end < span.to) writer.stop()
    if (end === span.to) writer.skip(span.bound)
    else if (end > span.from) writer.skip(view.boundBefore(end))
    return end
  }
  answer(view, { reader: new FrameReader(frame, options.maxRanges), writer, takeList })
  return { reply: writer.isEmpty ? null : writer.finish(), have, need }
}

interface Exchange {
  readonly reader: FrameReader
  readonly writer: FrameWriter
  /** Deals with an id list of the other side and answers up to which record. */
  readonly takeList: (list: IdListRange, span: Span) => number
}

/** Answers every range, or those that there is room for and the others with one fingerprint. */
function answer(view: RecordView, { reader, writer, takeList }: Exchange): void {
  let from = 0
  for (let range = reader.next(); range !== null; range = reader.next()) {
    const span = { from, to: view.seek(range.bound, from), bound: range.bound }
    if (range.mode === Mode.IdList) from = takeList(range, span)
    else if (range.mode === Mode.Skip || range.fingerprint === view.fingerprint(span.from, span.to)) {
      writer.skip(span.bound)
      from = span.to
    } else from = split(view, span, writer)
    if (writer.isFull) return writer.rest(view.fingerprint(from, view.size))
  }
}

/** Tells a span by its ids or its parts, as far as there is room, and answers up to which record. */
function split(view: RecordView, span: Span, writer: FrameWriter): number {
  const count = span.to - span.from
  if (count < LISTED_BELOW) return writer.idList(view, span)
  let from = span.from
  for (let part = 0; part < PARTS; part++) {
    const to = from + Math.floor(count / PARTS) + (part < count % PARTS ? 1 : 0)
    const bound = to === span.to ? span.bound : view.boundBefore(to)
    if (!writer.fingerprint(bound, () => view.fingerprint(from, to))) return from
    from = to
  }
  return from
}

/** Takes out of `theirs` what this side has too, adds what only it has to `have`, and answers up to which record it came. */
function compare(
  view: RecordView,
  { from, to }: Span,
  { theirs, have, maxHave }: { theirs: Set<string>; have: Buffer[]; maxHave: number },
): number {
  for (let index = from; index < to; index++) {
    if (theirs.size > 0 && theirs.delete(view.key(index))) continue
    if (have.length === maxHave) return index
    have.push(Buffer.from(view.id(index)))
  }
  return to
}

function idsOf(frame: Buffer, { from, count }: IdListRange): Set<string> {
  const ids = new Set<string>()
  for (let i = 0; i < count; i++) ids.add(frame.toString('latin1', from + i * ID_BYTES, from + (i + 1) * ID_BYTES))
  return ids
}
