import type { OfferedRoom, Place } from '@dchat/store'
import { ManualClock } from '@dchat/system'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HISTORY_LIMITS } from './history-limits.ts'
import { PageAsker } from './page-asker.ts'
import type { PageQuery } from './page-collector.ts'
import { comparePlaces } from './place.ts'
import { Pager } from './pager.ts'
import type { PagePeer } from './pager.ts'

const HANDOVER_MS = HISTORY_LIMITS.PAGE_HANDOVER_MS.value
const IDLE_MS = HISTORY_LIMITS.PAGE_IDLE_MS.value
const LATENCY_MS = 10

function placeOf(time: number): Place {
  const id = Buffer.alloc(32)
  id.writeUInt32BE(time)
  return { time, id }
}
const times = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index)

type Rooms = Readonly<Record<string, readonly number[]>>

/** A channel to a peer that holds posts, known by their times. It answers after a while, unless it is silent. */
class Peer implements PagePeer {
  readonly pages: PageAsker
  readonly queries: PageQuery[] = []
  isSilent = false
  readonly channelId: number
  readonly latencyMs: number
  readonly #rig: Rig
  readonly #rooms: Rooms

  constructor(rig: Rig, { channelId, rooms, latencyMs }: { channelId: number; rooms: Rooms; latencyMs: number }) {
    this.latencyMs = latencyMs
    this.#rig = rig
    this.channelId = channelId
    this.#rooms = rooms
    this.pages = new PageAsker({
      clock: rig.clock,
      send: (request, query) => {
        this.queries.push(query)
        rig.clock.setTimer(latencyMs, () => this.#answer(request, query))
        return true
      },
      onStalled: (paging) => rig.pager.onStalled(channelId, paging),
      onEnd: (paging, outcome) => rig.pager.onEnd(channelId, paging, outcome),
    })
  }

  hintOf = (room: string) => {
    const posts = this.#rooms[room]
    return posts === undefined || posts.length === 0 ? undefined : { newest: Math.max(...posts), posts: posts.length }
  }

  hintedRooms(): string[] {
    return Object.keys(this.#rooms)
  }

  leave(): void {
    this.isSilent = true
    this.pages.close()
    this.#rig.pager.remove(this.channelId)
  }

  #answer(request: number, { room, before, limit }: PageQuery): void {
    if (this.isSilent) return
    const posts = (this.#rooms[room] ?? []).map(placeOf).filter((place) => comparePlaces(place, before) < 0)
    posts.sort((a, b) => comparePlaces(b, a))
    const page = posts.slice(0, limit)
    for (const place of page) {
      this.pages.takePost(room, place)
      this.#rig.hold(room, place.time)
    }
    this.pages.takeEnd({ request, count: page.length, more: posts.length > limit })
  }
}

/** A node that holds some posts, known by their times, and has joined some rooms. */
class Rig {
  readonly clock = new ManualClock()
  readonly held: Map<string, Set<number>>
  readonly order: string[] = []
  readonly faults: string[] = []
  /** How often the rooms that are looked at had been paged. */
  coreIdle = 0
  /** How often all rooms had been paged. */
  idle = 0
  readonly pager: Pager
  readonly #joined: readonly string[]
  #channels = 0

  constructor(held: Rooms = {}, joined: readonly string[] = ['dchat']) {
    this.held = new Map(Object.entries(held).map(([room, posts]) => [room, new Set(posts)]))
    this.#joined = joined
    this.pager = new Pager({
      clock: this.clock,
      offered: () => this.#offered(),
      keeps: (room) => room !== 'unkept',
      onProgress: () => {},
      onFault: (fault) => this.faults.push(fault),
      onCoreIdle: () => {
        this.coreIdle += 1
      },
      onIdle: () => {
        this.idle += 1
      },
    })
    this.pager.noteAlone()
  }

  connect(rooms: Rooms, { isAsked = false, latencyMs = LATENCY_MS } = {}): Peer {
    this.#channels += 1
    const peer = new Peer(this, { channelId: this.#channels, rooms, latencyMs })
    this.pager.consider(peer, { isAsked })
    return peer
  }

  hold(room: string, time: number): void {
    if (!this.held.has(room)) this.held.set(room, new Set())
    this.held.get(room)!.add(time)
    if (this.order.at(-1) !== room) this.order.push(room)
  }

  of(room: string): number[] {
    return [...(this.held.get(room) ?? [])].toSorted((a, b) => a - b)
  }

  #offered(): OfferedRoom[] {
    return [...new Set([...this.#joined, '', '_dm', ...this.held.keys()])].map((room) => {
      const posts = this.of(room)
      return { room, joined: this.#joined.includes(room), newest: posts.at(-1) ?? 0, low: 0, posts: posts.length }
    })
  }
}

test('an empty node fetches everything, what is looked at first', async () => {
  const rig = new Rig({}, ['dchat', 'games'])
  const all = { other: times(1, 3), _dm: [4], games: times(1, 450), '': times(1, 9), dchat: times(1, 450), unkept: [1] }
  rig.connect(all)
  await rig.clock.advance(1_000)
  expect(rig.order).toEqual(['dchat', '', 'games', '_dm', 'dchat', 'games', 'other'])
  for (const room of ['dchat', '', 'games', '_dm', 'other'] as const) expect(rig.of(room)).toEqual(all[room])
  expect([rig.of('unkept'), rig.coreIdle, rig.pager.progress, rig.clock.pendingTimers]).toEqual([[], 1, undefined, 0])
})

test('a node that was away fetches down to what it held', async () => {
  const day = 86_400_000
  const rig = new Rig({ dchat: times(1, 1_000) })
  const peer = rig.connect({ dchat: [...times(1, 1_000), ...times(day, day + 250)] })
  await rig.clock.advance(1_000)
  expect([rig.of('dchat').length, peer.queries.filter(({ room }) => room === 'dchat').length]).toEqual([1_249, 2])
})

test('what lies not far behind is left to the repair', async () => {
  const rig = new Rig({ dchat: [1_000], '': [1], _dm: [1] })
  const peer = rig.connect({ dchat: [1_000, 600_000] })
  await rig.clock.advance(1_000)
  expect(peer.queries).toEqual([])
})

test('posts that came since the node was alone do not count as held', async () => {
  const rig = new Rig()
  rig.hold('dchat', 900)
  rig.connect({ dchat: times(1, 901) })
  await rig.clock.advance(1_000)
  expect(rig.of('dchat')).toHaveLength(900)
})

test('a room that began meanwhile is not paged', async () => {
  const rig = new Rig()
  for (const time of times(1, 200)) rig.hold('dchat', time)
  const peer = rig.connect({ dchat: times(1, 300) })
  await rig.clock.advance(1_000)
  expect(peer.queries).toEqual([])
})

test('a joined room that is empty here is asked for though nobody has told of it, once of each', async () => {
  const rig = new Rig({}, ['games'])
  const peers = [rig.connect({ x: [1] }, { isAsked: true }), rig.connect({ y: [1] }, { isAsked: true })]
  await rig.clock.advance(1_000)
  const asked = peers.map(({ queries }) => queries.filter(({ room }) => room === 'games').length)
  expect(asked).toEqual([1, 1])
})

test('with many channels a room is asked of one at a time, and of one alone', async () => {
  const rig = new Rig({}, [])
  const all = { '': times(1, 2_001), a: times(1, 2_001), b: times(1, 2_001) }
  const peers = [1, 2, 3, 4, 5].map(() => rig.connect(all))
  await rig.clock.advance(5_000)
  expect([rig.of(''), rig.of('a'), rig.of('b')].map(({ length }) => length)).toEqual([2_000, 2_000, 2_000])
  const pages = peers.flatMap(({ queries }) => queries).filter(({ room }) => room in all)
  expect(pages).toHaveLength(30)
})

test('when a channel goes another continues where it was', async () => {
  const rig = new Rig({}, [])
  const all = { '': times(1, 2_001) }
  const first = rig.connect(all)
  const other = rig.connect(all)
  await rig.clock.advance(5 * LATENCY_MS + 1)
  first.leave()
  await rig.clock.advance(1_000)
  expect([rig.of('').length, first.queries.length, other.queries.filter(({ room }) => room === '').length]).toEqual([2_000, 6, 5])
  const last = rig.connect(all)
  await rig.clock.advance(1_000)
  expect(last.queries).toEqual([])
})

test('when no channel is left the next one continues', async () => {
  const rig = new Rig({}, [])
  const all = { '': times(1, 2_001), _dm: [1] }
  const first = rig.connect(all)
  await rig.clock.advance(5 * LATENCY_MS + 1)
  first.leave()
  const next = rig.connect(all)
  await rig.clock.advance(1_000)
  expect([rig.of('').length, next.queries.filter(({ room }) => room === '').length]).toEqual([2_000, 6])
})

test('a channel that stalls loses the room to another after 3 seconds', async () => {
  const rig = new Rig()
  const liar = rig.connect({ dchat: times(1, 100) })
  liar.isSilent = true
  rig.connect({ dchat: times(1, 50) })
  await rig.clock.advance(HANDOVER_MS + 5 * LATENCY_MS)
  expect(rig.of('dchat')).toHaveLength(49)
  await rig.clock.advance(IDLE_MS)
  expect([rig.faults, rig.coreIdle, rig.clock.pendingTimers]).toEqual([['idle'], 1, 0])
})

test('a channel that sends a page in drops loses the room to another after 10 seconds', async () => {
  const rig = new Rig()
  const liar = rig.connect({ dchat: times(1, 1_000) })
  liar.isSilent = true
  rig.connect({ dchat: times(1, 50) })
  for (let post = 0; post < 8; post += 1) {
    liar.pages.takePost('dchat', placeOf(999 - post))
    await rig.clock.advance(1_200)
  }
  expect(rig.of('dchat')).toEqual([])
  await rig.clock.advance(400 + 5 * LATENCY_MS)
  expect(rig.of('dchat')).toHaveLength(49)
})

test('that the rooms which are looked at are there is told at once, however many others somebody boasts of', async () => {
  const rig = new Rig({ '': [1], _dm: [1] })
  const others = Object.fromEntries(Array.from({ length: 100 }, (_, room) => [`room${room}`, [1]]))
  rig.connect({ dchat: times(1, 50), ...others })
  await rig.clock.advance(2 * LATENCY_MS)
  expect([rig.coreIdle, rig.pager.advancingUntilMs, rig.pager.isBusy]).toEqual([1, -Infinity, true])
  await rig.clock.advance(200 * LATENCY_MS)
  expect([rig.coreIdle, rig.pager.isBusy]).toEqual([1, false])
})

test('pages of other rooms do not put off the repairs that wait for one that is looked at', async () => {
  const rig = new Rig({ '': [1], _dm: [1] })
  rig.connect({ dchat: times(1, 50) }).isSilent = true
  const { advancingUntilMs } = rig.pager
  rig.connect({ other: times(1, 2_000) })
  await rig.clock.advance(20 * LATENCY_MS)
  expect([rig.of('other').length, rig.pager.advancingUntilMs]).toEqual([1_999, advancingUntilMs])
})

test('a room counts as being paged while a page of it is awaited, and not for ever', async () => {
  const rig = new Rig()
  const peer = rig.connect({ dchat: times(0, 10), other: times(0, 10) })
  expect([rig.pager.isPaging('dchat'), rig.pager.isPaging('other')]).toEqual([true, false])
  await rig.clock.advance(LATENCY_MS)
  expect([rig.pager.isPaging('dchat'), rig.pager.isPaging('other'), rig.idle]).toEqual([false, true, 0])
  await rig.clock.advance(LATENCY_MS)
  expect([rig.pager.isPaging('other'), rig.idle]).toEqual([false, 1])
  peer.leave()

  const slow = new Rig()
  const { latencyMs } = slow.connect({ other: times(0, 10_000) }, { latencyMs: 8_000 })
  await slow.clock.advance(HISTORY_LIMITS.PAGING_FIRST_MS.value - latencyMs)
  expect(slow.pager.isPaging('other')).toBe(true)
  await slow.clock.advance(2 * latencyMs)
  expect([slow.pager.isPaging('other'), slow.idle]).toEqual([false, 0])
})

test('one that is alone has 30 seconds', async () => {
  const rig = new Rig({ '': [1], _dm: [1] })
  rig.connect({ dchat: [5] }).isSilent = true
  await rig.clock.advance(IDLE_MS - 1)
  expect([rig.faults, rig.pager.isBusy]).toEqual([[], true])
  await rig.clock.advance(1)
  expect([rig.faults, rig.pager.isBusy, rig.coreIdle, rig.clock.pendingTimers]).toEqual([['idle'], false, 1, 0])
})

test('what a peer claims of its rooms costs a page each', async () => {
  const rig = new Rig({ '': [1], _dm: [1] }, [])
  const claims = Object.fromEntries(times(0, 50).map((number) => [`r${number}`, [9]]))
  const liar = rig.connect(claims)
  const answered: PageQuery[] = []
  liar.isSilent = true
  // Every page is empty, and the last.
  for (let request = 0; request < 60 && liar.pages.isBusy; request += 1) {
    answered.push(liar.queries.at(-1)!)
    liar.pages.takeEnd({ request, count: 0, more: false })
  }
  expect([new Set(answered.map(({ room }) => room)).size, answered.length, rig.pager.isBusy]).toEqual([50, 50, false])
  liar.pages.close()
})

test('progress counts what came of what is expected, of all rooms that are fetched', async () => {
  const rig = new Rig({}, ['dchat'])
  rig.connect({ dchat: times(1, 451), x: times(1, 11), '': [1], _dm: [1] })
  expect(rig.pager.progress).toEqual({ room: 'dchat', received: 0, expected: 462, peers: 1 })
  await rig.clock.advance(LATENCY_MS)
  expect(rig.pager.progress).toMatchObject({ received: 200, expected: 462 })
  await rig.clock.advance(1_000)
  expect([rig.pager.progress, rig.of('dchat').length]).toEqual([undefined, 450])
})

test('whatever peers hold, come and go, the node ends near the newest post of each who stayed', async () => {
  const minutes = fc.array(fc.integer({ min: 1, max: 5_000 }), { maxLength: 700 })
  const posts = minutes.map((each) => [...new Set(each)].map((minute) => minute * 60_000))
  const described = fc.record({ posts, leavesMs: fc.option(fc.nat(200)), isSilent: fc.boolean() })
  await fc.assert(
    fc.asyncProperty(fc.array(described, { maxLength: 4 }), async (peers) => {
      const rig = new Rig({ '': [1], _dm: [1] })
      for (const { posts: held, leavesMs, isSilent } of peers) {
        const peer = rig.connect({ dchat: held })
        peer.isSilent = isSilent
        if (leavesMs !== null) rig.clock.setTimer(leavesMs, () => peer.leave())
      }
      await rig.clock.advance(10 * IDLE_MS)
      const staying = peers.filter(({ leavesMs, isSilent }) => leavesMs === null && !isSilent)
      const newest = Math.max(0, ...staying.flatMap(({ posts: held }) => held))
      expect(Math.max(0, ...rig.of('dchat'))).toBeGreaterThanOrEqual(newest - HISTORY_LIMITS.FAR_BEHIND_MS.value)
      expect([rig.pager.isBusy, rig.clock.pendingTimers]).toEqual([false, 0])
    }),
    { numRuns: 100 },
  )
})
