/** Queues between a channel and its protocols. Wire: docs/wire.md, *Metering*, receiving. */
import { ManualClock, TaskScope, sleep } from '@dchat/system'
import { describe, expect, test } from 'vitest'
import { NetError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import { ping } from './core-messages.ts'
import type { NonceMessage } from './core-messages.ts'
import { MessageDispatcher } from './message-dispatcher.ts'

const FULL = LIMITS.SUBSCRIPTION_QUEUE_MESSAGES.value

class World {
  readonly clock = new ManualClock()
  readonly controller = new AbortController()
  readonly signal = this.controller.signal
  holds = 0
  waitingBytes = 0
  turns = 0
  readonly failures: unknown[] = []
  readonly received = { messages: 0, bytes: 0 }
  /** Metered as the real `ping`, unless told otherwise. */
  readonly dispatcher: MessageDispatcher<NonceMessage>

  constructor(threshold = 0) {
    this.dispatcher = new MessageDispatcher({ ...ping, metering: { ...ping.metering, threshold } }, this, this.received)
  }

  hold(): void {
    this.holds += 1
  }

  release(): void {
    this.holds -= 1
  }

  noteWaiting(bytes: number): void {
    this.waitingBytes += bytes
  }

  async inTurn<R>(work: () => R): Promise<R> {
    await new Promise<void>((resolve) => this.clock.defer(resolve))
    this.turns += 1
    return work()
  }

  fail(error: unknown): void {
    this.failures.push(error)
  }

  push(...nonces: readonly number[]): void {
    for (const nonce of nonces) this.dispatcher.dispatch(Buffer.of(nonce, 0), 0, 2)
  }
}

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index)

describe('a dispatcher', () => {
  test.each([
    ['too short', '01', 'SERIAL_UNEXPECTED_END'],
    ['empty', '', 'SERIAL_UNEXPECTED_END'],
    ['too long by one', '010203', 'SERIAL_TRAILING_BYTES'],
  ])('refuses a payload that is %s', (_, hex, reason) => {
    const { dispatcher } = new World()
    const bytes = Buffer.from(hex, 'hex')
    expect(() => dispatcher.dispatch(bytes, 0, bytes.length)).toThrow(
      expect.objectContaining({ code: 'NET_MESSAGE_UNDECODABLE', data: { command: 'ping', reason }, fault: 'peer' }),
    )
  })

  test('looks at its own range only, and hands over its length', () => {
    const { dispatcher } = new World()
    const heard: unknown[] = []
    dispatcher.subscribe().handle((message, byteLength) => heard.push([message, byteLength]))
    dispatcher.dispatch(Buffer.of(9, 9, 1, 2, 9), 2, 4)
    expect(heard).toEqual([[{ nonce: 0x0201 }, 2]])
  })

  test('gives every message to every subscription', async () => {
    const world = new World()
    const heard: number[] = []
    const [first, second] = [world.dispatcher.subscribe(), world.dispatcher.subscribe()]
    first.handle(({ nonce }) => heard.push(nonce))
    world.push(1, 2)
    first.close()
    world.push(3)
    expect(heard).toEqual([1, 2])
    expect([await second.next(), await second.next(), await second.next()].map(({ nonce }) => nonce)).toEqual([1, 2, 3])
  })
})

