import { ManualClock } from '@dchat/system'
import { expect, test } from 'vitest'
import { HISTORY_LIMITS } from './history-limits.ts'
import { PushQueue } from './push-queue.ts'

const INTERVAL_MS = HISTORY_LIMITS.PUSH_INTERVAL_MS.value
const MAX = HISTORY_LIMITS.PUSHED_WAITING.value

const idOf = (number: number): Buffer => Buffer.from(String(number).padStart(32, '0'))
const ids = (count: number): Buffer[] => Array.from({ length: count }, (_, index) => idOf(index))

/** A channel with a budget; of posts whose ids are in `gone` there are no bytes. */
class Rig {
  readonly clock = new ManualClock()
  readonly sent: number[] = []
  readonly gone = new Set<number>()
  readonly held = new Set<number>()
  budget = Infinity
  readonly queue = new PushQueue({
    clock: this.clock,
    read: (wanted) => wanted.map((id) => (this.gone.has(Number(id.toString())) ? undefined : id)),
    send: (bytes) => {
      if (this.budget < 1) return false
      this.budget -= 1
      this.sent.push(Number(bytes.toString()))
      return true
    },
    holds: (id) => this.held.has(Number(id.toString())),
  })
}

test('the newest posts leave first, as many as the budget allows', async () => {
  const rig = new Rig()
  rig.budget = 2
  rig.queue.add(ids(5))
  expect([rig.sent, rig.queue.waiting]).toEqual([[4, 3], 3])
  rig.budget = 2
  await rig.clock.advance(INTERVAL_MS)
  rig.budget = 9
  await rig.clock.advance(INTERVAL_MS)
  expect([rig.sent, rig.queue.waiting, rig.clock.pendingTimers]).toEqual([[4, 3, 2, 1, 0], 0, 0])
})

test('what is gone, and what the peer has got meanwhile, is passed over', () => {
  const rig = new Rig()
  rig.gone.add(1)
  rig.held.add(2)
  rig.queue.add(ids(40))
  expect(rig.sent).toEqual(Array.from({ length: 40 }, (_, index) => 39 - index).filter((number) => number !== 1 && number !== 2))
})

test('above 1,024 that wait the oldest are left to the next repair', () => {
  const rig = new Rig()
  rig.budget = 0
  expect([rig.queue.add(ids(MAX)), rig.queue.add([idOf(MAX), idOf(MAX + 1)])]).toEqual([0, 2])
  expect(rig.queue.waiting).toBe(MAX)
  rig.queue.close()
  expect([rig.queue.waiting, rig.clock.pendingTimers]).toEqual([0, 0])
})
