/**
 * Conversations of reference nodes, frame by frame and replayed. Source: tooling/interop/vectors/transcripts.json.
 *
 * What may differ from the reference in a replay, and why:
 * - version timestamps, last-seen times and nonces: they belong to the moment; each is checked against the node's own clock,
 *   or answered by the replayed side;
 * - the port in a listener's `connect_recv_addr`: the operating system chose it;
 * - the order between commands after the handshake: the protocols of a channel run side by side, so only the order within a
 *   command counts, and that versions are exchanged before anything else;
 * - the number of `getaddr` after the first, on the chat channel: both sides ask again while they miss peers, and we ask
 *   less often after several rounds in vain (docs/node.md, *Sessions*, peer discovery).
 */
import { decodeExact } from '@dchat/serial'
import { ManualClock, SeededRandom, silentLogger } from '@dchat/system'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HostColor } from './hosts/host-color.ts'
import type { MessageType } from './messages/message.ts'
import { PacketReader } from './messages/packet-reader.ts'
import { PacketWriter } from './messages/packet-writer.ts'
import { P2p } from './p2p.ts'
import { SESSION_DEFAULT } from './sessions/session-flags.ts'
import type { Settings } from './settings.ts'
import { MAGIC } from './testing/frames.ts'
import { RawPeer, dialRaw, listenRaw } from './testing/raw-peer.ts'
import { TRANSCRIPT_MESSAGES, dchatMsg, plainValue, play, readTranscripts, timelessByCommand } from './testing/replay.ts'
import type { Side, Transcript, TranscriptFrame } from './testing/replay.ts'
import { MemoryNetwork } from './transports/memory.ts'

const transcripts = readTranscripts(new URL('../../../tooling/interop/vectors/transcripts.json', import.meta.url))
const SEED = 'tcp://127.0.0.1:50516/'
const DIALER = 'tcp://127.0.0.1:31448/'
const LISTENER = 'tcp://127.0.0.1:32449/'

interface Decoded {
  readonly command: string
  readonly value: unknown
  readonly type: MessageType<unknown>
}

/** Feeds chunks to a reader that knows every command. */
function readFrames(chunks: Iterable<Buffer>): Decoded[] {
  const decoded: Decoded[] = []
  const reader = new PacketReader(MAGIC, {
    targets: TRANSCRIPT_MESSAGES,
    unknown: (command) => expect.unreachable(command),
    open: (type, length) => {
      expect(length).toBeLessThanOrEqual(type.maxBytes)
      return true
    },
    deliver: (type, bytes, { start, end }) =>
      decoded.push({ type, command: type.name, value: decodeExact(type.codec, bytes.subarray(start, end)) }) > 0,
  })
  for (const chunk of chunks) reader.push(chunk)
  expect(reader.isInsideFrame).toBe(false)
  // The buffer of a payload that spanned pieces may be kept for the next one.
  expect(reader.heldBytes).toBeLessThanOrEqual(1024)
  return decoded
}

const bytesOf = (frame: TranscriptFrame): Buffer => Buffer.from(frame.frame_hex, 'hex')
const plain = (decoded: readonly Decoded[]): object[] =>
  decoded.map(({ command, value }) => ({ command, value: plainValue(command, value) }))
const spoken = (transcript: Transcript): object[] => transcript.map(({ command, value }) => ({ command, value }))

test('there are four conversations', () => {
  expect(Object.keys(transcripts)).toEqual(['seed_query_empty', 'seed_query_with_addresses', 'chat_channel', 'refine_probe'])
})

describe.each(Object.entries(transcripts))('%s', (_, transcript) => {
  test('decodes to the values given and encodes to the same bytes', () => {
    const writer = new PacketWriter(MAGIC)
    for (const frame of transcript) {
      const [decoded, ...rest] = readFrames([bytesOf(frame)])
      expect(rest).toEqual([])
      expect(plain([decoded!])).toEqual([{ command: frame.command, value: frame.value }])
      expect(writer.encode(decoded!.type, decoded!.value).toString('hex')).toBe(frame.frame_hex)
      const target = Buffer.alloc(frame.frame_hex.length / 2 + 7)
      expect(writer.encodeInto(decoded!.type, decoded!.value, { target, offset: 7 })).toBe(target.length)
      expect(target.toString('hex', 7)).toBe(frame.frame_hex)
    }
  })

  test('decodes in one piece, byte by byte, and in any pieces', () => {
    const bytes = Buffer.concat(transcript.map(bytesOf))
    expect(plain(readFrames([bytes]))).toEqual(spoken(transcript))
    expect(plain(readFrames(Array.from(bytes, (_byte, at) => bytes.subarray(at, at + 1))))).toEqual(spoken(transcript))
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 200 }), (cuts) => {
        const edges = [0, ...cuts.toSorted((a, b) => a - b), bytes.length]
        const chunks = edges.slice(1).map((end, index) => bytes.subarray(edges[index], end))
        expect(plain(readFrames(chunks))).toEqual(spoken(transcript))
      }),
      { numRuns: 50 },
    )
  })
})

