/** The life cycle of a node, on memory transport and manual time. Source: docs/node.md, *Life cycle*. */
import { string, struct } from '@dchat/serial'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ManualClock, MemoryLogger, SeededRandom } from '@dchat/system'
import { expect, test, vi } from 'vitest'
import { isNetError } from './errors.ts'
import { LIMITS } from './limits.ts'
import { defineMessage } from './messages/message.ts'
import { NO_METERING } from './metering.ts'
import type { P2pState } from './p2p.ts'
import { SESSION_DEFAULT } from './sessions/session-flags.ts'
import { LocalNet } from './testing/local-net.ts'
import type { LocalNode } from './testing/local-net.ts'
import { makeNode } from './testing/memory-node.ts'
import { MemoryNetwork } from './transports/memory.ts'
import type { TransportStream } from './transports/transport.ts'

const hello = defineMessage({
  name: 'hello',
  maxBytes: 100,
  meteringScore: 0,
  metering: NO_METERING,
  codec: struct({ text: string }),
})

/** A folder of its own, and nodes whose files lie in it: those get turns of the event loop, not only the clock. */
class Files implements Disposable {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'dchat-p2p-'))
  readonly settings: { hostlistPath: string; bansPath: string; anchorsPath: string } = {
    hostlistPath: join(this.folder, 'hostlist.tsv'),
    bansPath: join(this.folder, 'bans.tsv'),
    anchorsPath: join(this.folder, 'anchors.tsv'),
  }

  /** Moves time by little until `isDone`. */
  async until(net: LocalNet, isDone: () => boolean): Promise<void> {
    await vi.waitUntil(async () => {
      await net.clock.advance(1)
      return isDone()
    })
  }

  async run(net: LocalNet, { p2p }: LocalNode): Promise<void> {
    void p2p.start().then(() => p2p.run())
    await this.until(net, () => p2p.state === 'run')
  }

  async stop(net: LocalNet, { p2p }: LocalNode): Promise<void> {
    void p2p.stop()
    await this.until(net, () => p2p.state === 'stopped')
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true })
  }
}

/** Collects what the node hears by `hello`. */
export function listen(node: LocalNode): string[] {
  const heard: string[] = []
  node.p2p.protocols.register(SESSION_DEFAULT, (channel) => {
    const messages = channel.subscribe(hello)
    return { start: () => messages.handle(({ text }) => heard.push(text)) }
  })
  return heard
}

test('nodes find each other through a seed and hear a broadcast', async () => {
  await using net = new LocalNet()
  const seed = net.addSeed({ greylistRefineryIntervalMs: 1_000 })
  await net.run(seed)
  const nodes = Array.from({ length: 4 }, () => net.add({ seeds: [seed.url], outboundConnections: 3 }))
  const heard = nodes.map(listen)
  for (const node of nodes) await net.run(node)
  await net.clock.runUntil(() => nodes.every(({ p2p }) => p2p.peerCount >= 3), 120_000)

  for (const [index, node] of nodes.entries()) node.p2p.broadcast(hello, { text: `from ${index}` })
  await net.clock.advance(100)

  for (const [index, texts] of heard.entries()) {
    const others = nodes.map((_, other) => `from ${other}`).filter((_, other) => other !== index)
    expect(new Set(texts)).toEqual(new Set(others))
  }
  await net.stop()
  expect(net.network.openHandles).toBe(0)
  expect(net.clock.pendingTimers).toBe(0)
})

test('start() returns when the last seed query has ended: one answers, one refuses, one never answers', async () => {
  await using net = new LocalNet()
  const seed = net.addSeed()
  await net.run(seed)
  const silentUrl = 'tcp://9.9.9.9:1/'
  const silent = await net.settle(
    net.network.transport('9.9.9.9').listen(silentUrl, (stream) => {
      stream.open({ onData: () => {}, onDrain: () => {}, onEnd: () => stream.end(), onClose: () => {} })
    }),
  )
  const node = net.add({ seeds: [seed.url, 'tcp://8.8.8.8:1/', silentUrl], outboundConnections: 0 })
  const sessions: string[] = []
  const states: P2pState[] = []
  node.p2p.events.subscribe('connected', ({ info }) => sessions.push(`+${info.url}`))
  node.p2p.events.subscribe('closed', ({ info }) => sessions.push(`-${info.url}`))
  node.p2p.events.subscribe('state', (state) => states.push(state))

  const startMs = net.clock.monotonicMs()
  let isStarted = false
  const started = node.p2p.start().then(() => {
    isStarted = true
  })
  await net.clock.advance(9_000)
  expect(isStarted).toBe(false)
  expect(sessions).toEqual([`+${seed.url}`, `-${seed.url}`])
  expect(node.p2p.channels.map(({ info }) => info.url)).toEqual([silentUrl])
  await net.clock.runUntil(() => isStarted)
  await started
  const tookMs = net.clock.monotonicMs() - startMs
  expect(tookMs).toBeGreaterThanOrEqual(10_000)
  expect(tookMs).toBeLessThanOrEqual(15_000 + 2 * 10_000)
  expect(node.p2p.channels).toEqual([])

  const running = node.p2p.run()
  await net.clock.advance(10)
  await net.settle(node.p2p.stop())
  await running
  expect(states).toEqual(['start', 'started', 'run', 'stopped'])
  await silent.close()
})

