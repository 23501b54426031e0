/**
 * Every limit of docs/wire.md (*Frame*, *Core messages*, *Metering*, *Handshake*) at its value and crossed by one, on a whole
 * node: whether the channel is closed, whether the peer is banned, and that another peer notices nothing.
 */
import { encodeToBytes } from '@dchat/serial'
import { describe, expect, test } from 'vitest'
import type { Channel } from './channel.ts'
import type { NetErrorCode } from './errors.ts'
import type * as core from './messages/core-messages.ts'
import { addr, getaddr, ping, pong, verack, version } from './messages/core-messages.ts'
import type { MessageType } from './messages/message.ts'
import { SESSION_DEFAULT, SessionFlag, sessionName } from './sessions/session-flags.ts'
import { CORE_MESSAGES, CORE_METERING_SUM } from './testing/core-message-list.ts'
import { MAGIC, PEER_VERSION, messageFrame, rawFrame, varIntBytes } from './testing/frames.ts'
import { LocalNet } from './testing/local-net.ts'
import type { LocalNode } from './testing/local-net.ts'
import { dialRaw, listenRaw } from './testing/raw-peer.ts'
import type { RawPeer } from './testing/raw-peer.ts'
import { dchatMsg } from './testing/replay.ts'

const PEER_HOST = '30.0.0.1'
const PEER_URL = `tcp://${PEER_HOST}:3/`
const hex = (text: string): Buffer => Buffer.from(text, 'hex')

interface Row {
  readonly name: string
  readonly bytes: Buffer
  /** Why channels to peers are closed; undefined when the peer may go on. */
  readonly closes?: NetErrorCode
  /** The same for seed and refine channels. */
  readonly closesErrand?: NetErrorCode
  /** Whose peer is banned under the strict policy. */
  readonly bans?: 'both' | 'outbound'
  /** What a protocol finds wrong with it later. */
  readonly endsLater?: NetErrorCode | undefined
}

/** A payload of exactly `bytes` bytes: `make` is given the length of the text it may fill with. */
function padded<T>(type: MessageType<T>, bytes: number, make: (fill: string) => T): Buffer {
  const empty = encodeToBytes(type.codec, make('')).length
  for (const varInt of [0, 2, 4]) {
    const payload = encodeToBytes(type.codec, make('a'.repeat(bytes - empty - varInt)))
    if (payload.length === bytes) return rawFrame({ command: type.name, payload })
  }
  throw new Error(`no ${type.name} of ${bytes} bytes`)
}

const longVersion = (bytes: number): Buffer => padded(version, bytes, (nodeId) => ({ ...PEER_VERSION, nodeId }))
const longVerack = (bytes: number): Buffer =>
  padded(verack, bytes, (build) => ({ appVersion: { ...PEER_VERSION.version, build }, appName: PEER_VERSION.appName }))
const longGetaddr = (bytes: number): Buffer => padded(getaddr, bytes, (scheme) => ({ max: 5, transports: [scheme] }))
const longAddr = (bytes: number): Buffer =>
  padded(addr, bytes, (path) => ({
    addrs: Array.from({ length: 2_601 }, (_, index): [string, bigint] => [`tcp://1.2.3.4:1/${index === 0 ? path : ''}`, 1n]),
  }))
const ofLength = (command: string, bytes: number): Buffer => rawFrame({ command, payload: Buffer.alloc(bytes) })
const declared = (command: string, bytes: bigint): Buffer => rawFrame({ command, payloadLength: varIntBytes(bytes) })
const app = (changes: { appName?: string; major?: bigint; minor?: bigint; patch?: bigint }): Buffer =>
  messageFrame(verack, { appName: changes.appName ?? 'dchatd', appVersion: { ...PEER_VERSION.version, ...changes } })
const pings = (count: number): Buffer => Buffer.concat(Array.from({ length: count }, (_, nonce) => messageFrame(ping, { nonce })))

