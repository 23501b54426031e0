/** How a channel ends: by itself, by its peer, by a handler or a task that fails. */
import { describe, expect, test } from 'vitest'
import { NetError } from './errors.ts'
import { LIMITS } from './limits.ts'
import { ping, pong } from './messages/core-messages.ts'
import { ChannelPair } from './testing/channel-pair.ts'
import { messageFrame, rawFrame } from './testing/frames.ts'
import { line } from './testing/line-message.ts'
import { fill, pair, texts } from './channel.test-util.ts'

describe('stopping', () => {
  test('writes out what is queued, then ends', async () => {
    const world = await pair()
    world.start()
    for (let index = 0; index < 50; index += 1) world.channel.post(line, { text: String(index) })
    const closed = world.channel.stop()
    await world.settle()
    await closed
    expect(texts(world.peer.valuesOf(line))).toEqual([...Array(50).keys()].map(String))
    expect([world.peer.isEnded, world.peer.isClosed, world.network.openHandles, world.clock.pendingTimers]).toEqual([
      true,
      true,
      0,
      0,
    ])
  })

  test('twice is once: the first reason counts', async () => {
    const world = await pair()
    world.start()
    const reason = new NetError('NET_STOPPED', {})
    const first = world.channel.stop(reason)
    expect(world.channel.stop()).toBe(first)
    await world.settle()
    await first
    await world.channel.stop()
    expect(world.channel.stopReason).toBe(reason)
    expect(world.channel.signal.reason).toBe(reason)
  })

  test('before the start closes the socket, and start does nothing then', async () => {
    const world = await pair()
    world.peer.open()
    const heard: unknown[] = []
    world.channel.subscribe(line).handle((message) => heard.push(message))
    world.peer.sendMessage(line, { text: 'early' })
    const closed = world.channel.stop()
    world.channel.start()
    await world.settle()
    await closed
    expect([heard.length, world.peer.isClosed, world.network.openHandles]).toEqual([0, true, 0])
  })

  test('ends every wait with its reason', async () => {
    const world = await pair()
    world.channel.start()
    const lines = world.channel.subscribe(line)
    const waits = [lines.next(), ...Array.from({ length: 7 }, (_, nonce) => world.channel.send(ping, { nonce })).slice(5)]
    fill(world)
    waits.push(world.channel.drained(), world.channel.send(line, { text: 'held' }))
    const reason = new NetError('NET_STOPPED', {})
    const ends = waits.map((wait) => expect(wait).rejects.toBe(reason))
    await world.settle()
    void world.channel.stop(reason)
    await Promise.all(ends)
    expect(world.channel.post(line, { text: 'late' })).toBe(false)
    expect(world.channel.postFrame(Buffer.alloc(1), 'line')).toBe(false)
    await expect(world.channel.send(line, { text: 'late' })).rejects.toBe(reason)
    await expect(world.channel.send(ping, { nonce: 1 })).rejects.toBe(reason)
    await expect(world.channel.drained()).rejects.toBe(reason)
    await expect(lines.next()).rejects.toBe(reason)
  })

  test('a peer that neither reads nor closes gets two seconds', async () => {
    const world = await pair()
    world.channel.start()
    world.channel.post(line, { text: 'unread' })
    let isClosed = false
    void world.channel.stop().then(() => (isClosed = true))
    await world.clock.advance(LIMITS.CHANNEL_CLOSE_MS.value - 1)
    expect(isClosed).toBe(false)
    await world.clock.advance(1)
    expect([isClosed, world.network.openHandles, world.clock.pendingTimers]).toEqual([true, 0, 0])
  })

  test('delivers nothing more, not even what is in the same chunk', async () => {
    const world = await pair()
    const heard: string[] = []
    world.channel.subscribe(line).handle(({ text }) => {
      heard.push(text)
      void world.channel.stop()
    })
    world.start()
    world.peer.send(Buffer.concat(['a', 'b'].map((text) => messageFrame(line, { text }))))
    await world.settle()
    expect(heard).toEqual(['a'])
  })

  test.each([
    ['ends', 'end'],
    ['is destroyed', 'destroy'],
  ] as const)('follows when the peer %s', async (_, how) => {
    const world = await pair()
    world.start()
    await world.settle()
    world.peer.stream[how]()
    await world.settle()
    await world.channel.closed
    expect(world.channel.stopReason).toMatchObject({ code: 'NET_CHANNEL_CLOSED_BY_PEER', fault: 'none' })
    expect([world.network.openHandles, world.clock.pendingTimers]).toEqual([0, 0])
  })

  test('what the peer sent before it ended is heard', async () => {
    const world = await pair()
    const heard: string[] = []
    world.channel.subscribe(line).handle(({ text }) => heard.push(text))
    world.start()
    world.peer.sendMessage(line, { text: 'last words' })
    world.peer.send(rawFrame({ command: 'line', payload: Buffer.alloc(50) }).subarray(0, 20))
    world.peer.stream.end()
    await world.settle()
    expect(heard).toEqual(['last words'])
    expect(world.channel.stopReason).toMatchObject({ code: 'NET_CHANNEL_CLOSED_BY_PEER' })
  })
})

