import { expect, test } from 'vitest'
import { ManualClock, sleep } from './clock.ts'
import { ScopeStopped, TaskScope } from './task-scope.ts'

test('a stop ends all tasks with its reason, waits for them, and reports none of it', async () => {
  const clock = new ManualClock()
  const failures: unknown[] = []
  const reasons: unknown[] = []
  const scope = new TaskScope((error) => failures.push(error))
  scope.spawn(async (signal) => {
    await sleep(clock, 10, signal).catch((error: unknown) => reasons.push(error))
    await Promise.resolve()
    reasons.push('ended')
  })
  const reason = new Error('enough')
  await scope.stop(reason)
  await scope.stop(new Error('later'))
  expect(reasons).toEqual([reason, 'ended'])
  expect([failures, scope.size, scope.isStopped, scope.signal.reason]).toEqual([[], 0, true, reason])
})

test('without a reason it is a ScopeStopped; a failure before is told, one after is not', async () => {
  const failures: unknown[] = []
  const scope = new TaskScope((error) => failures.push(error))
  const broken = new Error('broken')
  scope.spawn(() => Promise.reject(broken))
  await Promise.resolve()
  const late = Promise.withResolvers<void>()
  scope.spawn(() => late.promise)
  const stopped = scope.stop()
  late.reject(new Error('late'))
  await stopped
  expect(failures).toEqual([broken])
  expect(scope.signal.reason).toBeInstanceOf(ScopeStopped)
})

test('what is spawned after a time runs then, and not when it is taken back or the scope stops', async () => {
  const clock = new ManualClock()
  const ran: string[] = []
  const scope = new TaskScope(() => {})
  const run = (name: string) => (): Promise<void> => {
    ran.push(`${name} ${clock.monotonicMs()}`)
    return Promise.resolve()
  }
  scope.spawnAfter(clock, 5, run('a'))
  scope.spawnAfter(clock, 6, run('taken back')).cancel()
  scope.spawnAfter(clock, 7, run('b'))
  scope.spawnAfter(clock, 8, run('too late'))
  await clock.advance(7)
  await scope.stop()
  expect(clock.pendingTimers).toBe(0)
  scope.spawnAfter(clock, 1, run('after the stop'))
  await clock.advance(100)
  expect(ran).toEqual(['a 5', 'b 7'])
})
