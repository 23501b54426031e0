/** Reasons and figures: docs/decisions/0009, docs/limits.md. */
import { ManualClock } from '@dchat/system'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { NetError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import type { ChannelLoad } from './channel-load.ts'
import { ResourceManager } from './resource-manager.ts'

/** A channel whose peer sends whenever it is read: each read takes so much work and brings so many bytes. */
class Reader {
  readonly info: { readonly id: number }
  readonly load: ChannelLoad
  sentBytes = 0
  holds = 0
  stopReason: NetError | undefined
  /** Work in milliseconds and bytes of a read. */
  read: { workMs: number; bytes: number }
  /** Time that this one was read, and work done. */
  workMs = 0
  heldTicks = 0
  readonly #world: Pick<World, 'manager' | 'work'>

  constructor(world: Pick<World, 'manager' | 'work'>, id: number, read: { workMs: number; bytes: number }) {
    this.info = { id }
    this.#world = world
    this.read = read
    this.load = world.manager.track(this)
  }

  hold(): void {
    this.holds += 1
  }

  release(): void {
    this.holds -= 1
  }

  stop(reason: NetError): void {
    this.stopReason = reason
    this.#world.manager.close(this.load)
  }

  /** One read, if it may be read. @returns the work done */
  tryRead(): number {
    if (this.holds > 0 || this.stopReason !== undefined) return 0
    this.#world.manager.beforeRead(this.load, this.read.bytes)
    if (this.holds > 0) return 0
    const beganMs = this.#world.manager.begin()
    this.#world.work(this.read.workMs)
    this.#world.manager.end(this.load, beganMs, this.read.bytes)
    this.workMs += this.read.workMs
    return this.read.workMs
  }

  get isThrottled(): boolean {
    return this.load.throttle !== undefined
  }
}

/** A thread: work takes time at once, and the timers follow at the end of each turn. */
class World {
  readonly clock = new ManualClock()
  readonly manager: ResourceManager
  readonly readers: Reader[] = []
  #workedUntilMs = 0

  constructor() {
    const { clock } = this
    this.manager = new ResourceManager({
      clock: {
        nowMs: () => clock.nowMs(),
        nowNs: () => clock.nowNs(),
        monotonicMs: () => this.nowMs,
        setTimer: (delayMs, run) => clock.setTimer(this.nowMs - clock.monotonicMs() + delayMs, run),
        defer: (run) => clock.defer(run),
      },
    })
  }

  get nowMs(): number {
    return Math.max(this.#workedUntilMs, this.clock.monotonicMs())
  }

  work(ms: number): void {
    this.#workedUntilMs = this.nowMs + ms
  }

  add(workMs: number, bytes: number): Reader {
    const reader = new Reader(this, this.readers.length, { workMs, bytes })
    this.readers.push(reader)
    return reader
  }

  /**
   * One turn of the event loop: each gets up to 32 reads, as libuv does. @returns how long the turn took
   * @param active - who has something to read. @default all
   */
  async turn(active: readonly Reader[] = this.readers): Promise<number> {
    let tookMs = 0
    for (const reader of active) {
      for (let count = 0; count < 32; count += 1) tookMs += reader.tryRead()
    }
    await this.clock.advance(Math.max(tookMs, 0.05))
    return tookMs
  }

  async run(ms: number, active?: readonly Reader[]): Promise<void> {
    const endMs = this.clock.monotonicMs() + ms
    while (this.clock.monotonicMs() < endMs) if ((await this.turn(active)) === 0) await this.clock.advance(50)
  }
}

/** As `World`, whose deferred work runs once a turn, as that of an event loop does; each channel has one read in it. */
class SteppedWorld {
  readonly manager: ResourceManager
  readonly #clock = new ManualClock()
  readonly #readers: Reader[] = []
  #deferred: (() => void)[] = []
  #nowMs = 0

  constructor() {
    const clock = this.#clock
    this.manager = new ResourceManager({
      clock: {
        nowMs: () => clock.nowMs(),
        nowNs: () => clock.nowNs(),
        monotonicMs: () => this.#nowMs,
        setTimer: (delayMs, run) => clock.setTimer(delayMs, run),
        defer: (run) => void this.#deferred.push(run),
      },
    })
  }

  work(ms: number): void {
    this.#nowMs += ms
  }

  add(workMs: number, bytes: number): Reader {
    const reader = new Reader(this, this.#readers.length, { workMs, bytes })
    this.#readers.push(reader)
    return reader
  }

  /** @returns how much work was done */
  step(): number {
    const beganMs = this.#nowMs
    for (const run of this.#deferred.splice(0)) run()
    for (const reader of this.#readers) reader.tryRead()
    return this.#nowMs - beganMs
  }
}

const TURN = LIMITS.TURN_WORK_MS.value

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
    for (let count = 0; count < 5; count += 1) few.add(1, 65_536)
    await few.run(1_000)
    expect(await few.turn()).toBe(TURN)
  })

  test('of many who press each turn reads as many as fit in it, one after the other, and whoever is quiet', () => {
    const world = new SteppedWorld()
    const pressing = Array.from({ length: 100 }, () => world.add(3, 65_536))
    for (let turn = 0; turn < 100; turn += 1) world.step()
    const quiet = world.add(0.1, 10)
    const before = pressing.map(({ workMs }) => workMs)
    for (let turn = 0; turn < 1_000; turn += 1) {
      expect(world.step()).toBeLessThanOrEqual(TURN + 0.1)
      expect(quiet.workMs).toBeCloseTo(0.1 * (turn + 1))
    }
    const reads = pressing.map(({ workMs }, index) => (workMs - before[index]!) / 3)
    expect(Math.max(...reads) - Math.min(...reads)).toBeLessThanOrEqual(4)
  })

  test('bulk that nobody has seen before waits as well, once a turn is used up', () => {
    const world = new SteppedWorld()
    const readers = Array.from({ length: 50 }, () => world.add(TURN, 65_536))
    const quiet = world.add(0.1, LIMITS.TURN_BULK_BYTES.value - 1)
    for (let turn = 0; turn < 50; turn += 1) expect(world.step()).toBeLessThan(2 * TURN + 1)
    expect(quiet.workMs).toBeCloseTo(5)
    expect(readers.every(({ workMs }) => workMs > 0)).toBe(true)
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
    for (let turn = 0; turn < 500; turn += 1) {
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
    const wants = fc.array(fc.constantFrom(0.2, 1, 5, 20, 60, 100), { minLength: 1, maxLength: 6 })
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

describe('dear work', () => {
  test('is held down though nobody else wants the thread, and banned when it goes on for over a minute', async () => {
    const world = new World()
    const dear = world.add(100, 40)
    await world.run(20_000)
    expect(dear.stopReason).toBeUndefined()
    expect(dear.workMs).toBeLessThan(20_000 * 0.3)
    await world.run(40_000)
    expect(dear.stopReason).toBeUndefined()
    await world.run(60_000)
    expect(dear.stopReason).toMatchObject({ code: 'NET_WORK_EXCEEDED', fault: 'peer', data: { channelId: 0 } })
    expect([world.clock.pendingTimers, world.manager.size]).toEqual([0, 0])
  })

  test('is not what costs ten times the dearest honest message', async () => {
    const world = new World()
    const sync = world.add(50, 100)
    await world.run(120_000)
    expect([sync.isThrottled, sync.stopReason]).toEqual([false, undefined])
  })

  test('is not what brings a large answer', async () => {
    const world = new World()
    const page = world.add(100, 40)
    const endMs = 120_000
    while (world.clock.monotonicMs() < endMs) {
      await world.turn()
      page.sentBytes += 60_000
    }
    expect([page.isThrottled, page.stopReason]).toEqual([false, undefined])
  })

  test('is not a pause of the machine: a read counts for a tenth of a second at most', async () => {
    const world = new World()
    const pinging = world.add(30_000, 11)
    for (let count = 0; count < 100; count += 1) {
      pinging.tryRead()
      await world.clock.advance(1_000)
      expect(pinging.isThrottled).toBe(false)
    }
  })
})

describe('bytes', () => {
  test('count as work even where the work is not seen', async () => {
    const world = new World()
    const reader = world.add(0, 2 ** 20)
    for (let count = 0; count < 1_000; count += 1) {
      reader.tryRead()
      await world.clock.advance(10)
    }
    const { bytesPerSecond, workShare } = reader.load.figures(world.clock.monotonicMs())
    expect(bytesPerSecond / (100 * 2 ** 20)).toBeCloseTo(1, 1)
    expect(workShare).toBeCloseTo(0.05, 2)
  })

  test('fade', async () => {
    const world = new World()
    const reader = world.add(10, 1_000_000)
    reader.tryRead()
    await world.clock.advance(2 * LIMITS.LOAD_TICK_MS.value)
    const before = reader.load.figures(world.clock.monotonicMs()).bytesPerSecond
    await world.clock.advance(LIMITS.LOAD_HALF_LIFE_MS.value)
    expect(reader.load.figures(world.clock.monotonicMs()).bytesPerSecond).toBeCloseTo(before / 2, 5)
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

describe('work for later turns', () => {
  const PART = LIMITS.TURN_WORK_MS.value

  test('is done in the order of asking, until a turn is used up; then the next one goes on', async () => {
    const world = new World()
    const readers = Array.from({ length: 5 }, () => world.add(0, 0))
    const done: number[] = []
    const ended = readers.map(({ load, info }) =>
      world.manager.inTurn(load, () => {
        world.work(PART / 2)
        done.push(info.id)
        world.clock.defer(() => done.push(100))
        return info.id
      }),
    )
    expect(done).toEqual([])
    await world.clock.advance(1)
    expect(await Promise.all(ended)).toEqual([0, 1, 2, 3, 4])
    expect(done).toEqual([0, 1, 100, 100, 2, 3, 100, 100, 4, 100])
  })

  test('of quiet channels comes before that of others, which goes on after it', async () => {
    const world = new World()
    const [busy, quiet] = [world.add(2, 65_536), world.add(0, 0)]
    await world.run(1_000, [busy])
    const done: string[] = []
    const ask = (name: string, { load }: Reader): Promise<unknown> =>
      world.manager.inTurn(load, () => {
        world.work(PART)
        done.push(name)
      })
    const first = [ask('busy 1', busy), ask('busy 2', busy), ask('quiet 1', quiet)]
    const later = first[2]!.then(() => ask('quiet 2', quiet))
    await world.clock.advance(100)
    await Promise.all([...first, later])
    expect(done).toEqual(['quiet 1', 'quiet 2', 'busy 1', 'busy 2'])
  })

  test('counts for its channel, and fails alone', async () => {
    const world = new World()
    const [broken, good] = [world.add(0, 0), world.add(0, 0)]
    const failing = world.manager.inTurn(broken.load, () => {
      world.work(5)
      throw new RangeError('broken')
    })
    const caught = failing.catch((error: unknown) => error)
    const working = world.manager.inTurn(good.load, () => 'done')
    await world.clock.advance(1)
    expect([await caught, await working]).toEqual([new RangeError('broken'), 'done'])
    broken.load.fold(world.nowMs, 0)
    expect(broken.load.share).toBeGreaterThan(0)
  })
})