describe('handlers that throw', () => {
  const bug = new TypeError('bug')
  const breaking = (): never => {
    throw bug
  }

  /** As after a failed task: logged, and stopped without a fault of the peer. */
  const expectEnded = ({ channel, logger }: ChannelPair): void => {
    expect(channel.stopReason).toMatchObject({ code: 'NET_CHANNEL_STOPPED', fault: 'none', cause: bug })
    expect(logger.records).toEqual([
      { level: 'error', message: 'Protocol failed', fields: { channelId: 7, session: 'inbound', error: bug } },
    ])
  }

  test.each([
    ['as it is read', (): void => {}],
    ['after a hold', ({ channel }: ChannelPair): void => channel.hold()],
  ])('stop their channel: on a message %s', async (_, prepare) => {
    const world = await pair()
    let calls = 0
    world.channel.subscribe(line).handle(() => {
      calls += 1
      breaking()
    })
    world.start()
    prepare(world)
    world.peer.send(Buffer.concat(['a', 'b'].map((text) => messageFrame(line, { text }))))
    await world.settle()
    if (!world.channel.isStopped) world.channel.release()
    await world.settle()
    expectEnded(world)
    await world.channel.closed
    expect([calls, world.network.openHandles]).toEqual([1, 0])
  })

  test('stop their channel: on a message that metering kept back', async () => {
    const world = await pair()
    world.channel.subscribe(pong) // lets more points pass
    world.channel.subscribe(ping).handle(({ nonce }) => {
      if (nonce === 4) breaking()
    })
    world.start()
    for (let nonce = 0; nonce < 6; nonce += 1) world.peer.sendMessage(ping, { nonce })
    await world.clock.advance(999)
    expect(world.channel.isStopped).toBe(false)
    await world.clock.advance(1)
    expectEnded(world)
    await world.clock.advance(LIMITS.CHANNEL_CLOSE_MS.value)
    expect([world.network.openHandles, world.clock.pendingTimers]).toEqual([0, 0])
  })

  test('stop their channel: on a message that waited for the handler', async () => {
    const world = await pair()
    const lines = world.channel.subscribe(line)
    world.start()
    world.peer.sendMessage(line, { text: 'early' })
    await world.settle()
    expect(() => lines.handle(breaking)).not.toThrow()
    expectEnded(world)
  })

  test('with a NetError stop it with that', async () => {
    const world = await pair()
    const error = new NetError('NET_MESSAGE_UNDECODABLE', { command: 'line', reason: 'bad' }, { fault: 'peer' })
    world.channel.subscribe(line).handle(() => {
      throw error
    })
    world.start()
    world.peer.sendMessage(line, { text: 'x' })
    await world.settle()
    expect(world.channel.stopReason).toBe(error)
    expect(world.logger.records.map(({ level }) => level)).toEqual(['debug'])
  })
})

test('work in a turn of its own counts for the channel, and is not begun once it has stopped', async () => {
  const world = await pair()
  world.start()
  const order: string[] = []
  const working = world.channel.inTurn(() => order.push('work'))
  order.push('first')
  await world.settle()
  await working
  expect(order).toEqual(['first', 'work'])
  const late = world.channel.inTurn(() => order.push('late')).catch((error: unknown) => error)
  void world.channel.stop()
  await world.settle()
  expect(await late).toMatchObject({ code: 'NET_CHANNEL_STOPPED' })
  expect(order).toHaveLength(2)
})

describe('tasks', () => {
  test('that fail with a NetError stop the channel with it', async () => {
    const world = await pair()
    world.start()
    const error = new NetError('NET_PONG_MISSING', { channelId: 7, timeoutMs: 1 })
    world.channel.tasks.spawn(() => Promise.reject(error))
    await world.settle()
    expect(world.channel.stopReason).toBe(error)
    expect(world.logger.records).toEqual([])
  })

  test('that fail otherwise are logged, and stop the channel', async () => {
    const world = await pair()
    world.start()
    const error = new TypeError('bug')
    world.channel.tasks.spawn(() => Promise.reject(error))
    await world.settle()
    expect(world.channel.stopReason).toMatchObject({ code: 'NET_CHANNEL_STOPPED', cause: error })
    expect(world.logger.records).toEqual([
      { level: 'error', message: 'Protocol failed', fields: { channelId: 7, session: 'inbound', error } },
    ])
  })

  test('are waited for by closed', async () => {
    const world = await pair()
    world.start()
    let finish = (): void => {}
    world.channel.tasks.spawn(() => new Promise((resolve) => (finish = resolve)))
    let isClosed = false
    const closed = world.channel.stop().then(() => (isClosed = true))
    await world.clock.advance(10_000)
    expect(isClosed).toBe(false)
    finish()
    await closed
  })
})
