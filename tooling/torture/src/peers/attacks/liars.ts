/** Peers whose words are in order, and not true. */
import { RawPeer, frameBytes, recordedFrames, stringBytes } from '@dchat/e2e'
import { handshakeFrames } from '@dchat/net/testing'
import { promise } from '../../experiment.ts'
import type { Attack, Ground } from '../attack.ts'
import { pong, pongs } from '../pings.ts'
import { VERACK, each, frameHeader, gone, greeted } from './tools.ts'

const nonceFrame = (command: 'ping' | 'pong', nonce: number): Buffer =>
  frameBytes({ command, payload: Buffer.of(nonce & 0xff, nonce >> 8) })

/** Each says what is no answer to the ping that it was sent. */
const PING_LIES: readonly ((ground: Ground, nonce: number) => readonly Buffer[])[] = [
  (_, nonce) => [nonceFrame('pong', nonce ^ 1)],
  (_, nonce) => [nonceFrame('pong', 0xffff - nonce)],
  (ground) => [nonceFrame('pong', ground.random.int(0x1_0000)), nonceFrame('pong', ground.random.int(0x1_0000))],
  (_, nonce) => [nonceFrame('ping', nonce)],
  () => [],
]

async function lieAboutPing(ground: Ground, number: number): Promise<void> {
  const { connection, peer } = await greeted(ground, { host: ground.host(number) })
  const payload = await peer.payload('ping')
  for (const frame of PING_LIES[number % PING_LIES.length]!(ground, payload.readUInt16LE())) peer.write(frame)
  void pongs(peer, 1) // true ones: only the first is a lie
  await gone(connection)
}

type VersionChanges = NonNullable<Parameters<typeof handshakeFrames>[0]>

const OURS = { major: 0n, minor: 4n, patch: 1n, pre: '', build: '' }
const LARGEST = 2n ** 64n - 1n

/** Who is no peer of this network. */
const STRANGERS: readonly VersionChanges[] = [
  { appName: 'darkirc' },
  { appName: '' },
  { appName: 'dchatd\u0000' },
  { version: { ...OURS, minor: 5n } },
  { version: { ...OURS, major: 1n } },
  { version: { ...OURS, major: LARGEST, minor: LARGEST, patch: LARGEST } },
]

/** Who is one, and lies about itself. The padded ones are as long as a version may be: 2,043 bytes. */
const BRAGGARTS: readonly VersionChanges[] = [
  { timestamp: 0n },
  { timestamp: LARGEST },
  { version: { ...OURS, patch: LARGEST, pre: 'x'.repeat(18), build: 'y'.repeat(18) } },
  { connectRecvAddr: 'tcp+tls://[::1]:1/', resolveRecvAddr: 'tor://nowhere.onion:1/' },
  { extSendAddr: Array.from({ length: 60 }, (_, index) => `tcp://44.1.0.1:${index + 1}/`) },
  { features: Array.from({ length: 200 }, (_, index) => [`f${index}`, 0xffff_ffff] as const) },
]

/** A version whose payload has `bytes` bytes, by the name that it gives itself; the node's own writer would refuse some. */
function padded(bytes: number): Buffer {
  const [frame] = recordedFrames('chat_channel').filter(({ command }) => command === 'version')
  const whole = Buffer.from(frame!.frame_hex, 'hex')
  // magic, the length of "version" and the word, the length of the payload in one byte, and an empty name in another
  const rest = whole.subarray(4 + 1 + 7 + 1 + 1)
  const payload = Buffer.concat([stringBytes('n'.repeat(bytes - rest.length - 3)), rest])
  return frameBytes({ command: 'version', payload })
}

async function lieAboutVersion(ground: Ground, options: { host: string; version: Buffer; kind: string }): Promise<void> {
  const connection = await ground.connect(options)
  const peer = new RawPeer(connection)
  peer.write(options.version)
  ground.count(`${options.kind} came`)
  try {
    await peer.payload('ping')
    ground.count(`${options.kind} let in`)
    await pong(peer)
  } catch {
    // it was sent away
  }
  connection.end()
  await gone(connection)
}

/** A peer that greets twice: the second version comes where none is expected. */
async function greetAgain(ground: Ground, host: string): Promise<void> {
  const { connection, peer } = await greeted(ground, { host })
  for (let round = 0; round < 8; round += 1) {
    peer.write(handshakeFrames())
    peer.write(VERACK)
  }
  await gone(connection)
}

const VERSION_LIES: readonly { readonly kind: string; readonly version: Buffer }[] = [
  ...STRANGERS.map((changes) => ({ kind: 'strangers', version: handshakeFrames(changes) })),
  ...BRAGGARTS.map((changes) => ({ kind: 'braggarts', version: handshakeFrames(changes) })),
  { kind: 'braggarts', version: Buffer.concat([padded(2_043), VERACK]) },
  { kind: 'strangers', version: Buffer.concat([padded(2_044), VERACK]) },
]

async function lieAboutAll(ground: Ground, number: number): Promise<void> {
  const lie = VERSION_LIES[number % (VERSION_LIES.length + 1)]
  const host = ground.host(number)
  if (lie === undefined) await greetAgain(ground, host)
  else await lieAboutVersion(ground, { host, ...lie })
}

/** More than anybody has memory for; what a peer may send, what it may not, and what there is not. */
const HUGE = [
  ['DchatMsg', 2n ** 60n],
  ['DchatMsg', 2n ** 24n + 1n],
  ['version', 2n ** 60n],
  ['addr', LARGEST],
  ['post', 2n ** 60n],
  ['nonsense', 2n ** 60n],
] as const

export const LIARS: readonly Attack[] = [
  {
    name: 'ping-lies',
    isLongOnly: true,
    does: 'greets and answers a ping with another nonce, with two, with a ping, or not at all',
    sizes: { short: 10, long: 50, among: 5 },
    slots: 64,
    goneWithinMs: ({ pongMs }) => pongMs,
    run: (ground) => each(ground, (number) => lieAboutPing(ground, number)),
  },
  {
    name: 'version-lies',
    isLongOnly: true,
    does: 'lies in its version: names, numbers, times, addresses, features, 2,043 bytes and one more, and a second version later',
    sizes: { short: 30, long: 300, among: 15 },
    slots: 64,
    isBanned: true,
    goneWithinMs: ({ pongMs }) => pongMs,
    run: (ground) => each(ground, (number) => lieAboutAll(ground, number)),
    judge: (tally) => [
      promise('peers of another name, another version or with a version that is too long', {
        outcome: `${tally['strangers let in'] ?? 0} of ${tally['strangers came'] ?? 0} let in`,
        aim: 'none let in',
        isMet: (tally['strangers came'] ?? 0) > 0 && (tally['strangers let in'] ?? 0) === 0,
      }),
    ],
  },
  {
    name: 'huge-frames',
    does: 'declares messages of up to 2^64 bytes, before and after it has greeted',
    sizes: { short: 12, long: 120, among: 12 },
    slots: 64,
    isBanned: true,
    goneWithinMs: ({ pongMs }) => pongMs,
    reference: 'takes any length of some messages for true',
    run: (ground) =>
      each(ground, async (number) => {
        const [command, length] = HUGE[number % HUGE.length]!
        const host = ground.host(number)
        const isPeer = number % (2 * HUGE.length) < HUGE.length
        const connection = isPeer ? (await greeted(ground, { host })).connection : (await ground.connect({ host })).resume()
        connection.write(Buffer.concat([frameHeader(command, length), Buffer.alloc(1_000)]))
        await gone(connection)
      }),
  },
]
