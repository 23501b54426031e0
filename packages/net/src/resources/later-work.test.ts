/** Work that is dear, and work for later turns. */
import { describe, expect, test } from 'vitest'
import { LIMITS } from '../limits.ts'
import { World, Reader } from './resource-manager.test-util.ts'

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
