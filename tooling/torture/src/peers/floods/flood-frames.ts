/** Valid frames by the thousand, of every command. Wire: docs/wire.md, *Core messages*; docs/chat.md, *Commands*. */
import { SeededSigner, bodyFor, rawPost, wire } from '@dchat/chat/testing'
import type { RawPost } from '@dchat/chat/testing'
import { chatFrame, frameBytes, recorded } from '@dchat/e2e'
import type { MessageType } from '@dchat/net'
import { Writer, encodeToBytes } from '@dchat/serial'
import type { Random } from '@dchat/system'

/** `ADDR_MAX_BYTES`: the longest `addr`. */
const ADDR_BYTES = 65_281
const LARGEST = 2n ** 64n - 1n
/** What one write holds of short frames. */
const BATCH_BYTES = 65_536

/** Gives the next bytes of an endless flood. */
export type Flood = () => Buffer
/** Made when it is needed: signatures take time that a flooder has not. */
export type FloodMaker = () => Flood

export function framed<T>(type: MessageType<T>, value: T): Buffer {
  return frameBytes({ command: type.name, payload: Buffer.from(encodeToBytes(type.codec, value)) })
}

/** The same frame again and again. */
function again(frame: Buffer): Flood {
  const batch = Buffer.concat(Array.from({ length: Math.max(1, Math.floor(BATCH_BYTES / frame.length)) }, () => frame))
  return () => batch
}

/** Other frames each time. */
function fresh(make: () => Buffer, count = 1): Flood {
  return () => Buffer.concat(Array.from({ length: count }, make))
}

export function bytesOf(random: Random, count: number): Buffer {
  return Buffer.from(Array.from({ length: count }, () => random.int(256)))
}

function ids(random: Random, count: number): Buffer[] {
  // The first bytes are what tables look at; the rest is filled up.
  return Array.from({ length: count }, () => Buffer.concat([bytesOf(random, 8), Buffer.alloc(24, 0xab)]))
}

/** What addresses an `addr` can be filled with. */
const SPELLINGS: readonly ((index: number) => string)[] = [
  (index) => `tcp://${20 + (index >> 16)}.${index & 255}.${(index >> 8) & 255}.1:1/`,
  (index) => `tcp://10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}:1/`,
  (index) => `tcp://127.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}:1/`,
  (index) => `tcp://2${40 + (index & 15)}.0.${(index >> 8) & 255}.${index & 255}:1/`,
  (index) => `tcp://44.1.0.1:${1 + (index % 65_535)}/`,
  (index) => `tcp+tls://h${index}.example.org:443`,
  (index) => `tcp://[2001:${(index & 0xffff).toString(16)}::1]:1`,
  (index) => `TCP://ä${index}.ÖÖ:1`,
  (index) => `tcp://8.8.8.8:${1 + (index % 65_535)}/a?b#c`,
  (index) => `tor://${'a'.repeat(56)}${index}.onion:1`,
  (index) => `tcp://${'x'.repeat(200)}${index}.de:1`,
]

let lastAddress = 0

/** The longest `addr`, of addresses that nobody has told before. @param kind of them, any number */
export function longestAddr(kind: number): Buffer {
  const spell = SPELLINGS[kind % SPELLINGS.length]!
  const parts: Buffer[] = []
  for (let bytes = 3; ;) {
    const writer = new Writer(600)
    writer.byteString(Buffer.from(spell(lastAddress)))
    writer.u64(kind % 2 === 0 ? LARGEST : 2n ** 63n)
    const part = Buffer.from(writer.finish())
    bytes += part.length
    if (bytes > ADDR_BYTES) break
    lastAddress += 1
    parts.push(part)
  }
  const count = new Writer(9)
  count.varInt(parts.length)
  return frameBytes({ command: 'addr', payload: Buffer.concat([Buffer.from(count.finish()), ...parts]) })
}

/** The metered commands: at line rate each breaks the metering within milliseconds. */
export function controlFloods(random: Random): readonly FloodMaker[] {
  return [
    () => fresh(() => frameBytes({ command: 'ping', payload: bytesOf(random, 2) }), 50),
    () => fresh(() => frameBytes({ command: 'pong', payload: bytesOf(random, 2) }), 50),
    () => again(recorded('dialer', 'getaddr')),
    () => again(recorded('dialer', 'version')),
    () => again(recorded('dialer', 'verack')),
    () => fresh(() => longestAddr(random.int(100))),
  ]
}

/** Payloads of lines; the last two are skipped as they stream by. */
const LINE_BYTES = [0, 100, 1_024, 65_536, 70_000, 16 * 1024 * 1024 - 16]

export function chatFloods(): readonly FloodMaker[] {
  return LINE_BYTES.map((bytes) => () => again(chatFrame('x'.repeat(bytes))))
}

/** Posts that a flooder makes: as many as it likes, of as many rooms and authors. */
class PostMill {
  readonly #signer: SeededSigner
  readonly #name: string
  #made = 0

