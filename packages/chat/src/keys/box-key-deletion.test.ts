/** When the private half of a box key is deleted, and what a wrong clock does to that. */
import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { DIRECT_ROOM } from '../post/rooms-by-kind.ts'
import { holdPosts } from '../testing/held-posts.ts'
import { KeyStage } from '../testing/key-stage.ts'
import { MINUTE, HOUR, DAY, WEEK, publishedBy, messageTo, opens, settleAll } from './box-keys.test-util.ts'
import { listenAlone } from '../testing/listen-alone.ts'

describe('a private half is deleted', () => {
  test('35 days after it was made, once `_dm` was repaired and the peer holds the newest key', async () => {
    await using keys = await KeyStage.open()
    const [first] = keys.live
    const [secret] = keys.secrets
    const held = keys.keys.secrets()[0]!.secret
    await keys.meet()
    await keys.advance(HOUR)
    await keys.part()
    const message = await messageTo(keys, 'recorded')
    await keys.advance(35 * DAY - 2 * HOUR)
    expect([keys.live.length, keys.live.at(-1)]).toEqual([5, first])
    expect(await opens(keys, message)).toBe('recorded')
    await keys.advance(2 * HOUR)
    expect([keys.live.length, keys.live.at(-1)]).toEqual([6, first]) // the newest is not known to any peer
    await keys.meet()
    await keys.advance(HOUR)
    expect(keys.live).toHaveLength(5)
    expect(keys.live).not.toContain(first)
    expect(await opens(keys, message)).toBeUndefined()
    expect(readFileSync(keys.path, 'latin1')).not.toContain(secret!.secret.toString('hex'))
    expect(held).toEqual(Buffer.alloc(32))
    expect(readdirSync(keys.data)).toEqual(['box-keys'])
  })

  test('not before the first repair of `_dm` since the start, and then at once for all that were off for long', async () => {
    await using keys = await KeyStage.open()
    await keys.advance(15 * DAY)
    const [third, second, first] = keys.live
    const store = await keys.stop()
    await keys.net.clock.advance(40 * DAY)
    await keys.start(store)
    await keys.advance(DAY)
    expect(keys.live.slice(1)).toEqual([third, second, first])
    await keys.meet()
    await keys.advance(5 * MINUTE)
    expect(keys.live).toHaveLength(1)
    expect(publishedBy(keys)).toBe(keys.live[0])
  })

  test('not before what the repair brought was tried, and then within the minute', async () => {
    await using keys = await KeyStage.open()
    const [first] = keys.live
    const late = await messageTo(keys, 'late')
    await keys.net.settle(holdPosts(keys.other.store, [late]))
    await keys.advance(36 * DAY)
    await keys.meet()
    await keys.advance(5 * HOUR)
    expect(keys.store.posts.untriedCount()).toBe(1)
    expect(keys.live).toContain(first)
    expect(await opens(keys, late)).toBe('late')
    settleAll(keys)
    await keys.advance(MINUTE)
    expect(keys.live).not.toContain(first)
    expect(await opens(keys, late)).toBeUndefined()
  })

  test('a day after the repair though a flood is not tried by then', async () => {
    await using keys = await KeyStage.open()
    const [first] = keys.live
    await keys.net.settle(holdPosts(keys.other.store, [await messageTo(keys, 'one of many')]))
    await keys.advance(36 * DAY)
    await keys.meet()
    await keys.advance(HOUR)
    await keys.part()
    await keys.advance(22 * HOUR)
    expect([keys.store.posts.untriedCount(), keys.live.includes(first!)]).toEqual([1, true])
    await keys.advance(2 * HOUR)
    expect([keys.store.posts.untriedCount(), keys.live.includes(first!)]).toEqual([1, false])
  })

  test('not while no peer takes the newest key', async () => {
    await using keys = await KeyStage.open({ peers: (net) => listenAlone(net, { reconciles: () => true, takes: false }) })
    const [first] = keys.live
    await keys.advance(36 * DAY)
    await keys.meet()
    await keys.advance(3 * HOUR)
    expect(keys.stage.posts.historyCounts.failedSessions).toBe(0)
    expect(keys.live).toContain(first)
  })

  test('not while peers repair all but `_dm`', async () => {
    const reconciles = (room: string): boolean => room !== DIRECT_ROOM
    await using keys = await KeyStage.open({ peers: (net) => listenAlone(net, { reconciles, takes: true }) })
    const [first] = keys.live
    await keys.advance(36 * DAY)
    await keys.meet()
    await keys.advance(3 * HOUR)
    expect(keys.stage.posts.historyCounts.finishedSessions).toBeGreaterThan(3)
    expect(keys.stage.posts.isHeld('box_key')).toBe(true)
    expect(keys.live).toContain(first)
  })

  test('of more than 16 the oldest, where no peer was ever met', async () => {
    await using keys = await KeyStage.open()
    const [first] = keys.live
    await keys.advance(15 * WEEK)
    expect([keys.live.length, keys.live.at(-1)]).toEqual([16, first])
    await keys.advance(WEEK)
    expect([keys.live.length, keys.live.includes(first!)]).toEqual([16, false])
    expect(keys.secrets).toHaveLength(16)
  })
})

describe('a clock', () => {
  test('that is months ahead for a day deletes nothing, and what was made under it is followed by a key of today', async () => {
    await using keys = await KeyStage.open()
    await keys.advance(10 * DAY)
    const before = keys.live
    const message = await messageTo(keys, 'written to the key that everybody knows')
    keys.clock.aheadMs = 100 * DAY
    await keys.meet()
    await keys.advance(3 * HOUR)
    expect(keys.live.slice(1)).toEqual(before)
    keys.clock.aheadMs = 0
    await keys.advance(2 * HOUR)
    expect(keys.live.slice(2)).toEqual(before)
    expect(await opens(keys, message)).toBe('written to the key that everybody knows')
    expect(publishedBy(keys)).toBe(keys.live[0])
    expect(keys.other.store.posts.newestOf(keys.stage.signer.key, 5)?.body).toBe(keys.live[0])
    // Nothing of it stays for longer than it should.
    await keys.part()
    await keys.advance(36 * DAY)
    await keys.meet()
    await keys.advance(2 * HOUR)
    expect(keys.live.filter((key) => before.includes(key))).toEqual([])
    expect(keys.live.length).toBeLessThanOrEqual(6)
  })

  test('that is decades behind for a while deletes nothing, and all goes on when it is set', async () => {
    await using keys = await KeyStage.open()
    await keys.advance(10 * DAY)
    const before = keys.live
    const message = await messageTo(keys, 'still here')
    keys.clock.aheadMs = -10_000 * DAY
    await keys.meet()
    await keys.advance(3 * HOUR)
    expect(keys.live.slice(-2)).toEqual(before)
    keys.clock.aheadMs = 0
    await keys.advance(2 * HOUR)
    expect(keys.live.slice(-2)).toEqual(before)
    expect(await opens(keys, message)).toBe('still here')
    expect(publishedBy(keys)).toBe(keys.live[0])
    expect(keys.other.store.posts.newestOf(keys.stage.signer.key, 5)?.body).toBe(keys.live[0])
  })

  test('that jumps back and forth makes no more than 16 keys, and the one that others know stays', async () => {
    await using keys = await KeyStage.open()
    const [first] = keys.live
    for (let jump = 1; jump <= 20; jump += 1) {
      keys.clock.aheadMs = jump % 2 === 0 ? 0 : 20 * DAY
      await keys.advance(2 * HOUR)
    }
    expect([keys.live.length, keys.live.at(-1)]).toEqual([16, first])
  })
})
