import { ManualClock } from '@dchat/system'
import { describe, expect, test } from 'vitest'
import { idKey } from '../relay/id-key.ts'
import { Fetch, FetchQueue } from './fetch-queue.ts'
import { HISTORY_LIMITS } from './history-limits.ts'
import { SharedAsks } from './shared-asks.ts'

const IDLE_MS = HISTORY_LIMITS.SYNC_IDLE_MS.value

function idOf(number: number): Buffer {
  const id = Buffer.alloc(32)
  id.writeUInt32BE(number)
  return id
}
const ids = (count: number, first = 0): Buffer[] => Array.from({ length: count }, (_, index) => idOf(first + index))

/** A channel that may be asked for `room` posts at any time. */
class Rig {
  readonly clock: ManualClock
  readonly asks: SharedAsks
  readonly known = new Set<string>()
  readonly wanted: Buffer[] = []
  room = 1_024
  readonly queue: FetchQueue

  constructor({ clock = new ManualClock(), asks = new SharedAsks() }: { clock?: ManualClock; asks?: SharedAsks } = {}) {
    this.clock = clock
    this.asks = asks
    this.queue = new FetchQueue({
      clock,
      asks,
      askRoom: () => this.room,
      ask: (wanted) => {
        const taken = wanted.slice(0, this.room)
        this.room -= taken.length
        this.wanted.push(...taken)
        return taken.length
      },
      isKnown: (id) => this.known.has(idKey(id)),
      onProgress: () => {},
    })
  }

  /** What `until` has come to so far. */
  watch(isDone: () => boolean, signal = new AbortController().signal): { result: boolean | 'aborted' | undefined } {
    const watched: { result: boolean | 'aborted' | undefined } = { result: undefined }
    this.queue.until(isDone, { signal, deadlineMs: Infinity }).then(
      (result) => (watched.result = result),
      () => (watched.result = 'aborted'),
    )
    return watched
  }
}

test('what is known is not asked for, nor what another channel is asked for', () => {
  const rig = new Rig()
  rig.known.add(idKey(idOf(0)))
  rig.asks.join(idKey(idOf(1)), 0)
  const fetch = new Fetch()
  rig.queue.add(ids(4), fetch)
  expect([rig.wanted, fetch.open, fetch.elsewhere]).toEqual([ids(2, 2), 3, 1])
  rig.queue.close()
})

describe('what another channel is asked for', () => {
  const HANDOVER_MS = HISTORY_LIMITS.FETCH_HANDOVER_MS.value

  /** Two ids that somebody else is asked for. */
  function rigBeside(): { rig: Rig; fetch: Fetch } {
    const rig = new Rig()
    for (const id of ids(2)) rig.asks.join(idKey(id), 0)
    const fetch = new Fetch()
    rig.queue.add(ids(2), fetch)
    return { rig, fetch }
  }

  test('is asked for here once that one has let it wait for 5 seconds, and no earlier', async () => {
    const { rig, fetch } = rigBeside()
    await rig.clock.advance(HANDOVER_MS - 1)
    expect(rig.wanted).toEqual([])
    await rig.clock.advance(500)
    expect([rig.wanted, fetch.open, fetch.elsewhere]).toEqual([ids(2), 2, 0])
    const watched = rig.watch(() => fetch.open === 0)
    for (const id of ids(2)) rig.queue.settle(id)
    await rig.clock.advance(0)
    expect([watched.result, fetch.received, rig.asks.size, rig.clock.pendingTimers]).toEqual([true, 2, 0, 0])
  })

  test('is done with when that one has brought it', async () => {
    const { rig, fetch } = rigBeside()
    const watched = rig.watch(() => fetch.open === 0)
    for (const id of ids(2)) {
      rig.asks.settle(idKey(id))
      rig.known.add(idKey(id))
    }
    await rig.clock.advance(500)
    expect([watched.result, rig.wanted, fetch.received, rig.asks.size, rig.clock.pendingTimers]).toEqual([true, [], 0, 0, 0])
  })

  test('is asked for here at once when that one is given up', async () => {
    const { rig } = rigBeside()
    rig.asks.leave(idKey(idOf(0)))
    await rig.clock.advance(500)
    expect(rig.wanted).toEqual([idOf(0)])
    rig.queue.close()
    expect([rig.asks.size, rig.clock.pendingTimers]).toEqual([1, 0])
  })

  test('is asked of everybody who offers it once it has waited, so that no chain of liars holds it back', async () => {
    const { rig } = rigBeside()
    await rig.clock.advance(HANDOVER_MS)
    const other = new Rig({ asks: rig.asks, clock: rig.clock })
    const fetch = new Fetch()
    other.queue.add(ids(2), fetch)
    expect([rig.wanted, other.wanted, fetch.elsewhere]).toEqual([ids(2), ids(2), 0])
    rig.queue.close()
    other.queue.close()
  })

  test('is dropped with the session, and makes no room for more until then', () => {
    const rig = new Rig()
    const many = ids(HISTORY_LIMITS.SYNC_NEEDED_IDS.value)
    for (const id of many) rig.asks.join(idKey(id), 0)
    const fetch = new Fetch()
    rig.queue.add(many, fetch)
    expect(rig.queue.hasRoom).toBe(false)
    rig.queue.drop(fetch)
    expect([rig.queue.hasRoom, rig.queue.open, fetch.open, rig.asks.size]).toEqual([true, 0, 0, many.length])
    rig.queue.close()
  })
})

