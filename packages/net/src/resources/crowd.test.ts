/** More channels that press than leave a gap between their turns. Reasons and figures: docs/decisions/0009. */
import { describe, expect, test } from 'vitest'
import { LIMITS } from '../limits.ts'
import type { Reader } from './resource-manager.test-util.ts'
import { SteppedWorld, TURN } from './resource-manager.test-util.ts'

const CROWD = LIMITS.CROWD_CHANNELS.value + 1
const CHAT_BYTES = 300

/** Goes on until a turn has ended, so that the crowd rests. */
function untilRest(world: SteppedWorld): void {
  while (world.pendingTimers > 0) world.step()
  while (world.pendingTimers === 0) world.step()
}

/** The part of the time, 0 to 1, that was worked in `turns` turns. */
function busyPart(world: SteppedWorld, turns: number): number {
  const beganMs = world.nowMs
  let workMs = 0
  for (let turn = 0; turn < turns; turn += 1) workMs += world.step()
  return workMs / (world.nowMs - beganMs)
}

describe('a crowd', () => {
  test('has half of the thread, and one channel less all of it', () => {
    const [crowd, few] = [new SteppedWorld(), new SteppedWorld()]
    crowd.crowd(CROWD)
    few.crowd(CROWD - 1)
    expect(busyPart(crowd, 1_000)).toBeGreaterThan(0.4)
    expect(busyPart(crowd, 1_000)).toBeLessThan(0.55)
    expect([busyPart(few, 1_000), few.pendingTimers]).toEqual([1, 0])
  })

  test('is one as soon as so many wait', () => {
    const world = new SteppedWorld()
    for (let count = 0; count < CROWD + 2; count += 1) world.add(TURN, 65_536)
    let rests = 0
    while (world.nowMs < LIMITS.LOAD_TICK_MS.value) {
      world.step()
      rests += world.pendingTimers
    }
    expect(rests).toBeGreaterThan(2)
  })

  test('shares what it has evenly', () => {
    const world = new SteppedWorld()
    const readers = world.crowd(3 * CROWD)
    const before = readers.map(({ workMs }) => workMs)
    busyPart(world, 2_000)
    const got = readers.map(({ workMs }, index) => workMs - before[index]!)
    expect(Math.min(...got)).toBeGreaterThan(10 * TURN)
    expect(Math.max(...got) - Math.min(...got)).toBeLessThanOrEqual(2 * TURN)
  })

  test('is not read while it rests, whatever it brings; quiet channels are', () => {
    const world = new SteppedWorld()
    const readers = world.crowd(CROWD)
    const quiet = world.add(0.1, CHAT_BYTES)
    for (const reader of readers) reader.read = { workMs: 0.1, bytes: CHAT_BYTES } // too little to use a turn up
    untilRest(world)
    untilRest(world)
    expect(readers.map((reader) => reader.tryRead())).toEqual(readers.map(() => 0))
    expect([quiet.tryRead(), quiet.tryRead()]).toEqual([0.1, 0.1])
    const before = readers.map(({ workMs }) => workMs)
    busyPart(world, 20)
    expect(readers.filter(({ workMs }, index) => workMs === before[index]!)).toEqual([])
  })

  test('rests for what its turn has caused as well, though nobody measured it', () => {
    const world = new SteppedWorld()
    const readers = world.crowd(CROWD, TURN)
    const read = readers.map((reader) => reader.tryRead.bind(reader))
    for (const [index, reader] of readers.entries()) {
      reader.tryRead = () => {
        const workMs = read[index]!()
        if (workMs > 0) world.defer(() => world.work(workMs))
        return workMs
      }
    }
    expect(busyPart(world, 1_000)).toBeLessThan(0.55)
  })

  test('rests for the read that begins a turn as for those that follow', () => {
    const world = new SteppedWorld()
    const [first, ...others] = world.crowd(CROWD)
    for (const reader of others) reader.hold()
    first!.read = { workMs: 2 * TURN, bytes: 65_536 }
    untilRest(world)
    expect(busyPart(world, 60)).toBeCloseTo(0.5, 1)
  })

  test('does not rest for a pause of the machine', () => {
    const world = new SteppedWorld()
    const [first] = world.crowd(CROWD)
    untilRest(world)
    first!.read = { workMs: 180_000, bytes: 65_536 }
    while (world.nowMs < 180_000) world.step()
    first!.read = { workMs: 1, bytes: 65_536 }
    const beganMs = world.nowMs
    untilRest(world)
    untilRest(world)
    expect(world.nowMs - beganMs).toBeLessThan(2 * LIMITS.CHUNK_WORK_MAX_MS.value)
  })

  test('that is gone leaves no timer, and what waits for a turn is done', async () => {
    const world = new SteppedWorld()
    const readers = world.crowd(CROWD)
    untilRest(world)
    const waiting = readers.map(({ load, info }) => world.manager.inTurn(load, () => info.id))
    for (const { load } of readers) world.manager.close(load)
    expect([world.pendingTimers, world.manager.size]).toEqual([0, 0])
    world.step()
    expect(await Promise.all(waiting)).toEqual(readers.map(({ info }) => info.id))
    for (let turn = 0; turn < 10; turn += 1) world.step()
    expect(world.pendingTimers).toBe(0)
  })
})

test('a channel that takes next to nothing and has brought bulk waits once, not with all that it brings after it', () => {
  const world = new SteppedWorld()
  world.crowd(CROWD)
  const friend = world.add(0, LIMITS.TURN_BULK_BYTES.value)
  untilRest(world)
  expect(friend.holds).toBe(1)
  while (friend.holds > 0) world.step()
  friend.read = { workMs: 0.01, bytes: CHAT_BYTES }
  for (let turn = 0; turn < 100; turn += 1) {
    expect(friend.tryRead()).toBe(0.01)
    world.step()
  }
})

test('a channel that takes next to nothing is not held for one read that took long', () => {
  const world = new SteppedWorld()
  world.crowd(CROWD)
  const quiet = world.add(0, CHAT_BYTES)
  untilRest(world)
  quiet.read = { workMs: TURN, bytes: CHAT_BYTES }
  expect(quiet.tryRead()).toBe(TURN)
  quiet.read = { workMs: 0.01, bytes: CHAT_BYTES }
  expect(quiet.tryRead()).toBe(0.01)
})

describe('work for later turns of a crowd', () => {
  const ask = (world: SteppedWorld, { load, info }: Reader, done: number[]): void =>
    void world.manager.inTurn(load, () => {
      world.work(0.1)
      done.push(info.id)
    })

  test('waits for the end of the rest; that of quiet channels does not', () => {
    const world = new SteppedWorld()
    const quiet = world.add(0, CHAT_BYTES)
    const [pressing] = world.crowd(CROWD)
    untilRest(world)
    const done: number[] = []
    ask(world, pressing!, done)
    ask(world, quiet, done)
    world.step()
    expect([world.pendingTimers, done]).toEqual([1, [quiet.info.id]])
    while (world.pendingTimers > 0) world.step()
    world.step()
    expect(done).toEqual([quiet.info.id, pressing!.info.id])
  })

  test('rests as reading does', () => {
    const world = new SteppedWorld()
    const readers = world.crowd(CROWD)
    for (const reader of readers) reader.read = { workMs: 0.01, bytes: 20_000 }
    const again = (reader: Reader): void =>
      void world.manager.inTurn(reader.load, () => {
        world.work(1)
        again(reader)
      })
    for (const reader of readers) again(reader)
    expect(busyPart(world, 2_000)).toBeLessThan(0.6)
  })
})
