/** Repairs between nodes: when they are made, and that both sides end with the same. */
import { SeededRandom } from '@dchat/system'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { heldIds, postSeries } from '../testing/held-posts.ts'
import { rawPost } from '../testing/raw-post.ts'
import type { RawPost } from '../testing/raw-post.ts'
import { SeededSigner } from '../testing/seeded-signer.ts'
import { SkewedClock } from '../testing/skewed-clock.ts'
import { HISTORY_LIMITS } from './history-limits.ts'
import { MINUTE, HOUR, DAY, JITTER_MS, Nodes, held, setOf, counts, type HistoryNode } from './history.test-util.ts'

describe('a repair', () => {
  test('brings both sides what they lack, in every room that both keep', async () => {
    await using nodes = new Nodes()
    const rooms = ['dchat', 'games', 'x', 'y']
    const all = rooms.flatMap((room) => postSeries({ room, count: 100, fromMs: nodes.nowMs - 5 * MINUTE, name: room }))
    const random = new SeededRandom(4)
    const some = (): RawPost[] => all.filter(() => random.int(4) > 0)
    const listener = await nodes.add(some(), { joins: ['games'] })
    const dialler = await nodes.add(some(), { dials: [listener] })
    await nodes.advance(MINUTE)
    for (const room of rooms) {
      expect(held(dialler, room)).toBe(held(listener, room))
      expect(heldIds(dialler.store, room).length).toBeGreaterThan(90)
    }
    expect(counts(dialler)).toMatchObject({ pages: 0, failedSessions: 0, lateAnswers: 0 })
  })

  test('between equal nodes sends one small frame a room, and nothing else', async () => {
    await using nodes = new Nodes()
    const posts = postSeries({ count: 2_000, fromMs: nodes.nowMs - 2 * HOUR })
    const listener = await nodes.add(posts)
    const dialler = await nodes.add(posts, { dials: [listener] })
    await nodes.advance(5_000)
    expect(counts(dialler)).toMatchObject({ repairs: 1, sessions: 3, finishedSessions: 3, pages: 0 })
    expect(counts(listener)).toMatchObject({ answeredFrames: 3 })
    expect([dialler.stored, dialler.told.filter(({ state }) => state === 'reconciling')]).toEqual([[], []])
    const { sent } = dialler.stage.node.p2p.dnet.counts
    expect(sent.of('sync').bytes).toBeLessThan(600)
  })

  test('that is the first after a time alone is followed by one that covers the seconds before', async () => {
    await using nodes = new Nodes()
    const old = postSeries({ count: 10, fromMs: nodes.nowMs - HOUR })
    const young = postSeries({ count: 5, fromMs: nodes.nowMs - 5_500, name: 'young' })
    const listener = await nodes.add([...old, ...young])
    const dialler = await nodes.add([...old, postSeries({ count: 1, fromMs: nodes.nowMs - 9 * MINUTE, name: 'near' })[0]!], {
      dials: [listener],
    })
    await nodes.advance(HISTORY_LIMITS.REPAIR_SOON_MS.value + 1_000)
    expect(heldIds(dialler.store, 'dchat')).toHaveLength(16)
  })

  test('is made every 10 minutes', async () => {
    await using nodes = new Nodes()
    const listener = await nodes.add()
    const dialler = await nodes.add([], { dials: [listener] })
    await nodes.advance(HOUR + MINUTE)
    expect([counts(dialler).repairs, counts(listener).repairs]).toEqual([2 + 6, 0])
  })

  test('that brought posts is followed by one with each other channel: a healed partition floods', async () => {
    await using nodes = new Nodes()
    const common = postSeries({ count: 50, fromMs: nodes.nowMs - HOUR })
    const left = [...common, ...postSeries({ count: 700, fromMs: nodes.nowMs - 15 * MINUTE, name: 'left' })]
    const right = [...common, ...postSeries({ count: 700, fromMs: nodes.nowMs - 15 * MINUTE, name: 'right' })]
    const [a, d] = [await nodes.add(left), await nodes.add(right)]
    const b = await nodes.add(left, { dials: [a] })
    const c = await nodes.add(right, { dials: [d] })
    await nodes.advance(MINUTE)
    await nodes.net.settle(b.stage.node.p2p.connect(c.stage.node.url))
    await nodes.advance(4 * JITTER_MS)
    const all = setOf([...new Map([...left, ...right].map((post) => [post.hex, post])).values()])
    expect(nodes.all.map((node) => held(node))).toEqual([all, all, all, all])
    const repairs = nodes.all.map((node) => counts(node).repairs)
    await nodes.advance(8 * MINUTE)
    for (const [index, node] of nodes.all.entries()) expect(counts(node).repairs - repairs[index]!).toBeLessThan(3)
  })

  test('leaves no gap of the last seconds, when parts that were busy till just now come together', async () => {
    await using nodes = new Nodes()
    const common = postSeries({ count: 50, fromMs: nodes.nowMs - HOUR })
    const [a, d] = [await nodes.add(common), await nodes.add(common)]
    const [b, c] = [await nodes.add(common, { dials: [a] }), await nodes.add(common, { dials: [d] })]
    await nodes.advance(MINUTE)
    for (let line = 0; line < 4; line += 1) {
      for (const { stage } of [a, d]) {
        await nodes.net.settle(stage.posts.publish({ room: 'dchat', kind: 0, body: `${line}` }))
        await nodes.advance(1_000)
      }
    }
    await nodes.net.settle(b.stage.node.p2p.connect(c.stage.node.url))
    await nodes.advance(1_000)
    expect(nodes.all.map(({ store }) => heldIds(store, 'dchat').length)).toEqual([58, 58, 58, 58])
  })

  test('is made with every channel once a clock is put right that made posts seem early', async () => {
    await using nodes = new Nodes()
    const clock = new SkewedClock(nodes.net.clock, -DAY)
    const listener = await nodes.add()
    const behind = await nodes.add([], { dials: [listener], deps: { clock } })
    await nodes.advance(MINUTE)
    for (let line = 0; line < 5; line += 1) {
      await nodes.net.settle(listener.stage.posts.publish({ room: 'dchat', kind: 0, body: `${line}` }))
      await nodes.advance(1_000)
    }
    await nodes.advance(MINUTE)
    expect(heldIds(behind.store, 'dchat')).toEqual([])
    expect(behind.stage.posts.counts.early).toBeGreaterThanOrEqual(5)
    clock.aheadMs = 0
    await nodes.advance(JITTER_MS + HISTORY_LIMITS.EARLY_LOOK_MS.value + 1_000)
    expect(heldIds(behind.store, 'dchat')).toHaveLength(5)
    const { repairs } = counts(behind)
    await nodes.advance(2 * MINUTE)
    expect(counts(behind).repairs).toBe(repairs)
  })

  test.each([1, 2, 3, 4, 5, 6])('reaches also what was refused just before the clock was put right (seed %i)', async (seed) => {
    await using nodes = new Nodes()
    const clock = new SkewedClock(nodes.net.clock, -DAY)
    const listener = await nodes.add()
    const behind = await nodes.add([], { dials: [listener], deps: { clock, random: new SeededRandom(seed) } })
    await nodes.advance(MINUTE)
    await nodes.net.settle(listener.stage.posts.publish({ room: 'dchat', kind: 0, body: 'early' }))
    await nodes.advance(HISTORY_LIMITS.EARLY_LOOK_MS.value - 1)
    await nodes.net.settle(listener.stage.posts.publish({ room: 'dchat', kind: 0, body: 'and just before' }))
    clock.aheadMs = 0
    await nodes.advance(HISTORY_LIMITS.SYNC_YOUNGEST_MS.value + 2 * HISTORY_LIMITS.EARLY_LOOK_MS.value + JITTER_MS)
    expect(heldIds(behind.store, 'dchat')).toHaveLength(2)
  })

  test('lets both sides begin at once on one channel', async () => {
    await using nodes = new Nodes()
    const all = postSeries({ count: 300, fromMs: nodes.nowMs - 6 * MINUTE })
    const listener = await nodes.add(all.filter((_, index) => index % 3 > 0))
    const third = await nodes.add(all.filter((_, index) => index % 3 < 2))
    const dialler = await nodes.add(
      all.filter((_, index) => index % 2 > 0),
      { dials: [listener, third] },
    )
    await nodes.advance(2 * JITTER_MS)
    expect(nodes.all.map((node) => held(node))).toEqual([setOf(all), setOf(all), setOf(all)])
    expect([counts(listener).repairs > 0, counts(dialler).failedSessions, counts(listener).failedSessions]).toEqual([true, 0, 0])
  })

  test('shows whom an own post has reached', async () => {
    await using nodes = new Nodes()
    const dialler = await nodes.add()
    const line = await nodes.net.settle(dialler.stage.posts.publish({ room: 'dchat', kind: 0, body: 'alone' }))
    expect(line.line?.delivery?.state).toBe('stored')
    await nodes.advance(HOUR)
    const listener = await nodes.add()
    await nodes.net.settle(dialler.stage.node.p2p.connect(listener.stage.node.url))
    await nodes.advance(MINUTE)
    expect(heldIds(listener.store, 'dchat')).toHaveLength(1)
    await nodes.advance(HOUR)
    const [own] = dialler.store.history({ limit: 1 }).messages
    expect(own!.delivery).toMatchObject({ state: 'held', held: 1 })
  })
})

