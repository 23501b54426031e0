import { expect, test } from 'vitest'
import { Slot, WakeUp } from './slot.ts'

test('a slot shows the id of its channel, 0 without one', () => {
  const slot = new Slot(3)
  expect([slot.index, slot.channelId, slot.state]).toEqual([3, 0, { at: 'stopped' }])
  slot.state = { at: 'connected', url: 'tcp://1.2.3.4:5/', channelId: 77 }
  expect(slot.channelId).toBe(77)
  slot.state = { at: 'connecting', url: 'tcp://1.2.3.4:5/' }
  expect(slot.channelId).toBe(0)
})

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
