/** Sets of records and whole reconciliations, for tests and benches. */
import { createHash } from 'node:crypto'
import type { Place } from '@dchat/store'
import { IdSet } from '../reconcile/id-set.ts'
import type { RecordView } from '../reconcile/record-view.ts'
import { initiate, proceed, respond } from '../reconcile/reconcile.ts'
import type { ReconcileOptions } from '../reconcile/reconcile.ts'

/** Half of a reconciliation: frames in, frames out. */
export interface Initiator {
  open(): Buffer | Promise<Buffer>
  next(frame: Buffer): Answer | Promise<Answer>
}

export interface Answer {
  readonly reply: Buffer | null
  readonly have: readonly Buffer[]
  readonly need: readonly Buffer[]
}

export type Responder = (frame: Buffer) => Buffer | Promise<Buffer>

/** The record of a key: nobody chose its id. */
export function recordOf(key: number, perSecond: number): Place {
  const id = createHash('sha256').update(`record ${key}`).digest()
  return { time: 1_700_000_000_000 + Math.floor((key * 1000) / perSecond), id }
}

export function setOf(records: Iterable<Place>): IdSet {
  const set = new IdSet()
  for (const record of records) set.add(record)
  return set
}

export const viewOf = (set: IdSet): RecordView => set.view(0, Number.MAX_SAFE_INTEGER)

export function ourInitiator(records: Iterable<Place>, options: ReconcileOptions): Initiator {
  const set = setOf(records)
  return { open: () => initiate(viewOf(set), options), next: (frame) => proceed(viewOf(set), frame, options) }
}

export function ourResponder(records: Iterable<Place>, options: ReconcileOptions): Responder {
  const set = setOf(records)
  return (frame) => respond(viewOf(set), frame, options)
}

export interface Exchange {
  readonly have: string[]
  readonly need: string[]
  /** Those of both sides, in turn. */
  readonly frames: Buffer[]
  readonly bytes: number
  readonly roundTrips: number
}

/** More round trips than any two sets of a test need. */
const ENDLESS = 2_000

export async function exchange(initiator: Initiator, responder: Responder): Promise<Exchange> {
  const [have, need]: [string[], string[]] = [[], []]
  const frames: Buffer[] = []
  let frame: Buffer | null = await initiator.open()
  while (frame !== null) {
    const answer = await responder(frame)
    frames.push(frame, answer)
    if (frames.length > ENDLESS) throw new Error('the reconciliation does not end')
    const findings: Answer = await initiator.next(answer)
    have.push(...findings.have.map((id) => id.toString('hex')))
    need.push(...findings.need.map((id) => id.toString('hex')))
    frame = findings.reply
  }
  return { have, need, frames, bytes: Buffer.concat(frames).length, roundTrips: frames.length / 2 }
}
