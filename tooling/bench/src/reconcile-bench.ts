/** What reconciling full rooms costs: the wire, the sets, and answers to frames that are made to be dear. */
import { IdSet, proceed, respond } from '@dchat/chat'
import type { RecordView } from '@dchat/chat'
import { exchange, hostileFrame, ourInitiator, ourResponder, randomHostileFrame, recordOf, setOf } from '@dchat/chat/testing'
import type { Claim, HostileRange } from '@dchat/chat/testing'
import { SeededRandom } from '@dchat/system'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

const FULL = 100_000
/** Frames and ranges as docs/chat.md bounds them. */
const OPTIONS = { frameMaxBytes: 61_440, maxRanges: 1_024 }
const RANDOM_FRAMES = 400
/** Of the random frames so many are looked at closely. */
const FINALISTS = 5
const TRIES = 5
const WARM_TURNS = 30
/** The time of a thread is counted in steps of some milliseconds. */
const COST_US = 100_000

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

type Records = readonly ReturnType<typeof recordOf>[]

export interface ExchangeRow {
  readonly label: string
  readonly bytes: number
  readonly roundTrips: number
  readonly aimBytes?: number
  readonly aimRoundTrips?: number
  /** Slowest step of either side. */
  readonly worstStepMs: number
}

export interface TimeRow {
  readonly label: string
  readonly value: number
  readonly unit: '/s' | 'ms' | 'MB'
  readonly aim?: number
}

export async function exchangeBench(): Promise<ExchangeRow[]> {
  const all = Array.from({ length: FULL }, (_, key) => recordOf(key, 0.2))
  const without = (isGone: (key: number) => boolean): Records => all.filter((_, key) => !isGone(key))
  const scattered = (count: number, from: number) => (key: number) => key % (FULL / count) === from
  const rows: ExchangeRow[] = []
  const add = async (label: string, sides: [Records, Records], aims: { aimBytes?: number; aimRoundTrips?: number } = {}) => {
    rows.push({ label, ...(await timedExchange(sides)), ...aims })
  }
  await add('equal', [all, all], { aimBytes: 1_024, aimRoundTrips: 1 })
  await add('100 missing at the end', [all.slice(0, -100), all], { aimBytes: 8_192, aimRoundTrips: 4 })
  await add('1 missing', [without((key) => key === 31_416), all])
  await add('100 missing all over', [without(scattered(100, 500)), all])
  await add('1,000 missing all over, on either side', [without(scattered(1_000, 7)), without(scattered(1_000, 57))])
  await add('5,000 missing at the end, a day away', [all.slice(0, -5_000), all])
  await add('2,000 of each side at the end, a healed partition', partition(all))
  await add('an empty node', [[], all])
  return rows
}

/** Two halves that wrote 2,000 posts each in the same time. */
function partition(all: Records): [Records, Records] {
  const split = all.length - 4_000
  return [all.filter((_, key) => key < split || key % 2 === 0), all.filter((_, key) => key < split || key % 2 === 1)]
}

async function timedExchange([ours, theirs]: [Records, Records]): Promise<Omit<ExchangeRow, 'label'>> {
  const [initiator, responder] = [ourInitiator(ours, OPTIONS), ourResponder(theirs, OPTIONS)]
  let worstStepMs = 0
  const timed = <T>(step: () => T): T => {
    const startMs = performance.now()
    const result = step()
    worstStepMs = Math.max(worstStepMs, performance.now() - startMs)
    return result
  }
  const { bytes, roundTrips } = await exchange(
    { open: () => timed(() => initiator.open()), next: (frame) => timed(() => initiator.next(frame)) },
    (frame) => timed(() => responder(frame)),
  )
  return { bytes, roundTrips, worstStepMs }
}

export function setBench(): TimeRow[] {
  const all = Array.from({ length: FULL }, (_, key) => recordOf(key, 0.2))
  const shuffled = all.toSorted((a, b) => Buffer.compare(a.id, b.id))
  const perSecond = (records: Records): number => FULL / (best(() => setOf(records)) / 1000)
  const set = setOf(all)
  const view = set.view(0, Infinity)
  return [
    { label: 'records added in order', value: perSecond(all), unit: '/s', aim: 300_000 },
    { label: 'records added in any order', value: perSecond(shuffled), unit: '/s' },
    { label: 'records removed in any order', value: removals(all, shuffled), unit: '/s' },
    { label: 'memory of 100,000 added in order', value: megabytes(all), unit: 'MB', aim: 4.2 },
    { label: 'memory of 100,000 added in any order', value: megabytes(shuffled), unit: 'MB' },
    { label: 'a view', value: cost(() => set.view(1_700_000_000_500, 1_700_400_000_000)), unit: 'ms' },
    { label: 'a fingerprint of nearly all', value: cost(() => view.fingerprint(100, FULL - 100)), unit: 'ms', aim: 0.1 },
  ]
}