test('an outbound-only node says so and works', async () => {
  await using net = new LocalNet()
  const listener = net.add({ outboundConnections: 0 })
  const heard = listen(listener)
  await net.run(listener)
  const node = net.add({ inbound: [], externalAddrs: [], peers: [listener.url], outboundConnections: 0 })
  listen(node)
  await net.run(node)
  expect(node.logger.records).toContainEqual({
    level: 'info',
    message: 'Not configured for accepting incoming connections.',
    fields: {},
  })
  await net.clock.runUntil(() => node.p2p.peerCount === 1)
  expect(node.p2p.broadcast(hello, { text: 'hi' }).written).toHaveLength(1)
  await net.clock.advance(10)
  expect(heard).toEqual(['hi'])
})

test('a node with nothing configured starts, runs and stops', async () => {
  await using net = new LocalNet()
  const node = net.add({ inbound: [], externalAddrs: [], outboundConnections: 0 })
  await net.run(node)
  expect(node.p2p.state).toBe('run')
  await net.settle(node.p2p.stop())
  await node.running
  expect(net.clock.pendingTimers).toBe(0)
})

test('a bad inbound address fails run() with an error naming it, and leaves nothing open', async () => {
  await using net = new LocalNet()
  const first = net.add({ outboundConnections: 0 })
  await net.run(first)
  const node = net.add({ inbound: ['tcp://1.2.3.4:5/', first.url], outboundConnections: 0 })
  await net.settle(node.p2p.start())
  const failure = await net.settle(node.p2p.run().catch((error: unknown) => error))
  expect(isNetError(failure, 'NET_LISTEN_FAILED') && failure.data).toEqual({ url: first.url, reason: 'EADDRINUSE' })
  expect(node.p2p.state).toBe('stopped')
})

test('stop() during start() ends it with NET_STOPPED, and the node can be started again', async () => {
  await using net = new LocalNet()
  const seed = net.addSeed()
  await net.run(seed)
  const node = net.add({ seeds: [seed.url], outboundConnections: 0 })
  const failed = node.p2p.start().catch((error: unknown) => error)
  await net.settle(Promise.all([node.p2p.stop(), node.p2p.stop()]))
  expect(isNetError(await failed, 'NET_STOPPED')).toBe(true)
  await net.run(node)
  expect(node.p2p.state).toBe('run')
})

test('stop() while the node begins to listen waits for that and takes it back', async () => {
  await using net = new LocalNet()
  const node = net.add({ outboundConnections: 2, peers: ['tcp://8.8.8.8:1/'] })
  await net.settle(node.p2p.start())
  const running = node.p2p.run()
  // Promises settle, but the turn does not end: the address is asked for and not there yet.
  for (let count = 0; count < 10; count += 1) await Promise.resolve()
  const stopping = node.p2p.stop()
  expect(node.p2p.state).toBe('started')
  await net.settle(Promise.all([stopping, running]))
  expect([node.p2p.state, node.p2p.listenUrls]).toEqual(['stopped', []])
  await net.clock.advance(60_000)
  expect([net.network.openHandles, net.clock.pendingTimers]).toEqual([0, 0])
})

