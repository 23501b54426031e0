/** Peers that misbehave on real sockets: each costs at most its own channel, for a while, and a bounded piece of memory. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { parseUrl } from '@dchat/serial'
import { ManualClock, SeededRandom, silentLogger } from '@dchat/system'
import { describe, expect, test } from 'vitest'
import type { Channel } from './channel.ts'
import { LIMITS } from './limits.ts'
import { ping, pong } from './messages/core-messages.ts'
import { P2p } from './p2p.ts'
import type { P2pDeps } from './p2p.ts'
import { SESSION_DEFAULT } from './sessions/session-flags.ts'
import { handshakeFrames, messageFrame, rawFrame, varIntBytes } from './testing/frames.ts'
import { line } from './testing/line-message.ts'
import { RawPeer } from './testing/raw-peer.ts'
import { SocketStream } from './transports/socket-stream.ts'

const HONEST_HOST = '127.0.0.77'
const INBOUND_SLOTS = 3

interface Visitor {
  readonly peer: RawPeer
  readonly socket: Socket
}

/** A node on 127.0.0.1 with an honest peer that is connected all the time. Sockets are real, time is manual. */
class Siege implements AsyncDisposable {
  readonly clock = new ManualClock()
  readonly node: P2p
  #honest: RawPeer | undefined
  #answered = 0
  #asked = 0
  #hosts = 0
  #running: Promise<void> = Promise.resolve()
  readonly #sockets: Socket[] = []

  private constructor(deps: Partial<P2pDeps>) {
    this.node = P2p.create(
      { inbound: ['tcp://127.0.0.1:0/'], inboundConnections: INBOUND_SLOTS, outboundConnections: 0, localnet: true },
      { clock: this.clock, random: new SeededRandom(5), logger: silentLogger, ...deps },
    )
    this.node.protocols.register(SESSION_DEFAULT, (channel) => {
      const lines = channel.subscribe(line)
      return { start: () => lines.handle(() => {}) }
    })
  }

  static async begin(deps: Partial<P2pDeps> = {}): Promise<Siege> {
    const siege = new Siege(deps)
    await siege.node.start()
    const isListening = siege.node.events.once('state', new AbortController().signal, (state) => state === 'run')
    siege.#running = siege.node.run()
    await isListening
    const { peer } = await siege.visit(HONEST_HOST)
    siege.#honest = peer
    await siege.#greet(peer)
    return siege
  }

  /** Connects from an address of its own. */
  async visit(host = `127.0.1.${(this.#hosts += 1)}`): Promise<Visitor> {
    const { port } = parseUrl(this.node.listenUrls[0]!)
    const socket = connect({ host: '127.0.0.1', port: port!, localAddress: host, noDelay: true })
    this.#sockets.push(socket)
    await once(socket, 'connect')
    const peer = new RawPeer(new SocketStream(socket, `tcp://127.0.0.1:${port}/`), {
      clock: this.clock,
      messages: [line],
    })
    return { peer: peer.open(), socket }
  }

  /** A visitor that has been let in, and its channel at the node. */
  async guest(): Promise<Visitor & { channel: Channel }> {
    const visitor = await this.visit()
    const channel = await this.#greet(visitor.peer)
    return { ...visitor, channel }
  }

