/** Reasons and figures: docs/decisions/0009, docs/limits.md. */
import { ManualClock } from '@dchat/system'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LIMITS } from '../limits.ts'
import { ResourceManager } from './resource-manager.ts'
import { World, SteppedWorld, TURN } from './resource-manager.test-util.ts'

describe('within a turn', () => {
  test('a channel alone stops after its part, and is read again in the next turn', async () => {
    const world = new World()
    const bulk = world.add(1, 65_536)
    expect(await world.turn()).toBe(TURN)
    expect(await world.turn()).toBe(TURN)
    expect(bulk.isThrottled).toBe(false)
  })

  test('less than its part stops nobody, however often', async () => {
    const world = new World()
    const quiet = world.add(0.5, 100)
    for (let turn = 0; turn < 2_000; turn += 1) {
      expect(quiet.tryRead()).toBe(0.5)
      await world.clock.advance(1)
    }
    expect(quiet.load.figures(world.clock.monotonicMs())).toMatchObject({ isThrottled: false })
  })

  test('those who press share one turn, so that it stays short', async () => {
    const few = new World()
    for (let count = 0; count < TURN; count += 1) few.add(1, 65_536)
    await few.run(1_000)
    expect(await few.turn()).toBe(TURN)
  })

  test.each([1.01, 0.7, 0.1])(
    'of many who press with %d ms each turn reads as many as fit in it, in rotation, and whoever is quiet',
    (readMs) => {
      const world = new SteppedWorld()
      const pressing = Array.from({ length: 100 }, () => world.add(readMs, 65_536))
      for (let turn = 0; turn < 100; turn += 1) world.step()
      const quiet = world.add(0.1, 10)
      const before = pressing.map(({ workMs }) => workMs)
      for (let turn = 0; turn < 1_000; turn += 1) {
        expect(world.step()).toBeLessThan(TURN + readMs + 0.2)
        expect(quiet.workMs).toBeCloseTo(0.1 * (turn + 1))
      }
      const reads = pressing.map(({ workMs }, index) => (workMs - before[index]!) / readMs)
      expect(Math.max(...reads) - Math.min(...reads)).toBeLessThanOrEqual(4)
    },
  )

  test('bulk that nobody has seen before waits as well, once a turn is used up', () => {
    const world = new SteppedWorld()
    const readers = Array.from({ length: 50 }, () => world.add(TURN + 0.01, 65_536))
    const quiet = world.add(0.1, LIMITS.TURN_BULK_BYTES.value - 1)
    for (let turn = 0; turn < 250; turn += 1) expect(world.step()).toBeLessThan(2 * TURN + 1)
    expect(quiet.workMs).toBeCloseTo(25)
    expect(readers.every(({ workMs }) => workMs > 0)).toBe(true)
  })

  test.each([TURN, 0.5])('bulk of %d ms waits while newcomers come, one a turn of the event loop, but not for ever', (readMs) => {
    const world = new SteppedWorld()
    const bulk = world.add(readMs, 65_536)
    for (let turn = 0; turn < 20; turn += 1) world.step()
    const { workMs } = bulk
    let turns = 0
    world.add(0, 0)
    world.step() // its turn had begun
    for (const before = bulk.workMs; bulk.workMs === before && turns < 100; turns += 1) {
      world.add(0, 0)
      world.step()
    }
    expect(turns).toBeGreaterThanOrEqual(LIMITS.NEWCOMERS_FIRST.value)
    expect(turns).toBeLessThan(LIMITS.NEWCOMERS_FIRST.value + 4)
    for (let turn = 0; turn < 4 * turns; turn += 1) {
      world.add(0, 0)
      world.step()
    }
    expect(bulk.workMs).toBeGreaterThanOrEqual(workMs + 3 * readMs)
    const before = bulk.workMs
    for (let turn = 0; turn < 20; turn += 1) world.step()
    expect(bulk.workMs).toBeGreaterThan(before + 8 * readMs)
  })

  test('one whose read takes longer than a turn has one to itself', () => {
    const world = new SteppedWorld()
    const long = [world.add(3 * TURN, 65_536), world.add(3 * TURN, 65_536)]
    for (let turn = 0; turn < 20; turn += 1) world.step()
    for (let turn = 0; turn < 20; turn += 1) expect(world.step()).toBe(3 * TURN)
    expect(Math.abs(long[0]!.workMs - long[1]!.workMs)).toBeLessThanOrEqual(2 * 3 * TURN)
  })
})

