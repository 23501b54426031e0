/**
 * Every way in which what a peer sends can be wrong, and what the node does about it. Source: docs/wire.md, the table of
 * reactions under *Frame*; docs/chat.md, *Post* and *Commands*.
 */
import { SeededSigner, bodyFor, rawPost, wire, withBitTurned } from '@dchat/chat/testing'
import { chatFrame, frameBytes, stringBytes } from '@dchat/e2e'
import type { Random } from '@dchat/system'
import { framed } from '../floods/flood-frames.ts'

/** `keep`: the channel goes on; `close`: it ends, and the host may come again; `ban`: it may not. */
export type Verdict = 'keep' | 'close' | 'ban'

export interface FrameClass {
  /** What is wrong, a clause. */
  readonly name: string
  /** Over a connection that the peer made. */
  readonly verdict: Verdict
  /** Over one that the node made. @default verdict */
  readonly dialledVerdict?: Verdict
  /** What the peer sends after the version exchange; before it, without one, with `isEarly`. */
  bytes(random: Random): Buffer
  /** @default false */
  readonly isEarly?: boolean
  /** Whether the peer has listed posts. @default true */
  readonly isFeatured?: boolean
  /** The peer ends the connection after it. @default false */
  readonly hangsUp?: boolean
}

const MAGIC = Buffer.of(0xd9, 0xef, 0xb6, 0x7d)
/** The least of a payload that is too long: the limit of its command, and one. Source: docs/wire.md and docs/chat.md. */
const TOO_LONG = {
  ping: 3,
  pong: 3,
  getaddr: 58,
  addr: 65_282,
  verack: 129,
  version: 2_044,
  post: 8_641,
  have: 8_211,
  want: 8_211,
}
const TOO_LONG_OF_POSTS = { rooms: 16_401, page: 129, pageend: 17, sync: 61_701 }
const COMMANDS = ['ping', 'pong', 'getaddr', 'addr', 'version', 'verack', 'DchatMsg']
const POST_COMMANDS = ['post', 'have', 'want', 'rooms', 'page', 'pageend', 'sync']

function noise(random: Random, bytes: number): Buffer {
  return Buffer.from(Array.from({ length: bytes }, () => random.int(256)))
}

function pick<T>(random: Random, from: readonly T[]): T {
  return from[random.int(from.length)]!
}

/** A number in three, five or nine bytes, whether or not it needs them. */
function wideVarInt(value: number, width: 2 | 4 | 8): Buffer {
  const bytes = Buffer.alloc(1 + width)
  bytes[0] = { 2: 0xfd, 4: 0xfe, 8: 0xff }[width]
  bytes.writeUIntLE(value, 1, Math.min(width, 6))
  return bytes
}

const pingFrame = (random: Random): Buffer => frameBytes({ command: 'ping', payload: noise(random, 2) })

/** A frame with a command of so many bytes. */
function longCommand(random: Random, bytes: number): Buffer {
  const width = pick(random, [2, 4, 8] as const)
  return Buffer.concat([
    MAGIC,
    wideVarInt(bytes, width === 2 || bytes > 0xffff ? width : 2),
    Buffer.alloc(bytes, 97),
    Buffer.of(0),
  ])
}

const FRAMES: readonly FrameClass[] = [
  {
    name: 'magic of another network',
    verdict: 'close',
    dialledVerdict: 'ban',
    bytes: (random) => {
      const frame = pingFrame(random)
      frame[random.int(4)]! ^= 1 + random.int(255)
      return frame
    },
  },
  {
    name: 'no frame at all',
    verdict: 'close',
    dialledVerdict: 'ban',
    bytes: () => Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'),
  },
  {
    name: 'no frame at all before the version',
    verdict: 'close',
    dialledVerdict: 'ban',
    isEarly: true,
    bytes: () => Buffer.from('SSH-2.0-OpenSSH_9.2\r\n'),
  },
  { name: 'command of more than 255 bytes', verdict: 'ban', bytes: (random) => longCommand(random, 256 + random.int(60_000)) },
  {
    name: 'command length in more bytes than it needs',
    verdict: 'close',
    bytes: () => Buffer.concat([MAGIC, wideVarInt(4, 2), Buffer.from('ping'), Buffer.of(2, 1, 1)]),
  },
  {
    name: 'command that is no UTF-8',
    verdict: 'close',
    bytes: (random) => Buffer.concat([MAGIC, Buffer.of(4, 0xc0 + random.int(2), 0x80, 0xff, 0xfe), Buffer.of(0)]),
  },
  {
    name: 'command that there is not',
    verdict: 'ban',
    bytes: (random) =>
      frameBytes({
        command: pick(random, ['', 'PING', 'ping ', 'pin', 'pingpong', 'inv', 'dchatmsg', 'x'.repeat(255)]),
        payload: noise(random, random.int(50)),
      }),
  },
  {
    name: 'unknown command before the version',
    verdict: 'ban',
    isEarly: true,
    bytes: () => frameBytes({ command: 'hello', payload: Buffer.alloc(3) }),
  },
  {
    name: 'command of posts from who has not listed them',
    verdict: 'ban',
    isFeatured: false,
    bytes: (random) => frameBytes({ command: pick(random, POST_COMMANDS), payload: Buffer.of(0) }),
  },
  {
    name: 'payload length in more bytes than it needs',
    verdict: 'close',
    bytes: (random) =>
      Buffer.concat([pingFrame(random).subarray(0, -3), wideVarInt(2, pick(random, [2, 4, 8] as const)), Buffer.of(1, 1)]),
  },
]

