import type { OfferedRoom } from '@dchat/store'
import { SeededRandom } from '@dchat/system'
import { expect, test } from 'vitest'
import { HISTORY_LIMITS } from './history-limits.ts'
import { repairRooms } from './repair-rooms.ts'

const offer = (room: string, joined = false): OfferedRoom => ({ room, joined, newest: 1, low: 0, posts: 1 })
const others = (count: number): OfferedRoom[] => Array.from({ length: count }, (_, index) => offer(`r${index}`))
const repair = (offered: readonly OfferedRoom[], hinted: readonly string[] = [], seed = 1): string[] =>
  repairRooms({ offered, hinted, keeps: (room) => room !== 'unkept' }, new SeededRandom(seed))

test('what is looked at comes first, whether it is held or not', () => {
  expect(repair([offer('games', true), offer('x'), offer('dchat', true)])).toEqual(['dchat', '', 'games', '_dm', 'x'])
  expect(repair([])).toEqual(['', '_dm'])
})

test('of the others 16 are taken at random, in the end each of them', () => {
  const offered = others(40)
  const max = HISTORY_LIMITS.REPAIR_OTHER_ROOMS.value
  const seen = new Set<string>()
  for (let seed = 0; seed < 40; seed += 1) {
    const rooms = repair(offered, [], seed)
    expect([rooms.length, new Set(rooms).size]).toEqual([max + 2, max + 2])
    for (const room of rooms) seen.add(room)
  }
  expect(seen.size).toBe(42)
})

test('rooms that the other side has told of are among them if they are kept here', () => {
  expect(repair([offer('x')], ['x', 'y', 'unkept', 'dchat']).toSorted()).toEqual(['', '_dm', 'dchat', 'x', 'y'])
})
