/** Whom a late pong is forgiven: who sends, or takes what is queued for him. */
import { ManualClock } from '@dchat/system'
import { expect, test } from 'vitest'
import { SessionFlag } from '../sessions/session-flags.ts'
import { PongDeadline } from './pong-deadline.ts'

const TIMEOUT_MS = 15_000
const info = { id: 7, url: 'tcp://2.2.2.2:2/', resolvedUrl: null, session: SessionFlag.Inbound }

test.each([
  ['nothing moves', {}, 15],
  ['the peer sends 1 KiB/s', { received: 1_024 }, 120],
  ['the peer sends less', { received: 1_000 }, 15],
  ['it takes 1 KiB/s of what is queued', { sent: 1_024, queued: 500_000 }, 120],
  ['it takes less', { sent: 1_000, queued: 500_000 }, 15],
  ['the system takes what we send, with nothing queued', { sent: 100_000 }, 15],
  ['it sends some and takes some', { received: 600, sent: 600, queued: 500_000 }, 120],
])('%s', async (_, { received = 0, sent = 0, queued = 0 }: { received?: number; sent?: number; queued?: number }, endsSec) => {
  const clock = new ManualClock()
  const channel = { clock, info, heldMs: 0, receivedBytes: 50, sentBytes: 50, queuedBytes: queued }
  using deadline = new PongDeadline(channel, TIMEOUT_MS)
  let sec = 0
  for (; sec < 200 && !deadline.signal.aborted; sec += 1) {
    channel.receivedBytes += received
    channel.sentBytes += sent
    await clock.advance(1_000)
  }
  expect(sec).toBe(endsSec)
  expect(deadline.signal.reason).toMatchObject({ code: 'NET_PONG_MISSING', fault: 'peer' })
  expect(clock.pendingTimers).toBe(0)
})

test('a limit that is longer than two minutes is kept', async () => {
  const clock = new ManualClock()
  const channel = { clock, info, heldMs: 0, receivedBytes: 0, sentBytes: 0, queuedBytes: 0 }
  using deadline = new PongDeadline(channel, 300_000)
  await clock.advance(299_999)
  expect(deadline.signal.aborted).toBe(false)
  await clock.advance(1)
  expect(deadline.signal.aborted).toBe(true)
})