test('a manual peer is connected again after it went away', async () => {
  await using net = new LocalNet()
  const listener = net.add({ outboundConnections: 0 })
  await net.run(listener)
  const node = net.add({ inbound: [], externalAddrs: [], peers: [listener.url], outboundConnections: 0 })
  await net.run(node)
  await net.clock.runUntil(() => node.p2p.peerCount === 1)
  await net.settle(listener.p2p.stop())
  await net.clock.runUntil(() => node.p2p.peerCount === 0)
  await net.run(listener)
  await net.clock.runUntil(() => node.p2p.peerCount === 1, 60_000)
  expect(node.p2p.peers[0]?.info.url).toBe(listener.url)
})

test('connect() tells how the handshake went, disconnect() forgets the peer', async () => {
  await using net = new LocalNet()
  const listener = net.add({ outboundConnections: 0 })
  await net.run(listener)
  const node = net.add({ inbound: [], externalAddrs: [], outboundConnections: 0 })
  await net.run(node)
  const { signal } = new AbortController()
  const refused = await net.settle(node.p2p.connect('tcp://7.7.7.7:7/', { signal }).catch((error: unknown) => error))
  expect(isNetError(refused, 'NET_DIAL_FAILED')).toBe(true)
  const channel = await net.settle(node.p2p.connect(listener.url, { signal }))
  expect(node.p2p.peerCount).toBe(1)
  expect(await net.settle(node.p2p.disconnect(channel.info.id))).toBe(true)
  await net.clock.advance(60_000)
  expect(node.p2p.peerCount).toBe(0)
  expect(await net.settle(node.p2p.disconnect(channel.info.id))).toBe(false)
})

test('stop() takes four seconds at most, however many peers neither read nor close', async () => {
  await using net = new LocalNet()
  const urls = ['30', '31', '32', '33'].map((host) => `tcp://${host}.0.0.1:1/`) as [string, string, string, string]
  const streams = new Map<string, TransportStream>()
  for (const url of urls) {
    // Held without a handler: nothing is read, and no end is answered.
    await net.settle(net.network.transport(url.slice(6, -3)).listen(url, (stream) => void streams.set(url, stream)))
  }
  const [seed, peer, white, grey] = urls
  const node = net.add({ seeds: [seed], peers: [peer], outboundConnections: 1, greylistRefineryIntervalMs: 12_000 })
  await net.run(node)
  node.p2p.hosts.insertFromPeer([{ url: white, lastSeenSec: 1 }], white)
  await net.clock.runUntil(() => streams.has(white))
  node.p2p.hosts.insertFromPeer([{ url: grey, lastSeenSec: 1 }], white)
  void node.p2p.seed()
  await net.settle(net.network.transport('34.0.0.1').dial(node.url, { signal: new AbortController().signal }))
  await net.clock.advance(1)
  const startMs = net.clock.monotonicMs()
  expect(node.p2p.channels.length).toBeGreaterThanOrEqual(4)
  await net.settle(node.p2p.stop())
  expect(net.clock.monotonicMs() - startMs).toBeLessThanOrEqual(4_000)
  expect([node.p2p.channels, node.p2p.state]).toEqual([[], 'stopped'])
})

test('a ban is on disk soon after, not only after a stop', async () => {
  using files = new Files()
  await using net = new LocalNet()
  const { bansPath } = files.settings
  const node = net.add({ outboundConnections: 0, ...files.settings })
  await files.run(net, node)
  const stream = await net.settle(net.network.transport('30.1.2.3').dial(node.url, { signal: new AbortController().signal }))
  stream.open({ onData: () => {}, onDrain: () => {}, onEnd: () => stream.end(), onClose: () => {} })
  stream.write(Buffer.from('d9efb67d03626164' + '00', 'hex'))
  await net.clock.advance(2_000)
  await vi.waitUntil(() => existsSync(bansPath))
  expect(readFileSync(bansPath, 'utf8')).toMatch(/^30\.1\.2\.3\t\d+\t1\tNET_UNKNOWN_COMMAND\tcommand=bad\n$/)
  await files.stop(net, node)
})

/** A node with files that has connected another one by a slot. */
async function connectedWithFiles(net: LocalNet, files: Files): Promise<{ node: LocalNode; url: string }> {
  const other = net.add({ outboundConnections: 0 })
  await net.run(other)
  const node = net.add({ inbound: [], externalAddrs: [], outboundConnections: 1, ...files.settings })
  await files.run(net, node)
  node.p2p.hosts.insertFromPeer([{ url: other.url, lastSeenSec: 1 }], other.url)
  await files.until(net, () => node.p2p.peerCount === 1)
  return { node, url: other.url }
}