describe('a room is told to be repaired', () => {
  const repairedOf = ({ stage }: HistoryNode): string[] => {
    const rooms: string[] = []
    stage.posts.events.subscribe('repaired', (room) => rooms.push(room))
    return rooms
  }

  test('by the side that began, each time it was compared and all of it has come', async () => {
    await using nodes = new Nodes()
    const posts = postSeries({ count: 100, fromMs: nodes.nowMs - DAY })
    const full = await nodes.add(posts)
    const [ofFull, heldThen] = [repairedOf(full), [] as number[]]
    const away = await nodes.add(posts.toSpliced(50, 20), { dials: [full] })
    const ofAway = repairedOf(away)
    away.stage.posts.events.subscribe('repaired', (room) => {
      if (room === 'dchat') heldThen.push(heldIds(away.store, 'dchat').length)
    })
    await nodes.advance(MINUTE)
    expect(new Set(ofAway)).toEqual(new Set(['', '_dm', 'dchat']))
    expect(heldThen.at(-1)).toBe(100)
    const before = ofAway.length
    await nodes.advance(11 * MINUTE)
    expect(ofAway.slice(before)).toEqual(expect.arrayContaining(['', '_dm', 'dchat']))
    expect(ofFull.filter((room) => room === '_dm').length).toBeLessThan(ofAway.filter((room) => room === '_dm').length)
  })

  test('not when two clocks leave nothing to compare', async () => {
    await using nodes = new Nodes()
    const full = await nodes.add(postSeries({ count: 10, fromMs: nodes.nowMs - DAY }))
    const clock = new SkewedClock(nodes.net.clock, -400 * DAY)
    const behind = await nodes.add([], { dials: [full], deps: { clock } })
    const rooms = repairedOf(behind)
    await nodes.advance(30 * MINUTE)
    expect(counts(behind)).toMatchObject({ failedSessions: 0 })
    expect(counts(behind).finishedSessions).toBeGreaterThan(3)
    expect(rooms).toEqual([])
  })
})

