import { ManualClock } from '@dchat/system'
import { expect, test } from 'vitest'
import { Budget } from './budget.ts'
import { SLICE_LINES, SLICE_MS } from './limits.ts'

/** How many steps there are when each takes so long. */
async function steps(stepMs: number, { beforeMs = 0 } = {}): Promise<number> {
  const clock = new ManualClock()
  const budget = new Budget(clock)
  await clock.advance(beforeMs)
  let count = 0
  while (budget.take()) {
    count += 1
    if (stepMs > 0) await clock.advance(stepMs)
  }
  expect(budget.take()).toBe(false)
  return count
}

test('so many steps, or those of so many milliseconds, looked at each 16', async () => {
  expect(await steps(0)).toBe(SLICE_LINES)
  expect(await steps(SLICE_MS / 40)).toBe(48)
})

test('some are always there, however long it took before the first', async () => {
  expect(await steps(0, { beforeMs: 1_000 })).toBe(16)
  expect(await steps(SLICE_MS)).toBe(16)
})