describe('a subscription', () => {
  test('keeps order, whether read before, after or as messages come', async () => {
    const world = new World()
    const messages = world.dispatcher.subscribe()
    world.push(1, 2)
    expect(await messages.next()).toEqual({ nonce: 1 })
    expect(await messages.next()).toEqual({ nonce: 2 })
    const next = messages.next()
    world.push(3)
    expect(await next).toEqual({ nonce: 3 })
    world.push(4, 5)
    const iterated: number[] = []
    for await (const { nonce } of messages) if (iterated.push(nonce) === 2) break
    expect(iterated).toEqual([4, 5])
  })

  test('gives a handler what waited, then each message at once', () => {
    const world = new World()
    const messages = world.dispatcher.subscribe()
    const heard: number[] = []
    world.push(1, 2)
    messages.handle(({ nonce }) => heard.push(nonce))
    expect(heard).toEqual([1, 2])
    world.push(3)
    expect(heard).toEqual([1, 2, 3])
  })

  test('has one reader', () => {
    const { dispatcher } = new World()
    const read = dispatcher.subscribe()
    void read.next()
    expect(() => read.next()).toThrow(TypeError)
    expect(() => read.handle(() => {})).toThrow(TypeError)
    const handled = dispatcher.subscribe()
    handled.handle(() => {})
    expect(() => handled.next()).toThrow(TypeError)
    expect(() => handled.handle(() => {})).toThrow(TypeError)
  })

  test('holds the channel while it is full, and only then', async () => {
    const world = new World()
    const messages = world.dispatcher.subscribe()
    world.push(...range(FULL - 1))
    expect(world.holds).toBe(0)
    world.push(200)
    expect(world.holds).toBe(1)
    await messages.next()
    expect(world.holds).toBe(0)
    world.push(201)
    expect(world.holds).toBe(1)
    messages.close()
    expect(world.holds).toBe(0)
  })

  test('two that are full hold twice', () => {
    const world = new World()
    const all = [world.dispatcher.subscribe(), world.dispatcher.subscribe()]
    world.push(...range(FULL))
    expect(world.holds).toBe(2)
    all[0]!.close()
    expect(world.holds).toBe(1)
    world.dispatcher.close()
    expect(world.holds).toBe(0)
  })

  test('loses nothing when a wait is aborted', async () => {
    const world = new World()
    const messages = world.dispatcher.subscribe()
    const ending = new AbortController()
    const waiting = messages.next(ending.signal)
    const reason = new Error('enough')
    ending.abort(reason)
    await expect(waiting).rejects.toBe(reason)
    await expect(messages.next(ending.signal)).rejects.toBe(reason)
    world.push(1)
    await expect(messages.next()).resolves.toEqual({ nonce: 1 })
    world.push(2)
    await expect(messages.next(ending.signal)).resolves.toEqual({ nonce: 2 })
  })

  test('ends with the reason of the channel', async () => {
    const world = new World()
    const messages = world.dispatcher.subscribe()
    const waiting = messages.next()
    const reason = new NetError('NET_CHANNEL_STOPPED', { channelId: 1 })
    world.controller.abort(reason)
    world.dispatcher.close()
    await expect(waiting).rejects.toBe(reason)
    await expect(messages.next()).rejects.toBe(reason)
  })

  test('takes nothing after close', async () => {
    const world = new World()
    const messages = world.dispatcher.subscribe()
    world.push(1)
    messages.close()
    messages.close()
    world.push(2)
    const heard: number[] = []
    messages.handle(({ nonce }) => heard.push(nonce))
    expect(heard).toEqual([])
    expect(world.clock.pendingTimers).toBe(0)
  })
})

describe('a handler that throws', () => {
  const broken = new Error('broken')
  const breaking = (): never => {
    throw broken
  }

  test('fails the read that brought the message, when there is one', () => {
    const world = new World()
    world.dispatcher.subscribe().handle(breaking)
    expect(() => world.push(1)).toThrow(broken)
    expect(world.failures).toEqual([])
  })

  test('fails the channel, when the message had waited for a timer or for the handler', async () => {
    const world = new World(1)
    const late = world.dispatcher.subscribe()
    world.push(1)
    late.handle(breaking)
    expect(world.failures).toEqual([broken])
    world.push(2)
    await world.clock.advance(1_000)
    expect(world.failures).toEqual([broken, broken])
  })
})

