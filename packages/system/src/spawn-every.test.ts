import { expect, test } from 'vitest'
import { ManualClock, sleep } from './clock.ts'
import { spawnEvery } from './spawn-every.ts'
import { TaskScope } from './task-scope.ts'

test('pauses as long after each time, and ends with its failure or the scope', async () => {
  const clock = new ManualClock()
  const [ran, failures]: [string[], unknown[]] = [[], []]
  const scope = new TaskScope((error) => failures.push(error))
  spawnEvery(scope, { clock, intervalMs: 10 }, () => void ran.push(`quick ${clock.monotonicMs()}`))
  spawnEvery(scope, { clock, intervalMs: 10 }, async () => {
    ran.push(`slow ${clock.monotonicMs()}`)
    await sleep(clock, 5, scope.signal)
  })
  const broken = new Error('broken')
  spawnEvery(scope, { clock, intervalMs: 20 }, () => Promise.reject(broken))
  await clock.advance(29)
  expect(ran).toEqual(['quick 10', 'slow 10', 'quick 20', 'slow 25'])
  expect([failures, scope.size]).toEqual([[broken], 2])
  await scope.stop()
  await clock.advance(100)
  expect([ran.length, failures.length, clock.pendingTimers]).toEqual([4, 1, 0])
})
