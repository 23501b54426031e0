/** History between real nodes, each with a store in memory, on a memory network. */
import { describe, expect, test } from 'vitest'
import { heldIds, postSeries } from '../testing/held-posts.ts'
import { MINUTE, HOUR, DAY, Nodes, held, setOf, counts } from './history.test-util.ts'

describe('a newcomer', () => {
  test('that is empty fetches what another holds, newest first, and all of it', async () => {
    await using nodes = new Nodes()
    const posts = postSeries({ count: 950, fromMs: nodes.nowMs - DAY })
    const full = await nodes.add(posts)
    const empty = await nodes.add([], { dials: [full] })
    await nodes.advance(5_000)
    expect(held(empty)).toBe(setOf(posts))
    expect(empty.stored).toEqual(posts.map(({ time }) => time).toReversed())
    expect(counts(empty)).toMatchObject({ pages: 5, fetched: 0, pageFaults: 0, failedSessions: 0 })
    expect(counts(full)).toMatchObject({ servedPages: 5, refusedFrames: 0 })
  })

  test('that was away fetches what came since, and gaps in what it held', async () => {
    await using nodes = new Nodes()
    const posts = postSeries({ count: 900, fromMs: nodes.nowMs - 2 * DAY })
    const late = postSeries({ count: 500, fromMs: nodes.nowMs - HOUR, name: 'late' })
    const full = await nodes.add([...posts, ...late])
    const away = await nodes.add(posts.toSpliced(300, 20), { dials: [full] })
    await nodes.advance(5_000)
    expect(held(away)).toBe(setOf([...posts, ...late]))
    expect(counts(away).fetched).toBe(20)
    expect(away.stored).toHaveLength(520)
  })

  test('sees the newest page of every joined room first', async () => {
    await using nodes = new Nodes()
    const rooms = ['other', 'games', 'dchat']
    const posts = rooms.flatMap((room) => postSeries({ room, count: 300, fromMs: nodes.nowMs - DAY, name: room }))
    const full = await nodes.add(posts)
    const empty = await nodes.add([], { dials: [full], joins: ['games'] })
    await nodes.advance(5_000)
    const newest = (room: string): number => posts.filter((post) => post.room === room).at(-1)!.time
    expect([empty.stored[0], empty.stored[200], empty.stored[400]]).toEqual([
      newest('dchat'),
      newest('games'),
      expect.any(Number),
    ])
    for (const room of rooms) expect(heldIds(empty.store, room)).toHaveLength(300)
  })

  test('fetches a room once, from several peers that hold the same', async () => {
    await using nodes = new Nodes()
    const posts = postSeries({ count: 1_000, fromMs: nodes.nowMs - DAY })
    const full = [await nodes.add(posts), await nodes.add(posts), await nodes.add(posts)]
    const empty = await nodes.add([], { dials: full })
    await nodes.advance(10_000)
    expect(heldIds(empty.store, 'dchat')).toHaveLength(1_000)
    expect(empty.stage.posts.counts).toMatchObject({ received: 1_000, duplicate: 0 })
    expect(counts(empty).repairs).toBe(3)
  })

  test('goes on with another peer when the first is gone in the middle', async () => {
    await using nodes = new Nodes()
    const posts = postSeries({ count: 3_000, fromMs: nodes.nowMs - DAY })
    const [first, other] = [await nodes.add(posts), await nodes.add(posts)]
    const empty = await nodes.add([], { dials: [first] })
    await nodes.net.clock.runUntil(() => empty.stored.length >= 600)
    await nodes.net.settle(empty.stage.node.p2p.connect(other.stage.node.url))
    await nodes.net.settle(first.stage.node.p2p.stop())
    await nodes.advance(10_000)
    expect(heldIds(empty.store, 'dchat')).toHaveLength(3_000)
    expect(empty.stage.posts.counts.duplicate).toBeLessThan(250)
  })

  test.each([true, false])('may be stopped in the middle, and goes on when it is there again', async (isHistoryFirst) => {
    await using nodes = new Nodes()
    const posts = postSeries({ count: 3_000, fromMs: nodes.nowMs - DAY })
    const full = await nodes.add(posts)
    const empty = await nodes.add([], { dials: [full] })
    await nodes.net.clock.runUntil(() => empty.stored.length >= 600)
    await nodes.restart(empty, { isHistoryFirst })
    await nodes.advance(20_000)
    expect(held(empty)).toBe(setOf(posts))
  })

  test('asks for a room that is joined later', async () => {
    await using nodes = new Nodes()
    const posts = postSeries({ room: 'games', count: 300, fromMs: nodes.nowMs - DAY })
    const full = await nodes.add(posts)
    const joiner = await nodes.add([], { dials: [full], keep: 'joined' })
    await nodes.advance(MINUTE)
    expect(heldIds(joiner.store, 'games')).toEqual([])
    await nodes.net.settle(joiner.store.rooms.join('games'))
    await nodes.advance(1_000)
    expect(held(joiner, 'games')).toBe(setOf(posts))
  })

  test('fetches a room that it only keeps once: the repair that follows leaves out what is being paged, and looks behind it', async () => {
    await using nodes = new Nodes()
    const posts = postSeries({ room: 'games', count: 600, fromMs: nodes.nowMs - DAY })
    const full = await nodes.add(posts)
    const empty = await nodes.add([], { dials: [full] })
    await nodes.advance(10_000)
    expect(held(empty, 'games')).toBe(setOf(posts))
    expect(full.stage.node.p2p.dnet.counts.sent.of('post').messages).toBe(posts.length)
    expect(counts(empty)).toMatchObject({ pages: 3, repairs: 2, failedSessions: 0 })
  })

  test('tells how far it is', async () => {
    await using nodes = new Nodes()
    const full = await nodes.add(postSeries({ count: 1_000, fromMs: nodes.nowMs - DAY }))
    const empty = await nodes.add([], { dials: [full] })
    await nodes.advance(5_000)
    expect(empty.told[0]).toEqual({ state: 'paging', room: 'dchat', received: 0, expected: 1_000, peers: 1 })
    expect(empty.told.at(-1)).toEqual({ state: 'idle', room: null, received: 0, expected: null, peers: 0 })
    expect(full.told).toEqual([])
  })
})