test('an id that is claimed twice over is asked for once', () => {
  const rig = new Rig()
  const [one, other] = [new Fetch(), new Fetch()]
  rig.queue.add([...ids(2), ...ids(2)], one)
  rig.queue.add(ids(3), other)
  expect([rig.wanted, one.open, other.open]).toEqual([ids(3), 2, 1])
  rig.queue.close()
})

test('as many are asked for as is allowed, the others later, but for those that came meanwhile', async () => {
  const rig = new Rig()
  rig.room = 2
  const fetch = new Fetch()
  rig.queue.add(ids(5), fetch)
  expect(rig.wanted).toHaveLength(2)
  rig.known.add(idKey(idOf(3)))
  rig.room = 9
  await rig.clock.advance(HISTORY_LIMITS.FETCH_INTERVAL_MS.value)
  expect([rig.wanted, fetch.open, rig.clock.pendingTimers]).toEqual([[idOf(0), idOf(1), idOf(2), idOf(4)], 4, 0])
})

test('a fetch is over when the last post has come', async () => {
  const rig = new Rig()
  const fetch = new Fetch()
  rig.queue.add(ids(3), fetch)
  const watched = rig.watch(() => fetch.open === 0)
  for (const id of ids(3)) {
    expect([watched.result, rig.queue.settle(id)]).toEqual([undefined, true])
    await rig.clock.advance(0)
  }
  expect([watched.result, fetch.received, rig.asks.size, rig.clock.pendingTimers]).toEqual([true, 3, 0, 0])
  expect(rig.queue.settle(idOf(0))).toBe(false)
})

test('it fails when nothing comes for 30 seconds, and not before', async () => {
  const rig = new Rig()
  const fetch = new Fetch()
  rig.queue.add(ids(3), fetch)
  const watched = rig.watch(() => fetch.open === 0)
  await rig.clock.advance(IDLE_MS - 1)
  rig.queue.settle(idOf(0))
  await rig.clock.advance(IDLE_MS - 1)
  expect(watched.result).toBeUndefined()
  await rig.clock.advance(1)
  expect(watched.result).toBe(false)
  rig.queue.drop(fetch)
  expect([fetch.open, rig.queue.open, rig.asks.size, rig.clock.pendingTimers]).toEqual([0, 0, 0, 0])
})

test('who drops his part leaves that of others', () => {
  const rig = new Rig()
  rig.room = 3
  const [mine, other] = [new Fetch(), new Fetch()]
  rig.queue.add(ids(2), mine)
  rig.queue.add(ids(3, 2), other)
  rig.queue.drop(mine)
  expect([rig.queue.open, other.open, rig.asks.size]).toEqual([3, 3, 3])
  rig.queue.close()
})

test('with 2,048 that wait there is no room for the next frame, until some were asked for', async () => {
  const rig = new Rig()
  rig.room = 0
  const fetch = new Fetch()
  rig.queue.add(ids(HISTORY_LIMITS.SYNC_NEEDED_IDS.value), fetch)
  const watched = rig.watch(() => rig.queue.hasRoom)
  await rig.clock.advance(HISTORY_LIMITS.FETCH_INTERVAL_MS.value)
  expect(watched.result).toBeUndefined()
  rig.room = 1
  await rig.clock.advance(HISTORY_LIMITS.FETCH_INTERVAL_MS.value)
  expect(watched.result).toBe(true)
  rig.queue.close()
})

test('a signal ends the wait, and the end of the channel leaves nothing', async () => {
  const rig = new Rig()
  rig.room = 1
  const ending = new AbortController()
  const fetch = new Fetch()
  rig.queue.add(ids(3), fetch)
  const watched = rig.watch(() => fetch.open === 0, ending.signal)
  rig.queue.close()
  ending.abort(new Error('gone'))
  await rig.clock.advance(0)
  expect([watched.result, rig.asks.size, rig.queue.open, rig.clock.pendingTimers]).toEqual(['aborted', 0, 0, 0])
})