test('stop() saves the host lists before it closes the channels: a peer stands as gold', async () => {
  using files = new Files()
  await using net = new LocalNet()
  const { node, url } = await connectedWithFiles(net, files)
  await files.stop(net, node)
  expect(readFileSync(files.settings.hostlistPath, 'utf8')).toMatch(new RegExp(`^gold\t${url}\t`, 'm'))
  expect(readFileSync(files.settings.anchorsPath, 'utf8')).toBe(`${url}\n`)
})

test('lists and anchors are saved every five minutes while the node runs', async () => {
  using files = new Files()
  await using net = new LocalNet()
  const { node, url } = await connectedWithFiles(net, files)
  const { anchorsPath, hostlistPath } = files.settings
  await net.clock.advance(LIMITS.HOSTS_SAVE_INTERVAL_MS.value - 10_000)
  expect([existsSync(anchorsPath), existsSync(hostlistPath)]).toEqual([false, false])
  await net.clock.advance(10_000)
  await vi.waitUntil(() => existsSync(anchorsPath) && existsSync(hostlistPath))
  expect(readFileSync(anchorsPath, 'utf8')).toBe(`${url}\n`)
  expect(readFileSync(hostlistPath, 'utf8')).toMatch(new RegExp(`^gold\t${url}\t`, 'm'))
  await files.stop(net, node)
})

test('start() that cannot read the host list leaves the node stopped, and it can be started when that is mended', async () => {
  using files = new Files()
  await using net = new LocalNet()
  const { hostlistPath } = files.settings
  mkdirSync(hostlistPath)
  const node = net.add({ outboundConnections: 0, ...files.settings })
  const states: P2pState[] = []
  node.p2p.events.subscribe('state', (state) => states.push(state))
  await expect(node.p2p.start()).rejects.toMatchObject({ code: 'NET_HOSTLIST_UNREADABLE', data: { path: hostlistPath } })
  expect(states).toEqual(['start', 'stopped'])
  await expect(node.p2p.run()).rejects.toMatchObject({ code: 'NET_WRONG_STATE', data: { state: 'stopped' } })
  rmSync(hostlistPath, { recursive: true })
  await files.run(net, node)
  await files.stop(net, node)
})

test('untilState() resolves in the state, rejects when the node stops before or the caller gives up', async () => {
  await using net = new LocalNet()
  const { p2p } = net.add({ outboundConnections: 0 })
  await p2p.untilState('open')
  const order: string[] = []
  for (const state of ['started', 'run', 'stopped'] as const) void p2p.untilState(state).then(() => order.push(state))
  const ending = new AbortController()
  const givenUp = p2p.untilState('run', ending).catch((error: unknown) => error)
  ending.abort(new Error('enough'))
  expect(await givenUp).toMatchObject({ message: 'enough' })
  await net.settle(p2p.start())
  void p2p.run()
  await net.settle(p2p.untilState('run'))
  const tooLate = p2p.untilState('started').catch((error: unknown) => error)
  await net.settle(p2p.stop())
  expect([isNetError(await tooLate, 'NET_STOPPED'), order]).toEqual([true, ['started', 'run', 'stopped']])
  expect(p2p.events.listenerCount('state')).toBe(0)
})

test('two nodes learn their IPv6 addresses from each other, and tell them in the place of [::]', async () => {
  const [clock, logger] = [new ManualClock(), new MemoryLogger()]
  const network = new MemoryNetwork({ clock })
  const urls = ['tcp://[2a00:1::1]:26661/', 'tcp://[2a01:2::2]:26661/'] as const
  const nodes = urls.map((url, index) => {
    const peers = index === 0 ? [] : [urls[0]]
    const settings = { externalAddrs: ['tcp://[::]:26661/'], outboundConnections: 0, peers }
    return makeNode({ url, random: new SeededRandom(index), logger }, settings, { clock, network })
  })
  for (const node of nodes) {
    expect(node.hosts.externalAddrs).toEqual([])
    void node.start().then(() => node.run())
    await clock.runUntil(() => node.state === 'run')
  }
  await clock.runUntil(() => nodes.every(({ peerCount }) => peerCount === 1))
  expect(nodes.map(({ hosts }) => hosts.externalAddrs)).toEqual(urls.map((url) => [url]))
  const stopping = Promise.all(nodes.map((node) => node.stop()))
  await clock.runUntil(() => nodes.every(({ state }) => state === 'stopped'))
  await stopping
})