describe('metering', () => {
  test('keeps a message back for the sleep at its arrival; none overtakes', async () => {
    const world = new World(4)
    const heard: [number, number][] = []
    world.dispatcher.subscribe().handle(({ nonce }) => heard.push([nonce, world.clock.monotonicMs()]))
    world.push(...range(7))
    expect(heard).toEqual([
      [0, 0],
      [1, 0],
      [2, 0],
      [3, 0],
    ])
    await world.clock.advance(999)
    expect(heard).toHaveLength(4)
    await world.clock.advance(1)
    expect(heard.slice(4)).toEqual([[4, 1_000]])
    await world.clock.advance(10_000)
    expect(heard.slice(5)).toEqual([
      [5, 2_000],
      [6, 3_000],
    ])
    world.push(7)
    expect(heard.at(-1)).toEqual([7, 11_000])
  })

  test('does not let a later, quicker message overtake a slow one', async () => {
    const world = new World(1)
    const heard: number[] = []
    world.dispatcher.subscribe().handle(({ nonce }) => heard.push(nonce))
    world.push(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)
    await world.clock.advance(10_500)
    world.push(13)
    expect(heard).not.toContain(13)
    await world.clock.advance(5_000)
    expect(heard).toEqual(range(14))
  })

  test('delays next() alike, and its timer goes with the subscription', async () => {
    const world = new World(1)
    const messages = world.dispatcher.subscribe()
    world.push(1, 2)
    await messages.next()
    let isThere = false
    const next = messages.next().then(() => (isThere = true))
    await world.clock.advance(999)
    expect(isThere).toBe(false)
    await world.clock.advance(1)
    await next
    world.push(3)
    const ending = new AbortController()
    const waiting = messages.next(ending.signal)
    expect(world.clock.pendingTimers).toBe(1)
    messages.close()
    expect(world.clock.pendingTimers).toBe(0)
    ending.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
  })
})

describe('a server', () => {
  test('gets one message after the other, as fast as it is', async () => {
    const world = new World()
    const tasks = new TaskScope(() => {})
    const seen: string[] = []
    world.dispatcher.subscribe().serve(tasks, async ({ nonce }) => {
      seen.push(`${nonce} begins`)
      await sleep(world.clock, 10)
      seen.push(`${nonce} ends`)
    })
    world.push(1, 2)
    await world.clock.advance(10)
    expect(seen).toEqual(['1 begins', '1 ends', '2 begins'])
    await world.clock.advance(10)
    expect(tasks.size).toBe(0)
    world.push(3)
    expect(seen.slice(3)).toEqual(['2 ends', '3 begins'])
  })

  test('that is slow lets the queue fill, which holds the channel until there is room', async () => {
    const world = new World()
    const served = Promise.withResolvers<void>()
    let count = 0
    world.dispatcher.subscribe().serve(new TaskScope(() => {}), async () => {
      await served.promise
      count += 1
    })
    world.push(...range(FULL))
    expect(world.holds).toBe(0)
    world.push(FULL)
    expect(world.holds).toBe(1)
    served.resolve()
    await world.clock.advance(0)
    expect([world.holds, count]).toEqual([0, FULL + 1])
  })

  test('that is quick has a turn of the event loop for each message that waits', async () => {
    const world = new World()
    const seen: number[] = []
    world.dispatcher.subscribe().serve(new TaskScope(() => {}), ({ nonce }) => Promise.resolve(void seen.push(nonce)))
    world.push(1, 2, 3)
    expect(world.waitingBytes).toBe(4)
    await world.clock.advance(0)
    expect([seen, world.turns, world.waitingBytes]).toEqual([[1, 2, 3], 2, 0])
  })

  test('that throws fails its scope and is given nothing more', async () => {
    const world = new World()
    const failures: unknown[] = []
    const tasks = new TaskScope((error) => failures.push(error))
    const broken = new Error('broken')
    world.dispatcher.subscribe().serve(tasks, () => Promise.reject(broken))
    world.push(1, 2)
    await world.clock.advance(0)
    expect(failures).toEqual([broken])
  })
})