test('whatever three nodes hold, they end with the same, all of it', async () => {
  const all = fc.constantFrom('dchat', 'games', 'x')
  const described = fc.array(
    fc.record({ room: all, minutesAgo: fc.integer({ min: 1, max: 3_000 }), holders: fc.integer({ min: 1, max: 7 }) }),
    {
      maxLength: 60,
    },
  )
  const signer = new SeededSigner('any')
  await fc.assert(
    fc.asyncProperty(described, fc.nat(1_000), async (posts, seed) => {
      await using nodes = new Nodes(seed)
      const { nowMs } = nodes
      const made = posts.map(({ room, minutesAgo, holders }, index) => ({
        holders,
        post: rawPost({ signer, room, time: nowMs - minutesAgo * MINUTE, body: `${index}` }),
      }))
      const heldBy = (bit: number): RawPost[] => made.filter(({ holders }) => (holders & bit) > 0).map(({ post }) => post)
      const first = await nodes.add(heldBy(1))
      const second = await nodes.add(heldBy(2), { dials: [first] })
      await nodes.add(heldBy(4), { dials: [first, second] })
      await nodes.advance(4 * JITTER_MS)
      for (const room of ['dchat', 'games', 'x']) {
        const wanted = setOf(made.filter(({ post }) => post.room === room).map(({ post }) => post))
        expect(nodes.all.map((node) => held(node, room))).toEqual([wanted, wanted, wanted])
      }
    }),
    { numRuns: 25 },
  )
})