const tooLarge = { closes: 'NET_MESSAGE_TOO_LARGE', bans: 'both' } as const
const undecodable = { closes: 'NET_MESSAGE_UNDECODABLE', bans: 'both' } as const
const unknown = { closes: 'NET_UNKNOWN_COMMAND', bans: 'both' } as const
const malformed = { closes: 'NET_COMMAND_MALFORMED', closesErrand: 'NET_COMMAND_MALFORMED' } as const
const neverSkipped = { closesErrand: 'NET_FRAME_TOO_LARGE' } as const
const mismatch = { closes: 'NET_VERSION_MISMATCH', closesErrand: 'NET_VERSION_MISMATCH', bans: 'outbound' } as const
const MIB16 = 16 * 1024 * 1024

type CoreName = keyof typeof core

/** Of each core message a frame with a payload of so many bytes, which is right but for its length. */
const OF_LENGTH: Readonly<Record<CoreName, (bytes: number) => Buffer>> = {
  version: longVersion,
  verack: longVerack,
  ping: (bytes) => ofLength('ping', bytes),
  pong: (bytes) => ofLength('pong', bytes),
  getaddr: longGetaddr,
  addr: longAddr,
}
const ENDS_LATER: Partial<Record<CoreName, NetErrorCode>> = { pong: 'NET_PONG_WRONG_NONCE' }

/** The longest payload of each core message, and a byte more. */
const LENGTH_ROWS: readonly Row[] = CORE_MESSAGES.flatMap(({ name, maxBytes }) => {
  const frame = OF_LENGTH[name as CoreName] as ((bytes: number) => Buffer) | undefined
  if (frame === undefined) throw new TypeError(`OF_LENGTH has no frame of ${name}`)
  return [
    { name: `a ${name} of ${maxBytes} bytes`, bytes: frame(maxBytes), endsLater: ENDS_LATER[name as CoreName] },
    { name: `a ${name} of ${maxBytes + 1} bytes`, bytes: frame(maxBytes + 1), ...tooLarge },
  ]
})

/** What a peer sends before it sends its own version and verack. */
const ROWS: readonly Row[] = [
  { name: 'nothing', bytes: Buffer.alloc(0) },
  {
    name: 'wrong magic',
    bytes: rawFrame({ magic: hex('d9efb67c'), command: 'ping', payload: hex('0000') }),
    closes: 'NET_BAD_MAGIC',
    closesErrand: 'NET_BAD_MAGIC',
    bans: 'outbound',
  },
  { name: 'a command of 255 bytes', bytes: ofLength('x'.repeat(255), 0), ...unknown },
  {
    name: 'a command of 256 bytes',
    bytes: ofLength('x'.repeat(256), 0),
    closes: 'NET_COMMAND_TOO_LONG',
    closesErrand: 'NET_COMMAND_TOO_LONG',
    bans: 'both',
  },
  {
    name: 'a command of 2^60 bytes',
    bytes: Buffer.concat([MAGIC, hex('ff0000000000000010')]),
    closes: 'NET_COMMAND_TOO_LONG',
    closesErrand: 'NET_COMMAND_TOO_LONG',
    bans: 'both',
  },
  { name: 'a command that is no UTF-8', bytes: rawFrame({ command: hex('70ff') }), ...malformed },
  {
    name: 'a command length that is not minimal',
    bytes: rawFrame({ command: 'ping', commandLength: hex('fd0400'), payload: hex('0000') }),
    ...malformed,
  },
  {
    name: 'a payload length that is not minimal',
    bytes: rawFrame({ command: 'ping', payloadLength: hex('fd0200'), payload: hex('0000') }),
    ...malformed,
  },
  { name: 'a command that nobody takes', bytes: ofLength('what', 3), ...unknown },
  { name: 'an empty command', bytes: ofLength('', 0), ...unknown },
  ...LENGTH_ROWS,
  { name: 'a DchatMsg of 65,541 bytes', bytes: padded(dchatMsg, 65_541, (msg) => ({ msg })) },
  { name: 'a DchatMsg of 65,542 bytes', bytes: padded(dchatMsg, 65_542, (msg) => ({ msg })) },
  { name: 'a DchatMsg of 16 MiB', bytes: ofLength('DchatMsg', MIB16) },
  {
    name: 'a DchatMsg of 16 MiB and a byte',
    bytes: declared('DchatMsg', BigInt(MIB16 + 1)),
    closes: 'NET_FRAME_TOO_LARGE',
    ...neverSkipped,
  },
  { name: 'a ping that is too short', bytes: ofLength('ping', 1), ...undecodable },
  {
    name: 'an addr with a bad URL',
    bytes: rawFrame({ command: 'addr', payload: Buffer.concat([hex('0103'), Buffer.from('a b'), Buffer.alloc(8)]) }),
    ...undecodable,
  },
  {
    name: 'an addr that counts more than it holds',
    bytes: rawFrame({ command: 'addr', payload: hex('ff0000000000000010') }),
    ...undecodable,
  },
  {
    name: 'a verack with a byte left over',
    bytes: rawFrame({ command: 'verack', payload: Buffer.concat([app({}).subarray(12), hex('00')]) }),
    ...undecodable,
  },
  {
    name: 'a getaddr with a byte left over',
    bytes: rawFrame({ command: 'getaddr', payload: hex('050000000000') }),
    ...undecodable,
  },
  { name: 'a ping of 4 GiB', bytes: declared('ping', 2n ** 32n), ...tooLarge, ...neverSkipped },
  { name: 'a ping of 2^60 bytes', bytes: declared('ping', 2n ** 60n), ...tooLarge, ...neverSkipped },
  { name: 'an unknown command of 2^60 bytes', bytes: declared('what', 2n ** 60n), ...unknown, ...neverSkipped },
  // With version and verack: as many points as all thresholds together, and one more.
  { name: 'as many pings as metering allows', bytes: pings(CORE_METERING_SUM - 2) },
  { name: 'one ping more', bytes: pings(CORE_METERING_SUM - 1), closes: 'NET_METERING_EXCEEDED', bans: 'both' },
  { name: 'a verack of another application', bytes: app({ appName: 'lilith' }), ...mismatch },
  { name: 'a verack of another major version', bytes: app({ major: 1n }), ...mismatch },
  { name: 'a verack of another minor version', bytes: app({ minor: 5n }), ...mismatch },
  { name: 'a verack of another patch version', bytes: app({ patch: 9n }) },
]

