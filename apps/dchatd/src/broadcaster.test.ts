import type { Channel } from '@dchat/net'
import { expect, test } from 'vitest'
import { Broadcaster } from './broadcaster.ts'
import { CHAT_LIMITS } from './chat-limits.ts'

/** A channel that takes frames only while it is open, and can be stopped. */
class SlowChannel {
  readonly sent: string[] = []
  isOpen = true
  #waiters: { resolve: () => void; reject: (error: Error) => void }[] = []
  #isStopped = false

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
    for (const { reject } of this.#waiters.splice(0)) reject(new Error('stopped'))
  }
}

function broadcasterFor(...channels: SlowChannel[]): Broadcaster {
  return new Broadcaster({
    peers: channels as unknown as Channel[],
    encodeFrame: (_type, value) => Buffer.from((value as { msg: string }).msg),
  })
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
