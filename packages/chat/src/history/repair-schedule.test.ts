import { SeededRandom } from '@dchat/system'
import { describe, expect, test } from 'vitest'
import { HISTORY_LIMITS } from './history-limits.ts'
import { RepairSchedule } from './repair-schedule.ts'

const MINUTE = 60_000
const EQUAL = { news: 0, hasFailed: false, hasPassedOver: false }

/** Runs every repair that comes due until `endMs`, each in no time. @returns [ms, channel] of each */
function run(schedule: RepairSchedule, endMs: number, outcome = (_channelId: number) => EQUAL): [number, number][] {
  const repairs: [number, number][] = []
  for (let nowMs = schedule.nextMs; nowMs !== undefined && nowMs <= endMs; nowMs = schedule.nextMs) {
    for (let id = schedule.next(nowMs); id !== undefined; id = schedule.next(nowMs)) {
      repairs.push([nowMs, id])
      schedule.done(id, outcome(id), nowMs)
    }
  }
  return repairs
}

function scheduleOf(dialled: readonly number[], listened: readonly number[] = []): RepairSchedule {
  const schedule = new RepairSchedule(new SeededRandom(3))
  for (const id of dialled) schedule.add(id, true)
  for (const id of listened) schedule.add(id, false)
  return schedule
}

test('without a channel, and with none that was dialled, nothing is due', () => {
  expect(scheduleOf([]).nextMs).toBeUndefined()
  const schedule = scheduleOf([], [1])
  expect([schedule.nextMs, schedule.next(0)]).toEqual([undefined, undefined])
})

test('what is requested is due at once; then one soon, then one every 10 minutes', () => {
  const schedule = scheduleOf([1])
  schedule.request(1, 5)
  expect(run(schedule, 35 * MINUTE).map(([atMs]) => atMs)).toEqual([
    5,
    15_005,
    10 * MINUTE + 15_005,
    20 * MINUTE + 15_005,
    30 * MINUTE + 15_005,
  ])
})

test('the regular ones take any dialled channel, and none that was listened for', () => {
  const schedule = scheduleOf([1, 2, 3], [4, 5])
  schedule.request(1, 0)
  const channels = run(schedule, 600 * MINUTE).map(([, id]) => id)
  expect(new Set(channels)).toEqual(new Set([1, 2, 3]))
})

test('news are passed on to every other channel, either way, within 30 seconds, each once', () => {
  const schedule = scheduleOf([1, 2, 3], [4, 5])
  schedule.request(1, 0)
  let isFirst = true
  const repairs = run(schedule, 14_000, () => {
    const news = isFirst ? 9 : 0
    isFirst = false
    return { news, hasFailed: false, hasPassedOver: false }
  })
  repairs.push(...run(schedule, HISTORY_LIMITS.REPAIR_JITTER_MS.value))
  const wave = repairs.slice(1).filter(([atMs]) => atMs !== 15_000)
  expect(wave.map(([, id]) => id).toSorted((a, b) => a - b)).toEqual([2, 3, 4, 5])
  expect(wave.every(([atMs]) => atMs < HISTORY_LIMITS.REPAIR_JITTER_MS.value)).toBe(true)
})

test('news from nowhere in particular are passed on to all', () => {
  const schedule = scheduleOf([1], [2])
  schedule.noteNews(undefined, 0)
  expect(
    run(schedule, 14_999)
      .concat(run(schedule, 30_000))
      .map(([, id]) => id),
  ).toContain(2)
})

test('news that come while a repair is due change nothing but to bring it forward', () => {
  const schedule = scheduleOf([1, 2])
  for (let count = 0; count < 100; count += 1) schedule.noteNews(1, 0)
  expect(schedule.nextMs).toBeLessThan(1_000)
  expect(run(schedule, 14_999)).toHaveLength(1)
})

describe('at once', () => {
  test('run no more than four, and one a channel', () => {
    const schedule = scheduleOf([1, 2, 3, 4, 5])
    for (const id of [1, 2, 3, 4, 5]) schedule.request(id, 0)
    const running = [1, 2, 3, 4, 5].map(() => schedule.next(0))
    expect([running, schedule.nextMs]).toEqual([[1, 2, 3, 4, undefined], HISTORY_LIMITS.REPAIR_PLACE_MS.value])
    schedule.request(1, 0)
    schedule.done(2, EQUAL, 1)
    expect([schedule.next(1), schedule.next(1)]).toEqual([5, undefined])
  })

  test('a channel that goes makes room', () => {
    const schedule = scheduleOf([1, 2, 3, 4, 5])
    for (const id of [1, 2, 3, 4, 5]) schedule.request(id, 0)
    for (let count = 0; count < 4; count += 1) schedule.next(0)
    schedule.remove(3)
    expect(schedule.next(0)).toBe(5)
    schedule.request(3, 0)
    schedule.done(3, EQUAL, 0)
    expect(schedule.next(0)).toBeUndefined()
  })

  test('one that left rooms out is made again once nothing is paged', () => {
    const schedule = scheduleOf([1, 2])
    for (const id of [1, 2]) schedule.request(id, 0)
    for (const id of [1, 2]) {
      expect(schedule.next(0)).toBe(id)
      schedule.done(id, { ...EQUAL, hasPassedOver: id === 2 }, 0)
    }
    expect(schedule.next(1)).toBeUndefined()
    schedule.notePaged(2)
    expect([schedule.next(2), schedule.next(2)]).toEqual([2, undefined])
    schedule.done(2, EQUAL, 2)
    schedule.notePaged(3)
    expect(schedule.next(3)).toBeUndefined()
  })

  test('those that take their time no longer count: nobody who stalls keeps the others away', () => {
    const placeMs = HISTORY_LIMITS.REPAIR_PLACE_MS.value
    const schedule = scheduleOf([1, 2, 3, 4, 5, 6])
    for (const id of [1, 2, 3, 4, 5, 6]) schedule.request(id, 0)
    for (const atMs of [0, 0, 0, 700]) schedule.next(atMs)
    expect([schedule.nextMs, schedule.next(placeMs - 1)]).toEqual([placeMs, undefined])
    expect([schedule.next(placeMs), schedule.next(placeMs), schedule.next(placeMs)]).toEqual([5, 6, undefined])
    schedule.request(1, placeMs)
    expect(schedule.next(placeMs)).toBeUndefined() // it is still under way
  })
})

test('a channel whose repair failed is left alone for 10 minutes, unless there is no other', () => {
  const failing = (id: number) => ({ news: 1, hasFailed: id === 1, hasPassedOver: false })
  const schedule = scheduleOf([1, 2])
  schedule.request(1, 0)
  const channels = run(schedule, HISTORY_LIMITS.REPAIR_DISTRUST_MS.value, failing).map(([, id]) => id)
  expect(channels.filter((id) => id === 1)).toEqual([1])
  const alone = scheduleOf([1])
  alone.request(1, 0)
  expect(run(alone, 11 * MINUTE, failing).map(([, id]) => id)).toEqual([1, 1, 1])
})

test('who was alone starts anew', () => {
  const schedule = scheduleOf([1])
  schedule.request(1, 0)
  run(schedule, 0)
  schedule.remove(1)
  schedule.add(2, true)
  expect(schedule.nextMs).toBeUndefined()
  schedule.request(2, 5 * MINUTE)
  expect(run(schedule, 6 * MINUTE)).toEqual([
    [5 * MINUTE, 2],
    [5 * MINUTE + HISTORY_LIMITS.REPAIR_SOON_MS.value, 2],
  ])
})