class Rig implements AsyncDisposable {
  readonly net = new LocalNet()
  readonly options = { clock: this.net.clock, messages: [dchatMsg] }
  readonly connected: string[] = []
  readonly lines: number[] = []
  node!: LocalNode
  peer!: RawPeer
  honest!: RawPeer
  channel!: Channel

  /** A node with an honest peer, and a channel of `session` to a peer that has not said anything yet. */
  static async open(session: SessionFlag, banPolicy: 'strict' | 'relaxed'): Promise<Rig> {
    const rig = new Rig()
    const { net } = rig
    rig.node = net.add({
      banPolicy,
      outboundConnections: session === SessionFlag.Outbound ? 1 : 0,
      greylistRefineryIntervalMs: session === SessionFlag.Refine ? 1_000 : 3_600_000,
      seeds: session === SessionFlag.Seed ? [PEER_URL] : [],
    })
    const { p2p } = rig.node
    p2p.protocols.register(SESSION_DEFAULT, (channel) => {
      const messages = channel.subscribe(dchatMsg)
      return { start: () => messages.handle((_, byteLength) => rig.lines.push(byteLength)) }
    })
    p2p.events.subscribe('connected', ({ info }) => rig.connected.push(info.url))
    await net.run(rig.node)
    rig.honest = await net.settle(dialRaw(net.network.transport('40.0.0.1'), rig.node.url, rig.options))
    rig.honest.greet()
    await net.clock.runUntil(() => p2p.peerCount === 1)
    rig.peer = await rig.#meet(session)
    const [channel] = p2p.channels.filter(({ info }) => info.session === session && info.url.startsWith(`tcp://${PEER_HOST}:`))
    rig.channel = channel!
    return rig
  }

  async #meet(session: SessionFlag): Promise<RawPeer> {
    const { net } = this
    const transport = net.network.transport(PEER_HOST)
    if (session === SessionFlag.Inbound) return net.settle(dialRaw(transport, this.node.url, this.options))
    const { peers } = await net.settle(listenRaw(transport, PEER_URL, this.options))
    if (session === SessionFlag.Seed) void this.node.p2p.seed()
    else this.node.p2p.hosts.insertFromPeer([{ url: PEER_URL, lastSeenSec: 1 }], PEER_URL)
    await net.clock.runUntil(() => peers.length === 1)
    await net.clock.advance(0)
    return peers[0]!
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.net.stop()
  }
}