const PAYLOADS: readonly FrameClass[] = [
  ...Object.entries({ ...TOO_LONG, ...TOO_LONG_OF_POSTS }).map(([command, bytes]): FrameClass => ({
    name: `${command} of ${bytes} bytes`,
    verdict: 'ban',
    bytes: () => frameBytes({ command, payload: Buffer.alloc(bytes) }),
  })),
  {
    name: 'line that is skipped for its length',
    verdict: 'keep',
    bytes: (random) => chatFrame('x'.repeat(65_537 + random.int(70_000))),
  },
  {
    name: 'line of more than 16 MiB',
    verdict: 'close',
    bytes: () =>
      Buffer.concat([frameBytes({ command: 'DchatMsg', payload: Buffer.alloc(0) }).subarray(0, -1), wideVarInt(16_777_217, 4)]),
  },
  {
    name: 'payload that ends too early',
    verdict: 'ban',
    bytes: (random) => frameBytes({ command: pick(random, [...COMMANDS, ...POST_COMMANDS]), payload: Buffer.alloc(0) }),
  },
  {
    name: 'payload with a byte left over',
    verdict: 'ban',
    bytes: (random) =>
      pick(random, [
        frameBytes({ command: 'DchatMsg', payload: Buffer.concat([stringBytes('hi'), Buffer.of(7)]) }),
        frameBytes({ command: 'have', payload: Buffer.of(0, 0) }),
        frameBytes({ command: 'addr', payload: Buffer.of(0, 1) }),
      ]),
  },
  {
    name: 'text that is no UTF-8',
    verdict: 'ban',
    bytes: (random) =>
      frameBytes({
        command: 'DchatMsg',
        payload: pick(random, [Buffer.of(2, 0xc0, 0x80), Buffer.of(3, 0xed, 0xa0, 0x80), Buffer.of(1, 0xff)]),
      }),
  },
  {
    name: 'count or length that the payload cannot hold',
    verdict: 'ban',
    bytes: (random) =>
      frameBytes({
        command: pick(random, ['addr', 'have', 'want', 'rooms', 'DchatMsg']),
        payload: Buffer.concat([wideVarInt(60_000, 2), noise(random, 20)]),
      }),
  },
  {
    name: 'address that is none',
    verdict: 'ban',
    bytes: (random) => {
      const url = pick(random, [
        '',
        'nonsense',
        'tcp://:1',
        'tcp://a:99999',
        'tcp://[::g]:1',
        '//a:1',
        `tcp://${'ö'.repeat(300)}:1`,
      ])
      return frameBytes({ command: 'addr', payload: Buffer.concat([Buffer.of(1), stringBytes(url), Buffer.alloc(8)]) })
    },
  },
  {
    name: 'version that is none',
    verdict: 'ban',
    isEarly: true,
    bytes: (random) => frameBytes({ command: 'version', payload: noise(random, 1 + random.int(20)) }),
  },
  {
    name: 'end in the middle of a frame',
    verdict: 'close',
    hangsUp: true,
    bytes: (random) => chatFrame('cut off').subarray(0, 1 + random.int(20)),
  },
]

const signer = new SeededSigner('malformed')

const post = (random: Random) => rawPost({ signer, time: Date.now() - 1_000, body: bodyFor(300, `${random.int(2 ** 30)}`) })

const POSTS: readonly FrameClass[] = [
  {
    name: 'post with a bit turned over',
    verdict: 'ban',
    bytes: (random) => {
      const good = post(random)
      // Within the body: what is signed is another text.
      return framed(wire.post, { bytes: withBitTurned(good, 8 * (good.bytes.length - 66 - random.int(50))).bytes })
    },
  },
  {
    name: 'post against the grammar',
    verdict: 'ban',
    bytes: (random) => {
      const time = Date.now()
      const parts = pick(random, [
        { room: 'UPPER', body: 'x' },
        { room: '_other', body: 'x' },
        { room: '', kind: 0, body: 'x' },
        { version: 2, body: 'x' },
        { kind: 4, body: 'no id' },
        { body: Buffer.of(0xff) },
        { body: 'x', author: Buffer.alloc(32) },
        { body: 'x', parents: Array.from({ length: 9 }, () => Buffer.alloc(32)) },
      ])
      return framed(wire.post, { bytes: rawPost({ signer, time, ...parts }).bytes })
    },
  },
  {
    name: 'room of a page that is none',
    verdict: 'keep',
    bytes: () => framed(wire.page, { request: 1, room: 'NOT A ROOM', beforeTime: 0, beforeId: Buffer.alloc(32), limit: 9 }),
  },
  {
    name: 'reconciliation that is none',
    verdict: 'keep',
    bytes: (random) =>
      framed(wire.sync, {
        session: 1,
        room: 'dchat',
        since: 0,
        until: Date.now(),
        frame: Buffer.concat([Buffer.of(0x61), noise(random, 40)]),
      }),
  },
  {
    name: 'answers that nobody asked for',
    verdict: 'keep',
    bytes: (random) => framed(wire.pageend, { request: random.int(1_000), count: random.int(200), more: true }),
  },
]

const METERED: readonly FrameClass[] = ['ping', 'getaddr'].map((command) => ({
  name: `${command} forty times at once`,
  verdict: 'ban',
  bytes: () =>
    Buffer.concat(
      Array.from({ length: 40 }, () =>
        frameBytes({ command, payload: command === 'ping' ? Buffer.of(1, 1) : Buffer.from('0a0000000103746370', 'hex') }),
      ),
    ),
}))

export const FRAME_CLASSES: readonly FrameClass[] = [...FRAMES, ...PAYLOADS, ...POSTS, ...METERED]
