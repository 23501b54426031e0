import type { Channel } from '@dchat/net'
import { ManualClock } from '@dchat/system'
import { expect, test } from 'vitest'
import { Broadcaster } from './broadcaster.ts'
import { CHAT_LIMITS } from './chat-limits.ts'

/** A channel that takes frames only while it is open, and can be stopped. */
class SlowChannel {
  readonly sent: string[] = []
  readonly #ended = new AbortController()
  isOpen = true
  #waiters: { resolve: () => void; reject: (error: Error) => void }[] = []
  #isStopped = false

  get signal(): AbortSignal {
    return this.#ended.signal
  }

  postFrame(frame: Buffer): boolean {
    if (this.isOpen) this.sent.push(frame.toString())
    return this.isOpen
  }

  drained(): Promise<void> {
    if (this.#isStopped) return Promise.reject(new Error('stopped'))
    if (this.isOpen) return Promise.resolve()
    return new Promise((resolve, reject) => this.#waiters.push({ resolve, reject }))
  }

  open(): void {
    this.isOpen = true
    for (const { resolve } of this.#waiters.splice(0)) resolve()
  }

  stop(): void {
    this.#isStopped = true
    this.#ended.abort()
    for (const { reject } of this.#waiters.splice(0)) reject(new Error('stopped'))
  }
}

const clock = new ManualClock()

function broadcasterFor(...channels: SlowChannel[]): Broadcaster {
  const p2p = {
    peers: channels as unknown as Channel[],
    encodeFrame: (_type: unknown, value: unknown) => Buffer.from((value as { msg: string }).msg),
  }
  return new Broadcaster({ p2p, clock })
}

test('a peer that does not read gets its lines later, in order, and holds up nobody', async () => {
  const [fast, slow] = [new SlowChannel(), new SlowChannel()]
  const broadcaster = broadcasterFor(fast, slow)
  slow.isOpen = false
  const first = broadcaster.broadcast('one')
  expect([first.written, first.late.length]).toEqual([1, 1])
  slow.isOpen = true
  const second = broadcaster.broadcast('two')
  expect(second.late).toHaveLength(1)
  expect(slow.sent).toEqual([])
  slow.open()
  expect(await Promise.all([...first.late, ...second.late])).toEqual([true, true])
  expect([fast.sent, slow.sent]).toEqual([
    ['one', 'two'],
    ['one', 'two'],
  ])
  expect(broadcaster.broadcast('three')).toEqual({ written: 2, late: [] })
})

test('the backlog of a channel is bounded, and says what it did not take', async () => {
  const slow = new SlowChannel()
  const broadcaster = broadcasterFor(slow)
  slow.isOpen = false
  const outcomes = Array.from({ length: CHAT_LIMITS.BACKLOG_MESSAGES + 1 }, (_, index) => broadcaster.broadcast(`${index}`))
  expect(await outcomes.at(-1)!.late[0]).toBe(false)
  slow.open()
  const taken = await Promise.all(outcomes.slice(0, -1).flatMap(({ late }) => late))
  expect(taken.every(Boolean)).toBe(true)
  expect(slow.sent).toHaveLength(CHAT_LIMITS.BACKLOG_MESSAGES)
})

test('what waits for a channel that stops is told', async () => {
  const slow = new SlowChannel()
  const broadcaster = broadcasterFor(slow)
  slow.isOpen = false
  const { late } = broadcaster.broadcast('one')
  slow.stop()
  expect(await Promise.all(late)).toEqual([false])
})

test('goes to the channels that are asked for only', () => {
  const [one, other] = [new SlowChannel(), new SlowChannel()]
  const outcome = broadcasterFor(one, other).broadcast('hi', { isFor: (channel) => (channel as unknown) === other })
  expect([outcome.written, one.sent, other.sent]).toEqual([1, [], ['hi']])
})

test('paced lines go out in bursts of 40 and 10 a second, in order with the others, which wait only behind them', async () => {
  const channel = new SlowChannel()
  const broadcaster = broadcasterFor(channel)
  const late: Promise<boolean>[] = []
  for (let index = 0; index < 60; index += 1) late.push(...broadcaster.broadcast(`${index}`, { isPaced: true }).late)
  expect(channel.sent).toHaveLength(40)
  late.push(...broadcaster.broadcast('bare').late)
  await clock.advance(1_000)
  expect(channel.sent.length).toBeGreaterThan(45)
  expect(channel.sent.length).toBeLessThanOrEqual(51)
  await clock.advance(1_100)
  expect(channel.sent).toEqual([...Array.from({ length: 60 }, (_, index) => `${index}`), 'bare'])
  expect((await Promise.all(late)).every(Boolean)).toBe(true)
  expect(broadcaster.broadcast('at once').written).toBe(1)
})

test('a channel that stops while lines wait for their turn leaves no timer', async () => {
  const channel = new SlowChannel()
  const broadcaster = broadcasterFor(channel)
  const late: Promise<boolean>[] = []
  for (let index = 0; index < 42; index += 1) late.push(...broadcaster.broadcast(`${index}`, { isPaced: true }).late)
  channel.stop()
  expect(await Promise.all(late)).toEqual([false, false])
  expect(clock.pendingTimers).toBe(0)
})