  async #greet(peer: RawPeer): Promise<Channel> {
    const connected = this.node.events.once('connected', new AbortController().signal)
    peer.greet()
    return connected
  }

  /** The channels of all but the honest peer. */
  get strangers(): Channel[] {
    return this.node.channels.filter(({ info }) => !info.url.startsWith(`tcp://${HONEST_HOST}:`))
  }

  /** Lets time pass, during which the honest peer gets an answer every few seconds and gives its own. */
  async pass(ms: number): Promise<void> {
    for (let leftMs = ms; leftMs > 0; leftMs -= 5_000) {
      await this.clock.advance(Math.min(leftMs, 5_000))
      await this.askHonestly()
    }
  }

  async askHonestly(): Promise<void> {
    const honest = this.#honest!
    const nonce = (this.#asked += 1)
    honest.sendMessage(ping, { nonce })
    await honest.until(() => honest.isEnded || honest.valuesOf(pong).length === nonce)
    assert(!honest.isEnded, 'the honest peer was dropped')
    for (const question of honest.valuesOf(ping).slice(this.#answered)) {
      honest.sendMessage(pong, question)
      this.#answered += 1
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await this.node.stop()
    await this.#running
    assert.deepEqual([this.node.channels, this.clock.pendingTimers], [[], 0])
  }
}

/** Everything is as before: the honest peer is served, all other slots are free, nobody is banned. */
async function expectPeace(siege: Siege): Promise<void> {
  await Promise.all(siege.strangers.map(({ closed }) => closed))
  await siege.askHonestly()
  expect(siege.strangers).toEqual([])
  expect(siege.node.hosts.bans.list()).toEqual([])
  const guests = []
  for (let slot = 1; slot < INBOUND_SLOTS; slot += 1) guests.push(await siege.guest())
  expect(siege.node.peerCount).toBe(INBOUND_SLOTS)
  for (const { peer } of guests) peer.stream.end()
  await Promise.all(guests.map(({ channel }) => channel.closed))
  expect(siege.node.peerCount).toBe(1)
}

const HANDSHAKE_MS = 10_000

describe('before the version exchange', () => {
  test.each([
    ['random bytes', Buffer.from(new SeededRandom(3).bytes(100_000))],
    ['an HTTP request', Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')],
    ['zeros', Buffer.alloc(1_000_000)],
  ])('%s close the channel at once', async (_, bytes) => {
    await using siege = await Siege.begin()
    const { peer } = await siege.visit()
    peer.send(bytes)
    await peer.until(() => peer.isClosed)
    expect(peer.commands).not.toContain('verack')
    await expectPeace(siege)
  })

  test.each([
    ['nothing at all', Buffer.alloc(0)],
    ['half a magic', handshakeFrames().subarray(0, 2)],
    ['half a header', handshakeFrames().subarray(0, 8)],
    ['half a payload', handshakeFrames().subarray(0, 40)],
    ['a version and no verack', handshakeFrames().subarray(0, 110)],
    [
      'most of the longest addr there is',
      rawFrame({ command: 'addr', payloadLength: varIntBytes(65_281), payload: Buffer.alloc(60_000) }),
    ],
    ['a part of a line', rawFrame({ command: 'line', payloadLength: varIntBytes(70_000), payload: Buffer.alloc(20_000) })],
  ])('%s closes the channel when the time for it is over', async (_, bytes) => {
    await using siege = await Siege.begin()
    const { peer } = await siege.visit()
    await peer.until(() => peer.commands.includes('version'))
    const [channel] = siege.strangers
    peer.send(bytes)
    await siege.pass(HANDSHAKE_MS - 1)
    expect(channel!.isStopped).toBe(false)
    expect(channel!.heldBytes).toBeLessThanOrEqual(bytes.length + LIMITS.PAYLOAD_FIRST_BUFFER_BYTES.value)
    await siege.pass(1)
    expect(channel!.stopReason).toMatchObject({ code: 'NET_HANDSHAKE_TIMEOUT', fault: 'peer' })
    await peer.until(() => peer.isClosed)
    await expectPeace(siege)
  })

  test('a close at any byte costs nobody anything', async () => {
    await using siege = await Siege.begin()
    const bytes = handshakeFrames()
    for (let length = 0; length < bytes.length; length += 7) {
      const { peer, socket } = await siege.visit()
      if (length > 0) peer.send(bytes.subarray(0, length))
      if (length % 2 === 0) peer.stream.end()
      else socket.resetAndDestroy()
      await peer.closed
    }
    await expectPeace(siege)
    expect(siege.node.channels).toHaveLength(1)
  })

  test('bytes that come one at a time are a greeting as good as any', async () => {
    await using siege = await Siege.begin()
    const { peer, socket } = await siege.visit()
    const connected = siege.node.events.once('connected', new AbortController().signal)
    for (const byte of handshakeFrames()) await new Promise((resolve) => socket.write(Buffer.of(byte), resolve))
    await connected
    for (const byte of messageFrame(ping, { nonce: 99 })) await new Promise((resolve) => socket.write(Buffer.of(byte), resolve))
    await peer.until(() => peer.valuesOf(pong).length > 0)
    expect(peer.valuesOf(pong)).toEqual([{ nonce: 99 }])
    peer.stream.end()
    await peer.closed
    await expectPeace(siege)
  })

  test('64 that wait at the door keep nobody out: the first of them has to go', async () => {
    await using siege = await Siege.begin()
    const waiting: Visitor[] = []
    for (let count = 0; count < LIMITS.PENDING_INBOUND.value; count += 1) waiting.push(await siege.visit())
    for (const { peer } of waiting) await peer.until(() => peer.commands.includes('version'))
    const { peer: next } = await siege.visit()
    await next.until(() => next.commands.includes('version'))
    await waiting[0]!.peer.closed
    expect(waiting.filter(({ peer }) => peer.isEnded)).toHaveLength(1)
    await siege.pass(HANDSHAKE_MS)
    await Promise.all(waiting.map(({ peer }) => peer.closed))
    await expectPeace(siege)
  })

  test('1,000 that stall, from as many addresses, keep no good peer out at any time', { timeout: 60_000 }, async () => {
    await using siege = await Siege.begin()
    const stalls = [Buffer.alloc(0), handshakeFrames().subarray(0, 2), handshakeFrames().subarray(0, 110)]
    const stalled: Visitor[] = []
    for (let count = 0; count < 1_000; count += 1) {
      const visitor = await siege.visit(`127.0.${2 + (count >> 8)}.${count & 255}`)
      const bytes = stalls[count % stalls.length]!
      if (bytes.length > 0) visitor.peer.send(bytes)
      stalled.push(visitor)
      expect(siege.node.inboundCounts.halfOpen).toBeLessThanOrEqual(LIMITS.PENDING_INBOUND.value)
      if (count % 100 < 99) continue
      const good = await siege.guest()
      good.peer.stream.end()
      await good.channel.closed
    }
    await siege.pass(HANDSHAKE_MS)
    await Promise.all(stalled.map(({ peer }) => peer.closed))
    expect(siege.node.inboundCounts).toEqual({ peers: 1, halfOpen: 0, leaving: 0, hosts: 0 })
    await expectPeace(siege)
  })

  test('600 that come and go at once, in crowds, leave nothing', { timeout: 60_000 }, async () => {
    await using siege = await Siege.begin()
    for (let round = 0; round < 20; round += 1) {
      const crowd = await Promise.all(Array.from({ length: 30 }, (_, index) => siege.visit(`127.1.${round}.${index}`)))
      for (const [index, { peer, socket }] of crowd.entries()) {
        if (index % 2 === 0) peer.greet()
        if (index % 3 === 0) socket.resetAndDestroy()
        else peer.stream.end()
      }
      await Promise.all(crowd.map(({ peer }) => peer.closed))
    }
    await Promise.all(siege.strangers.map(({ closed }) => closed))
    expect(siege.node.inboundCounts).toEqual({ peers: 1, halfOpen: 0, leaving: 0, hosts: 0 })
    await expectPeace(siege)
  })
})

describe('after the version exchange', () => {
  test('one that never reads is closed after 30 s, and holds a bounded queue until then', async () => {
    await using siege = await Siege.begin()
    const { peer, channel } = await siege.guest()
    peer.stream.pause()
    const text = 'x'.repeat(60_000)
    // The kernel takes some megabytes; from then on the queue stays full.
    for (let refusals = 0; refusals < 5;) {
      refusals = channel.post(line, { text }) ? 0 : refusals + 1
      if (refusals > 0) await siege.clock.advance(0)
      expect(channel.queuedBytes).toBeLessThan(LIMITS.CHANNEL_SEND_QUEUE_BYTES.value + 100_000)
    }
    const start = siege.clock.monotonicMs()
    while (!channel.isStopped && siege.clock.monotonicMs() - start < 120_000) await siege.pass(5_000)
    // The ping it never answered may be missed before the stall is.
    expect(['NET_CHANNEL_STALLED', 'NET_PONG_MISSING']).toContain(channel.stopReason?.code)
    await siege.pass(LIMITS.CHANNEL_CLOSE_MS.value)
    await channel.closed
    peer.stream.destroy()
    await expectPeace(siege)
  })

  test('one that floods while we do not read holds no more than its socket and one chunk', async () => {
    await using siege = await Siege.begin()
    const { peer, channel } = await siege.guest()
    channel.hold()
    const frame = messageFrame(line, { text: 'x'.repeat(60_000) })
    for (let count = 0; count < 200; count += 1) peer.send(frame)
    await siege.askHonestly()
    await siege.askHonestly()
    expect(channel.heldBytes).toBeLessThanOrEqual(2 * 65_536)
    expect(peer.stream.bufferedBytes).toBeGreaterThan(0)
    const { peer: bystander } = await siege.guest()
    expect(bystander.isEnded).toBe(false)
    bystander.stream.end()
    peer.stream.destroy()
    channel.release()
    await channel.closed
    await expectPeace(siege)
  })

  test('one that floods while we read silences nobody else, and is not banned for it', async () => {
    await using siege = await Siege.begin({ workMeter: { monotonicMs: () => performance.now() } })
    const { peer, channel, socket } = await siege.guest()
    const frames = Buffer.concat(Array.from({ length: 1_000 }, () => messageFrame(line, { text: 'x'.repeat(32) })))
    let isOver = false
    const flooding = (async () => {
      while (!isOver && !peer.isClosed) if (!socket.write(frames)) await Promise.race([once(socket, 'drain'), peer.closed])
    })()
    for (let question = 0; question < 8; question += 1) {
      // As many as metering answers at once; before the flood has to answer a ping itself.
      if (question === 4) await siege.clock.advance(10_001)
      const { receivedBytes } = channel
      await siege.askHonestly()
      // The flood goes on meanwhile, or this shows nothing.
      while (channel.receivedBytes === receivedBytes) await new Promise(setImmediate)
    }
    expect([channel.isStopped, channel.load.isThrottled]).toEqual([false, false])
    expect(channel.load.workShare).toBeGreaterThan(0)
    isOver = true
    peer.stream.destroy()
    await Promise.all([channel.closed, flooding])
    await siege.clock.advance(10_001)
    await expectPeace(siege)
  })

  test('one that goes away in the middle of a frame is forgotten, not banned', async () => {
    await using siege = await Siege.begin()
    for (const how of ['end', 'destroy'] as const) {
      const { peer, channel } = await siege.guest()
      peer.send(messageFrame(line, { text: 'cut off' }).subarray(0, 15))
      peer.stream[how]()
      await channel.closed
      expect(channel.stopReason).toMatchObject({ code: 'NET_CHANNEL_CLOSED_BY_PEER' })
    }
    await expectPeace(siege)
  })

  test('one that drips a frame is closed after 30 s, not banned', async () => {
    await using siege = await Siege.begin()
    const { peer, channel } = await siege.guest()
    await peer.until(() => peer.valuesOf(ping).length === 1)
    peer.sendMessage(pong, peer.valuesOf(ping)[0]!)
    const frame = messageFrame(line, { text: 'drop by drop' })
    for (let bytes = 0; bytes < 6; bytes += 1) {
      const { receivedBytes } = channel
      peer.send(frame.subarray(bytes, bytes + 1))
      while (channel.receivedBytes === receivedBytes) await new Promise(setImmediate)
      expect(channel.isStopped).toBe(false)
      await siege.pass(5_000)
    }
    expect(channel.stopReason).toMatchObject({
      code: 'NET_FRAME_SLOW',
      fault: 'peer',
      data: { elapsedMs: 30_000, bytesPerSec: 0 },
    })
    await peer.closed
    await expectPeace(siege)
  })

  test('one that says nothing more is closed for its missing pong', async () => {
    await using siege = await Siege.begin()
    const { peer, channel } = await siege.guest()
    await siege.pass(14_000)
    expect(channel.isStopped).toBe(false)
    await siege.pass(1_000)
    expect(channel.stopReason).toMatchObject({ code: 'NET_PONG_MISSING', fault: 'peer' })
    await peer.closed
    await expectPeace(siege)
  })
})

test('a full node turns the next away at the door, and takes it when a slot is free', async () => {
  await using siege = await Siege.begin()
  const guests = [await siege.guest(), await siege.guest()]
  const { peer: late } = await siege.visit()
  await late.closed
  expect(late.receivedBytes).toBe(0)
  guests[0]!.peer.stream.end()
  await guests[0]!.channel.closed
  const { channel } = await siege.guest()
  expect(channel.isStopped).toBe(false)
  for (const guest of siege.strangers) await guest.stop()
  await expectPeace(siege)
})