describe('over seconds', () => {
  test('a channel that alone wants the thread has all of it, others being idle or quiet', async () => {
    const world = new World()
    const [bulk, quiet] = [world.add(2, 65_536), world.add(0.2, 64)]
    for (let turn = 0; turn < 1_000; turn += 1) {
      await world.turn([bulk])
      quiet.tryRead()
      expect([bulk.isThrottled, quiet.isThrottled]).toEqual([false, false])
    }
    expect(bulk.load.figures(world.clock.monotonicMs()).workShare).toBeGreaterThan(0.95)
  })

  test('equals are never throttled', async () => {
    const world = new World()
    for (let count = 0; count < 8; count += 1) world.add(0.5, 65_536)
    for (let turn = 0; turn < 500; turn += 1) {
      await world.turn()
      expect(world.readers.some(({ isThrottled }) => isThrottled)).toBe(false)
    }
  })

  test('who takes more than its part while others are short is not read until its score has halved', async () => {
    const world = new World()
    const greedy = world.add(60, 65_536)
    const honest = [world.add(1, 65_536), world.add(1, 65_536)]
    await world.run(1_000)
    while (!greedy.isThrottled) await world.turn()
    const share = greedy.load.share
    expect(share).toBeGreaterThan(0.5)
    const workMs = greedy.workMs
    const sinceMs = world.clock.monotonicMs()
    while (greedy.isThrottled) await world.turn()
    expect(greedy.workMs).toBe(workMs)
    expect(greedy.load.share).toBeLessThanOrEqual(0.25)
    expect(world.clock.monotonicMs() - sinceMs).toBeLessThan(1_000 * Math.log2(share / 0.25) + 2 * LIMITS.LOAD_TICK_MS.value)
    expect(honest.some(({ isThrottled }) => isThrottled)).toBe(false)
  })

  test('a throttled channel is read again as soon as nobody else is short', async () => {
    const world = new World()
    const greedy = world.add(60, 65_536)
    await world.run(10_000)
    world.add(1, 65_536)
    world.add(1, 65_536)
    while (!greedy.isThrottled) await world.turn()
    await world.clock.advance(LIMITS.LOAD_HALF_LIFE_MS.value + 2 * LIMITS.LOAD_TICK_MS.value)
    expect(greedy.isThrottled).toBe(false)
    // Its score alone would have kept it longer.
    expect(greedy.load.share).toBeGreaterThan(0.25)
    expect(world.clock.pendingTimers).toBe(0)
  })

  test('whoever wants how much, the thread is never idle while somebody has something to read', { timeout: 30_000 }, async () => {
    const maxLength = LIMITS.CROWD_CHANNELS.value / 2
    const wants = fc.array(fc.constantFrom(0.2, 1, 5, 20, 60, 100), { minLength: 1, maxLength })
    await fc.assert(
      fc.asyncProperty(wants, wants, async (first, later) => {
        const world = new World()
        for (const workMs of first) world.add(workMs, 65_536)
        await world.run(5_000)
        for (const workMs of later) world.add(workMs, 65_536)
        while (world.nowMs < 25_000) {
          await world.turn()
          expect(world.readers.some(({ isThrottled }) => !isThrottled)).toBe(true)
        }
        const total = world.readers.reduce((sum, { workMs }) => sum + workMs, 0)
        expect(total / world.nowMs).toBeGreaterThan(0.95)
        expect(world.readers.every(({ workMs, stopReason }) => workMs > 0 && stopReason === undefined)).toBe(true)
      }),
      { numRuns: 40 },
    )
  })

  test('each of several channels gets near its part in the long run', async () => {
    const world = new World()
    const greedy = world.add(60, 65_536)
    const honest = [world.add(1, 65_536), world.add(1, 65_536), world.add(2, 65_536)]
    await world.run(60_000)
    const total = world.readers.reduce((sum, { workMs }) => sum + workMs, 0)
    expect(greedy.workMs / total).toBeLessThan(0.45)
    for (const each of honest) expect(each.workMs / total).toBeGreaterThan(0.1)
    expect(total).toBeGreaterThan(58_000)
  })

  test('no throttling lasts longer than a peer can wait for a pong', async () => {
    const world = new World()
    const greedy = world.add(100, 65_536)
    await world.run(10_000)
    for (let count = 0; count < 200; count += 1) world.add(count % 2 === 0 ? 1 : 1.4, 65_536)
    let longestMs = 0
    for (let readMs = world.clock.monotonicMs(); world.clock.monotonicMs() < 40_000;) {
      const { workMs } = greedy
      await world.turn()
      if (greedy.workMs > workMs) readMs = world.clock.monotonicMs()
      longestMs = Math.max(longestMs, world.clock.monotonicMs() - readMs)
    }
    expect(longestMs).toBeGreaterThan(LIMITS.THROTTLE_MAX_MS.value - 300)
    expect(longestMs).toBeLessThanOrEqual(LIMITS.THROTTLE_MAX_MS.value + LIMITS.LOAD_TICK_MS.value + 250)
  })
})

test('a manual clock measures no work', async () => {
  const clock = new ManualClock()
  const manager = new ResourceManager({ clock })
  const channel = { info: { id: 1 }, sentBytes: 0, hold: () => expect.unreachable(), release: () => {}, stop: () => {} }
  const load = manager.track(channel)
  for (let count = 0; count < 100_000; count += 1) manager.end(load, manager.begin(), 65_536)
  await clock.advance(200)
  manager.end(load, manager.begin(), 65_536)
  expect(clock.pendingTimers).toBe(0)
})

test('nothing is left of channels that close, in whatever state', async () => {
  const world = new World()
  const greedy = world.add(60, 65_536)
  world.add(1, 65_536)
  world.add(1, 65_536)
  while (!greedy.isThrottled) await world.turn()
  world.readers[1]!.tryRead()
  for (const { load } of world.readers) world.manager.close(load)
  for (const { load } of world.readers) world.manager.end(load, world.manager.begin(), 10)
  expect([world.manager.size, world.clock.pendingTimers]).toEqual([0, 0])
  await world.clock.advance(10_000)
})
