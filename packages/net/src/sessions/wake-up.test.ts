import { getEventListeners } from 'node:events'
import { ManualClock } from '@dchat/system'
import { expect, test } from 'vitest'
import { WakeUp } from './wake-up.ts'

test('a wake-up reaches who waits, or the next one who does, once', async () => {
  const wakeUp = new WakeUp()
  const ending = new AbortController()
  const both = Promise.all([wakeUp.wait(ending.signal), wakeUp.wait(ending.signal)])
  wakeUp.wake()
  await both
  wakeUp.wake()
  wakeUp.wake()
  await wakeUp.wait(ending.signal)
  const reason = new Error('enough')
  const waiting = wakeUp.wait(ending.signal)
  ending.abort(reason)
  await expect(waiting).rejects.toBe(reason)
  await expect(wakeUp.wait(ending.signal)).rejects.toBe(reason)
})

test('a wait within a time ends by a wake-up, at its end, or by the signal, and leaves nothing behind', async () => {
  const clock = new ManualClock()
  const wakeUp = new WakeUp()
  const ending = new AbortController()
  const woken = wakeUp.waitWithin(1_000, clock, ending.signal)
  wakeUp.wake()
  expect([await woken, clock.pendingTimers]).toEqual([true, 0])

  const late = wakeUp.waitWithin(1_000, clock, ending.signal)
  await clock.advance(1_000)
  expect(await late).toBe(false)
  wakeUp.wake()
  expect(await wakeUp.waitWithin(1_000, clock, ending.signal)).toBe(true)

  const aborted = wakeUp.waitWithin(1_000, clock, ending.signal)
  ending.abort(new Error('enough'))
  await expect(aborted).rejects.toThrow('enough')
  expect([clock.pendingTimers, getEventListeners(ending.signal, 'abort').length]).toEqual([0, 0])
})

test('a wake-up that was taken wakes nobody', async () => {
  const wakeUp = new WakeUp()
  expect(wakeUp.take()).toBe(false)
  wakeUp.wake()
  expect([wakeUp.take(), wakeUp.take()]).toEqual([true, false])
})