function removals(all: Records, order: Records): number {
  const sets = Array.from({ length: TRIES }, () => setOf(all))
  const ms = best(() => {
    const set = sets.pop()!
    for (const record of order) set.remove(record)
  })
  return FULL / (ms / 1000)
}

function megabytes(records: Records): number {
  const held = (): number => {
    // What the first finds is given back by the second.
    collectGarbage()
    collectGarbage()
    return process.memoryUsage().arrayBuffers
  }
  const before = held()
  const set = setOf(records)
  const bytes = held() - before
  return bytes / set.size / (1e6 / FULL)
}

/** Answers to the dearest frames, over sets whose records lie seconds apart, and all in one second that the view cuts in two. */
export function hostileBench(): TimeRow[] {
  const apart = setOf(Array.from({ length: FULL }, (_, key) => recordOf(key, 0.2)))
  const together = setOf(
    Array.from({ length: FULL }, (_, key) => ({ ...recordOf(key, 1), time: 1_700_000_000_000 + (key % 1_000) })),
  )
  const views: [string, IdSet, () => RecordView][] = [
    ['seconds apart', apart, () => apart.view(0, Infinity)],
    ['in one second', together, () => together.view(1_700_000_000_001, 1_700_000_000_998)],
  ]
  return views.flatMap(([where, set, view]) => {
    const rows = DEAR_FRAMES.map(([label, make]): TimeRow => {
      const frame = make(set.view(0, Infinity))
      return { label: `${where}: ${label}`, value: dearest(view, frame), unit: 'ms', aim: 5 }
    })
    return [
      ...rows,
      { label: `${where}: the dearest of ${RANDOM_FRAMES} random frames`, value: search(set, view), unit: 'ms', aim: 5 },
    ]
  })
}

const even = (view: RecordView, count: number, claims: readonly Claim[]): HostileRange[] =>
  Array.from({ length: count }, (_, index) => ({
    end: Math.ceil(((index + 1) * view.size) / count),
    claim: claims[index % claims.length]!,
    ids: 1,
  }))

const DEAR_FRAMES: readonly [string, (view: RecordView) => Buffer][] = [
  ['1,024 equal fingerprints', (view) => hostileFrame(view, even(view, 1_024, ['equal']))],
  ['1,024 different fingerprints', (view) => hostileFrame(view, even(view, 1_024, ['different']))],
  ['960 equal, then 64 different', (view) => hostileFrame(view, late(view))],
  ['1,024 lists of an unknown id', (view) => hostileFrame(view, even(view, 1_024, ['list']))],
  ['one list of 1,900 unknown ids', (view) => hostileFrame(view, [{ end: view.size, claim: 'list', ids: 1_900 }])],
  ['equal and different by turns', (view) => hostileFrame(view, even(view, 1_024, ['equal', 'equal', 'equal', 'different']))],
]

/** Small ranges that are equal, then 64 large ones that are split: as many fingerprints as there can be. */
function late(view: RecordView): HostileRange[] {
  const small = Array.from({ length: 960 }, (_, index): HostileRange => ({ end: (index + 1) * 52, claim: 'equal' }))
  const large = Array.from({ length: 64 }, (_, index): HostileRange => {
    const from = 960 * 52
    return { end: from + Math.ceil(((index + 1) * (view.size - from)) / 64), claim: 'different' }
  })
  return [...small, ...large]
}

function search(set: IdSet, view: () => RecordView): number {
  const random = new SeededRandom(3)
  const bounds = { maxRanges: OPTIONS.maxRanges, maxBytes: OPTIONS.frameMaxBytes }
  const frames = Array.from({ length: RANDOM_FRAMES }, () => randomHostileFrame(set.view(0, Infinity), random, bounds))
  const timed = frames.map((frame) => ({
    frame,
    ms: best(() => [respond(view(), frame, OPTIONS), proceed(view(), frame, OPTIONS)]),
  }))
  const dear = timed.toSorted((a, b) => b.ms - a.ms).slice(0, FINALISTS)
  return Math.max(...dear.map(({ frame }) => dearest(view, frame)))
}

/** The dearer of the two roles. */
function dearest(view: () => RecordView, frame: Buffer): number {
  return Math.max(
    cost(() => respond(view(), frame, OPTIONS)),
    cost(() => proceed(view(), frame, OPTIONS)),
  )
}

/** Milliseconds of this thread's time, the mean of many runs: what else runs on the machine is not counted. */
function cost(run: () => unknown): number {
  for (let turn = 0; turn < WARM_TURNS; turn++) run()
  const startUs = threadUs()
  let runs = 0
  while (threadUs() - startUs < COST_US) {
    run()
    runs++
  }
  return (threadUs() - startUs) / runs / 1_000
}

function threadUs(): number {
  const { user, system } = process.threadCpuUsage()
  return user + system
}

/** Milliseconds of the fastest of a few runs. */
function best(run: () => unknown): number {
  let ms = Infinity
  for (let turn = 0; turn < TRIES; turn++) {
    const startMs = performance.now()
    run()
    ms = Math.min(ms, performance.now() - startMs)
  }
  return ms
}