  constructor(name: string) {
    this.#name = name
    this.#signer = new SeededSigner(name)
  }

  /** The next one. @param aheadMs of the clock @param bytes of the post */
  frame(room: string, { aheadMs = -60_000, bytes = 300 }: { aheadMs?: number; bytes?: number } = {}): Buffer {
    return framed(wire.post, { bytes: this.make(room, { aheadMs, bytes }).bytes })
  }

  make(room: string, { aheadMs, bytes }: { aheadMs: number; bytes: number }): RawPost {
    this.#made += 1
    const body = bodyFor(bytes, `${this.#name} ${this.#made}`)
    return rawPost({ signer: this.#signer, room, time: Date.now() + aheadMs + this.#made, body })
  }
}

const DAY_MS = 86_400_000

/** New, long, early, old and repeated posts. */
export function postFloods(name: string): readonly FloodMaker[] {
  const mill = new PostMill(name)
  const posts = (count: number, how: { aheadMs?: number; bytes?: number }): FloodMaker => {
    return () => fresh(() => mill.frame('flood', how), count)
  }
  return [
    posts(20, {}),
    posts(8, { bytes: 8_000 }),
    posts(20, { aheadMs: 3 * DAY_MS }),
    posts(20, { aheadMs: -400 * DAY_MS }),
    () => again(mill.frame('flood')),
  ]
}

/** Posts of one room, for others to be asked for. */
export interface Held {
  readonly room: string
  readonly frames: readonly Buffer[]
  readonly ids: readonly Buffer[]
}

/** Within what a peer may send unasked at once (docs/chat.md, Relay). */
const HELD_POSTS = 150

export function heldPosts(name: string): Held {
  const mill = new PostMill(name)
  const room = `held${name.replaceAll(/[^a-z0-9]/g, '')}`.slice(0, 40)
  const posts = Array.from({ length: HELD_POSTS }, () => mill.make(room, { aheadMs: -100_000, bytes: 1_000 }))
  return { room, frames: posts.map(({ bytes }) => framed(wire.post, { bytes })), ids: posts.map(({ id }) => id) }
}

/** Of a reconciliation: says that all differs, and lists nothing. */
const EMPTY_LIST = Buffer.from('6100000200', 'hex')

/** A frame of so many ranges of a second each, all of them told to differ: each has to be summed up. */
function manyRanges(count: number): Buffer {
  const from = Math.floor(Date.now() / 1_000) - 2 * count
  const parts = [Buffer.of(0x61), varint(1 + from), Buffer.of(0, 0)]
  for (let range = 0; range < count; range += 1) parts.push(Buffer.of(2, 0, 1), Buffer.alloc(16, 0xff))
  return Buffer.concat(parts)
}

/** Base 128, most significant digit first. */
function varint(value: number): Buffer {
  const digits = [value % 128]
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) digits.unshift(128 | (rest % 128))
  return Buffer.from(digits)
}

/** Questions and claims about history: what is cheap to ask and dear to answer. */
export function historyFloods(random: Random, held: Held): readonly FloodMaker[] {
  return [...idFloods(random, held), ...pageFloods(held), ...syncFloods(random, held)]
}

function idFloods(random: Random, held: Held): readonly FloodMaker[] {
  const known = Array.from({ length: 256 }, (_, index) => held.ids[index % held.ids.length]!)
  return [
    () => fresh(() => framed(wire.have, { ids: ids(random, 256) })),
    () => again(framed(wire.have, { ids: ids(random, 256) })),
    () => again(framed(wire.want, { ids: ids(random, 256) })),
    () => again(framed(wire.want, { ids: known })),
  ]
}

function pageFloods(held: Held): readonly FloodMaker[] {
  const pages = (room: string, limit: number): FloodMaker => {
    const beforeId = Buffer.alloc(32, 255)
    return () => again(framed(wire.page, { request: 1, room, beforeTime: 2 ** 52, beforeId, limit }))
  }
  return [
    pages(held.room, 200),
    pages(held.room, 1),
    pages('nobody.was.here', 200),
    () => again(framed(wire.pageend, { request: 1, count: 3, more: true })),
  ]
}

function syncFloods(random: Random, held: Held): readonly FloodMaker[] {
  let session = random.int(1_000) * 2 + 1
  const sync = (room: string, frame: Buffer): Buffer =>
    framed(wire.sync, { session: (session += 2), room, since: 0, until: Date.now(), frame })
  const hint = (): readonly [string, number, number, number] => [bytesOf(random, 12).toString('hex'), Date.now(), 0, 100_000]
  return [
    () => fresh(() => sync(held.room, EMPTY_LIST), 100),
    () =>
      fresh(
        (
          (frame) => () =>
            sync(held.room, frame)
        )(manyRanges(1_000)),
        4,
      ),
    () => fresh(() => sync(bytesOf(random, 8).toString('hex'), EMPTY_LIST), 100),
    () => fresh(() => framed(wire.rooms, { rooms: Array.from({ length: 128 }, hint) }), 4),
  ]
}
