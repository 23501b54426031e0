/** Source: docs/limits.md, FRAME_MS and FRAME_BYTES_PER_SEC. */
import { ManualClock } from '@dchat/system'
import { expect, test } from 'vitest'
import type { NetError } from './errors.ts'
import { FrameDeadline } from './frame-deadline.ts'

function setUp() {
  const clock = new ManualClock()
  const channel = { info: { id: 7 }, clock, receivedBytes: 0, heldMs: 0, frame: 0 }
  const errors: NetError[] = []
  const deadline = new FrameDeadline(channel, (error) => errors.push(error))
  /** A read brings `bytes`, after which the frame is under way. */
  const read = (frame: number, bytes: number): void => {
    channel.frame = frame
    channel.receivedBytes += bytes
    deadline.look()
  }
  return { clock, channel, errors, deadline, read }
}

test('a frame that is not whole after 30 s, and does not get on, is slow', async () => {
  const { clock, errors, read } = setUp()
  read(1, 10)
  for (let second = 1; second < 30; second += 1) {
    await clock.advance(1_000)
    read(1, 100)
  }
  expect(errors).toEqual([])
  await clock.advance(1_000)
  expect(errors).toMatchObject([{ code: 'NET_FRAME_SLOW', fault: 'peer', data: { elapsedMs: 30_000, bytesPerSec: 97 } }])
  expect(clock.pendingTimers).toBe(0)
})

test('one that gets on has the time it needs, until it does not', async () => {
  const { clock, errors, read } = setUp()
  read(1, 10)
  for (let second = 0; second < 60; second += 1) {
    await clock.advance(1_000)
    read(1, 1_100)
  }
  expect(errors).toEqual([])
  await clock.advance(5_000)
  expect(errors).toHaveLength(1)
})

test('each frame has its own time, and frames that come whole have no timer', async () => {
  const { clock, errors, deadline, read } = setUp()
  read(0, 500)
  expect(clock.pendingTimers).toBe(0)
  for (let frame = 1; frame < 60; frame += 1) {
    read(frame, 10)
    await clock.advance(2_000)
  }
  read(0, 10)
  await clock.advance(30_000)
  expect([errors, clock.pendingTimers]).toEqual([[], 0])
  read(60, 10)
  deadline.stop()
  expect(clock.pendingTimers).toBe(0)
})

test('time in which the channel was not read is not the peer’s', async () => {
  const { clock, channel, errors, read } = setUp()
  read(1, 10)
  await clock.advance(20_000)
  channel.heldMs = 15_000
  await clock.advance(20_000)
  expect(errors).toEqual([])
  await clock.advance(5_000)
  expect(errors).toMatchObject([{ data: { elapsedMs: 30_000 } }])
})
