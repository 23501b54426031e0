import { ManualClock } from '@dchat/system'
import { expect, test } from 'vitest'
import { HISTORY_LIMITS } from './history-limits.ts'
import type { SyncProgress } from './history-peer.ts'
import { IDLE_PROGRESS, ProgressTeller } from './progress-teller.ts'

const INTERVAL_MS = HISTORY_LIMITS.PROGRESS_INTERVAL_MS.value
const paging = (received: number): SyncProgress => ({ state: 'paging', room: 'dchat', received, expected: 500, peers: 1 })

test('a change is told at once, further ones together and no more than four times a second', async () => {
  const clock = new ManualClock()
  const told: [number, number][] = []
  let now = IDLE_PROGRESS
  const teller = new ProgressTeller({
    clock,
    look: () => now,
    tell: ({ received }) => told.push([clock.monotonicMs(), received]),
  })
  teller.note()
  expect(told).toEqual([])
  for (let received = 1; received <= 100; received += 1) {
    now = paging(received)
    teller.note()
    await clock.advance(10)
  }
  now = IDLE_PROGRESS
  teller.note()
  await clock.advance(2 * INTERVAL_MS)
  expect(told).toEqual([
    [0, 1],
    [250, 25],
    [500, 50],
    [750, 75],
    [1_000, 100],
    [1_250, 0],
  ])
  expect(clock.pendingTimers).toBe(0)
})

test('the end is told in any case, and nothing after the close', async () => {
  const clock = new ManualClock()
  const told: SyncProgress[] = []
  let now = paging(1)
  const teller = new ProgressTeller({ clock, look: () => now, tell: (progress) => told.push(progress) })
  teller.note()
  now = IDLE_PROGRESS
  teller.note()
  await clock.advance(INTERVAL_MS)
  expect(told.at(-1)).toEqual(IDLE_PROGRESS)
  now = paging(2)
  teller.note()
  teller.close()
  expect([told.length, clock.pendingTimers]).toEqual([2, 0])
})
