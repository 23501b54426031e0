import { SeededRandom } from '@dchat/system'
import { expect, test } from 'vitest'
import { HISTORY_LIMITS } from './history-limits.ts'
import { OwnSessionNumbers, PeerSessionCounts } from './session-numbers.ts'

const none = (): boolean => false

test('who dialled has even numbers, who listened odd ones', () => {
  const [dialled, listened] = [true, false].map((isDialled) => new OwnSessionNumbers(new SeededRandom(1), isDialled))
  for (let count = 0; count < 100; count += 1) {
    expect([dialled!.next(none) % 2, listened!.next(none) % 2]).toEqual([0, 1])
  }
})

test('a number that is in use is not given out', () => {
  const taken = new Set<number>()
  const repeating = {
    int: (() => {
      let calls = 0
      return () => Math.floor(calls++ / 2)
    })(),
    bytes: () => new Uint8Array(),
  }
  const numbers = new OwnSessionNumbers(repeating, true)
  for (let count = 0; count < 4; count += 1) taken.add(numbers.next((number) => taken.has(number)))
  expect([...taken]).toEqual([0, 2, 4, 6])
})

test('of the numbers that ended while an answer was to come the last are remembered', () => {
  const max = HISTORY_LIMITS.SYNC_ENDED_NUMBERS.value
  const numbers = new OwnSessionNumbers(new SeededRandom(1), true)
  for (let number = 0; number <= max; number += 1) numbers.noteEnded(number)
  expect([numbers.isEnded(0), numbers.isEnded(1), numbers.isEnded(max)]).toEqual([false, true, true])
})

test('a session of the other side is answered 64 times', () => {
  const counts = new PeerSessionCounts()
  const answered = Array.from({ length: 66 }, () => counts.count(7))
  expect(answered.filter(Boolean)).toHaveLength(HISTORY_LIMITS.SYNC_FRAMES.value)
  expect([answered.at(-1), counts.count(8)]).toEqual([false, true])
})

test('only the four sessions used last are remembered', () => {
  const counts = new PeerSessionCounts()
  for (let frame = 0; frame < 64; frame += 1) counts.count(1)
  for (const number of [2, 3, 4]) counts.count(number)
  expect(counts.count(1)).toBe(false)
  for (const number of [5, 6, 7, 8]) counts.count(number)
  expect(counts.count(1)).toBe(true)
})