const KINDS = [
  [SessionFlag.Inbound, 'strict'],
  [SessionFlag.Inbound, 'relaxed'],
  [SessionFlag.Outbound, 'strict'],
  [SessionFlag.Seed, 'strict'],
  [SessionFlag.Refine, 'strict'],
] as const

/** The codes with which the channel may have ended; errands end by themselves when they are done. */
function possibleEnds(row: Row, isErrand: boolean): (NetErrorCode | undefined)[] {
  const closes = isErrand ? row.closesErrand : row.closes
  if (closes !== undefined) return [closes]
  return isErrand ? [undefined, 'NET_CHANNEL_STOPPED', row.endsLater] : [row.endsLater]
}

describe.each(KINDS.map(([session, policy]) => [sessionName(session), policy, session] as const))(
  'on a channel of session %s, %s',
  (_, policy, session) => {
    const isErrand = session === SessionFlag.Seed || session === SessionFlag.Refine

    test.each(ROWS)('$name', async (row) => {
      await using rig = await Rig.open(session, policy)
      const { channel, peer, honest } = rig
      const { hosts } = rig.node.p2p
      peer.send(row.bytes)
      peer.greet()
      await rig.net.clock.advance(1)

      const closes = isErrand ? row.closesErrand : row.closes
      const isConnected = rig.connected.includes(channel.info.url)
      expect(isConnected).toBe(closes === undefined)
      expect(possibleEnds(row, isErrand)).toContain(channel.stopReason?.code)
      expect(closes === undefined || (peer.isEnded && channel.stopReason?.fault === 'peer')).toBe(true)

      const isBannable = row.bans === 'both' || (row.bans === 'outbound' && session !== SessionFlag.Inbound)
      const isBanned = closes !== undefined && closes !== 'NET_FRAME_TOO_LARGE' && policy === 'strict' && isBannable
      const target = session === SessionFlag.Inbound ? PEER_HOST : `${PEER_HOST}:3`
      expect(hosts.bans.list().map((ban) => [ban.target, ban.reason])).toEqual(isBanned ? [[target, closes]] : [])

      honest.sendMessage(ping, { nonce: 4_711 })
      await rig.net.clock.runUntil(() => honest.valuesOf(pong).length > 0)
      expect(honest.valuesOf(pong)).toEqual([{ nonce: 4_711 }])
      expect(honest.isEnded).toBe(false)
    })
  },
)

test('a DchatMsg that is too long is skipped, and those around it are heard', async () => {
  await using rig = await Rig.open(SessionFlag.Inbound, 'strict')
  rig.peer.greet()
  for (const bytes of [10, 65_541, 65_542, 1_000_000, 11]) rig.peer.send(padded(dchatMsg, bytes, (msg) => ({ msg })))
  await rig.net.clock.advance(1)
  expect(rig.lines).toEqual([10, 65_541, 11])
})

test('a banned peer is turned away at the door, one from another host is not', async () => {
  await using rig = await Rig.open(SessionFlag.Inbound, 'strict')
  rig.peer.send(ofLength('what', 0))
  await rig.net.clock.advance(1)
  const [again, other] = await rig.net.settle(
    Promise.all([PEER_HOST, '30.0.0.2'].map((host) => dialRaw(rig.net.network.transport(host), rig.node.url, rig.options))),
  )
  await rig.net.clock.advance(1)
  expect([again!.isClosed, again!.receivedBytes]).toEqual([true, 0])
  expect(other!.commands).toEqual(['version'])
})

test('points are forgotten after ten seconds: as many as ever are taken then', async () => {
  await using rig = await Rig.open(SessionFlag.Inbound, 'strict')
  rig.peer.greet()
  rig.peer.send(pings(20))
  await rig.net.clock.advance(10_000)
  rig.peer.send(pings(CORE_METERING_SUM))
  await rig.net.clock.advance(1)
  expect(rig.channel.isStopped).toBe(false)
  rig.peer.send(pings(1))
  await rig.net.clock.advance(1)
  const data = { score: CORE_METERING_SUM + 1, maxScore: CORE_METERING_SUM }
  expect(rig.channel.stopReason).toMatchObject({ code: 'NET_METERING_EXCEEDED', data })
})