/** Nodes and raw peers on loopback addresses, one manual clock. */
class World implements AsyncDisposable {
  readonly clock = new ManualClock()
  readonly network = new MemoryNetwork({ clock: this.clock })
  readonly transport = this.network.transport('127.0.0.1')
  readonly peerOptions = { clock: this.clock, messages: [dchatMsg] }
  readonly heard: string[] = []
  readonly #nodes: P2p[] = []

  /** A node that bans even on loopback; what it hears by DchatMsg goes to `heard`. */
  node(settings: Partial<Settings>): P2p {
    const schemes = settings.activeProfiles ?? ['tcp']
    const node = P2p.create(
      { localnet: true, outboundConnections: 0, ...settings },
      {
        clock: this.clock,
        random: new SeededRandom(7 + this.#nodes.length),
        logger: silentLogger,
        transports: new Map(schemes.map((scheme) => [scheme, this.transport])),
      },
    )
    node.protocols.register(SESSION_DEFAULT, (channel) => {
      const messages = channel.subscribe(dchatMsg)
      return { start: () => messages.handle(({ msg }) => this.heard.push(msg)) }
    })
    this.#nodes.push(node)
    return node
  }

  async run(node: P2p): Promise<void> {
    const started = node.start()
    await this.clock.runUntil(() => node.state === 'started')
    await started
    node.run().catch(() => {})
    await this.clock.runUntil(() => node.state === 'run')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    let left = this.#nodes.length
    for (const node of this.#nodes) void node.stop().then(() => (left -= 1))
    await this.clock.runUntil(() => left === 0)
  }
}

/** Where `getaddr` was said more than once, that it was, and each different one. */
function withQueriesOnce(said: Record<string, unknown[]>): object {
  const queries = said['getaddr'] ?? []
  return { ...said, getaddr: [...new Set(queries.map((query) => JSON.stringify(query)))], isAskedAgain: queries.length > 1 }
}

/** The node said what the reference said on that side, and banned nobody. */
function expectSame(transcript: Transcript, side: Side, { node, peer }: { node: P2p; peer: RawPeer }): void {
  const said = peer.received.map(({ command, value }) => ({ command, value: plainValue(command, value) }))
  const ours = timelessByCommand(said, side)
  const reference = timelessByCommand(
    transcript.filter(({ from }) => from === side),
    side,
  )
  expect(withQueriesOnce(ours)).toEqual(withQueriesOnce(reference))
  expect(new Set(peer.commands.slice(0, 2))).toEqual(new Set(['version', 'verack']))
  const [{ timestamp }] = said
    .filter(({ command }) => command === 'version')
    .map(({ value }) => value as { timestamp: number }) as [{ timestamp: number }]
  expect(Math.abs(timestamp - node.clock.nowMs() / 1000)).toBeLessThan(60)
  expect(node.hosts.bans.list()).toEqual([])
}

/**
 * Plays one side of a chat, in which the node says what the other side said.
 * @returns to how many peers each line of the node was written
 */
async function chat(
  transcript: Transcript,
  side: Side,
  { world, node, peer }: { world: World; node: P2p; peer: RawPeer },
): Promise<number[]> {
  const written: number[] = []
  await play(transcript, side, {
    clock: world.clock,
    peer,
    onOther: ({ command, value }) => {
      if (command === 'DchatMsg') written.push(node.broadcast(dchatMsg, { msg: value as string }).written.length)
    },
  })
  return written
}

describe('a replayed listener', () => {
  test.each(['seed_query_empty', 'seed_query_with_addresses'] as const)(
    '%s: our seed session says what the reference said',
    async (name) => {
      await using world = new World()
      await using seed = await listening(world, SEED)
      const node = world.node({ seeds: [SEED], externalAddrs: [DIALER], getaddrsMax: 5 })
      const started = node.start()
      await world.clock.runUntil(() => seed.peers.length === 1)
      const peer = seed.peers[0]!
      const [channel] = node.channels
      await play(transcripts[name]!, 'listener', { clock: world.clock, peer })
      await started
      expect(channel!.stopReason?.code).toBe('NET_CHANNEL_STOPPED')
      expectSame(transcripts[name]!, 'dialer', { node, peer })
      // The seed knows our own address only, which is no news.
      expect(node.hosts.container.size(HostColor.Grey)).toBe(0)
    },
  )

  test('chat_channel: our outbound session says what the reference said', async () => {
    await using world = new World()
    await using listener = await listening(world, LISTENER)
    const transcript = transcripts['chat_channel']!
    const node = world.node({ externalAddrs: [DIALER], outboundConnections: 5 })
    node.hosts.container.store(HostColor.White, LISTENER, world.clock.nowMs() / 1000)
    await world.run(node)
    await world.clock.runUntil(() => listener.peers.length === 1)
    const peer = listener.peers[0]!
    const written = await chat(transcript, 'listener', { world, node, peer })
    expectSame(transcript, 'dialer', { node, peer })
    expect(written).toEqual([1, 1])
    expect(world.heard).toEqual(['hé 日本 👋'])
    expect(node.peerCount).toBe(1)
  })

  test('refine_probe: our refinery says what the reference said', async () => {
    await using world = new World()
    await using listener = await listening(world, LISTENER)
    const node = world.node({ externalAddrs: [DIALER] })
    node.hosts.container.store(HostColor.Grey, LISTENER, 1)
    await world.run(node)
    await world.clock.runUntil(() => listener.peers.length === 1)
    const peer = listener.peers[0]!
    await play(transcripts['refine_probe']!, 'listener', { clock: world.clock, peer })
    expectSame(transcripts['refine_probe']!, 'dialer', { node, peer })
    expect(peer.isEnded).toBe(true)
    expect(node.hosts.container.colorOf(LISTENER)).toBe(HostColor.White)
  })
})

describe('a replayed dialer', () => {
  const LILITH: Partial<Settings> = {
    inbound: [SEED],
    inboundConnections: 512,
    activeProfiles: ['tcp', 'tcp+tls', 'tor', 'tor+tls', 'i2p', 'i2p+tls'],
  }

  test.each([
    ['seed_query_empty', []],
    ['seed_query_with_addresses', [DIALER]],
  ] as const)('%s: our seed node says what the reference said', async (name, known) => {
    await using world = new World()
    const node = world.node(LILITH)
    for (const url of known) node.hosts.container.store(HostColor.White, url, world.clock.nowMs() / 1000)
    await world.run(node)
    const peer = await dialled(world, SEED)
    await play(transcripts[name]!, 'dialer', { clock: world.clock, peer })
    expectSame(transcripts[name]!, 'listener', { node, peer })
    expect(node.peerCount).toBe(1)
    peer.stream.end()
    await world.clock.runUntil(() => peer.isClosed)
    expect(node.peerCount).toBe(0)
    expect(node.hosts.bans.list()).toEqual([])
  })

  test('chat_channel: our inbound session says what the reference said', async () => {
    await using world = new World()
    const transcript = transcripts['chat_channel']!
    const home = world.node({ inbound: [DIALER], externalAddrs: [DIALER] })
    await world.run(home)
    const node = world.node({ inbound: [LISTENER], externalAddrs: [LISTENER], outboundConnections: 5 })
    // As in the recording, the listener has a connection of its own to the dialer, whose address it therefore knows.
    node.hosts.container.store(HostColor.White, DIALER, world.clock.nowMs() / 1000)
    await world.run(node)
    await world.clock.runUntil(() => node.peerCount === 1)
    const peer = await dialled(world, LISTENER)
    const written = await chat(transcript, 'dialer', { world, node, peer })
    expectSame(transcript, 'listener', { node, peer })
    expect(written).toEqual([2])
    expect(world.heard.toSorted()).toEqual(['hello', 'hé 日本 👋', 'x'.repeat(300)].toSorted())
    expect(node.peerCount).toBe(2)
  })

  test('refine_probe: our inbound session says what the reference said, and the probe leaves nothing behind', async () => {
    await using world = new World()
    const node = world.node({ inbound: [LISTENER], externalAddrs: [LISTENER], getaddrsMax: 5 })
    await world.run(node)
    const peer = await dialled(world, LISTENER)
    await play(transcripts['refine_probe']!, 'dialer', { clock: world.clock, peer })
    expectSame(transcripts['refine_probe']!, 'listener', { node, peer })
    peer.stream.end()
    await world.clock.runUntil(() => peer.isClosed)
    expect(node.channels).toEqual([])
    expect(node.hosts.bans.list()).toEqual([])
  })
})

function listening(world: World, url: string): ReturnType<typeof listenRaw> {
  return settled(world, listenRaw(world.transport, url, world.peerOptions))
}

function dialled(world: World, url: string): Promise<RawPeer> {
  return settled(world, dialRaw(world.transport, url, world.peerOptions))
}

/** Moves time until `work` is done. */
async function settled<T>(world: World, work: Promise<T>): Promise<T> {
  await world.clock.advance(1)
  return work
}
