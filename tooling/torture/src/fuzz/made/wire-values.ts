/** Messages, frames and addresses, as nodes that keep the rules write them. Wire: docs/wire.md; docs/chat.md, *Commands*. */
import { isDeepStrictEqual } from 'node:util'
import * as chat from '@dchat/chat'
import { ping, pong } from '@dchat/net'
import type { MessageType } from '@dchat/net'
import { PacketReader, TRANSCRIPT_MESSAGES, addr, getaddr, verack, version } from '@dchat/net/internal'
import { MAGIC, messageFrame } from '@dchat/net/testing'
import { canonicalUrl, decodeExact, encodeToBytes, parseUrl } from '@dchat/serial'
import fc from 'fast-check'
import type { FuzzJob } from '../fuzz-job.ts'
import { must } from '../fuzz-target.ts'
import { madeJob } from './made-values.ts'

const text = fc.string({ unit: 'grapheme', maxLength: 40 })
const u16 = fc.nat(0xffff)
const u32 = fc.nat(0xffff_ffff)
const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
const time = fc.maxSafeNat()
const id = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes))
const bytes = (maxLength: number): fc.Arbitrary<Buffer> => fc.uint8Array({ maxLength }).map((each) => Buffer.from(each))

const scheme = fc.constantFrom('tcp', 'tcp+tls', 'tor', 'tor+tls', 'nym', 'nym+tls', 'socks5')
const host = fc.oneof(
  fc.ipV4(),
  fc.domain({ size: '-1' }),
  fc.ipV6().map((ip) => `[${ip}]`),
)
const endpoint = fc.record({ scheme, host, port: u16 })
const url = endpoint.map((each) => canonicalUrl(`${each.scheme}://${each.host}:${each.port}`))
const semver = fc.record({
  major: u64,
  minor: u64,
  patch: u64,
  pre: fc.constantFrom('', 'rc.1'),
  build: fc.constantFrom('', '5.x-y'),
})

/** A command, and values that fit its limit. */
type Values = readonly [type: MessageType<unknown>, values: fc.Arbitrary<unknown>]

const VALUES: readonly Values[] = [
  [
    version,
    fc.record({
      nodeId: text,
      appName: text,
      version: semver,
      timestamp: u64,
      connectRecvAddr: url,
      resolveRecvAddr: fc.option(url),
      extSendAddr: fc.array(url, { maxLength: 5 }),
      features: fc.array(fc.tuple(text, u32), { maxLength: 3 }),
    }),
  ],
  [verack, fc.record({ appVersion: semver, appName: fc.string({ maxLength: 20 }) })],
  [ping, fc.record({ nonce: u16 })],
  [pong, fc.record({ nonce: u16 })],
  [getaddr, fc.record({ max: u32, transports: fc.array(scheme, { maxLength: 4 }) })],
  [addr, fc.record({ addrs: fc.array(fc.tuple(url, u64), { maxLength: 20 }) })],
  [
    TRANSCRIPT_MESSAGES.find(({ name }) => name === 'DchatMsg')!,
    fc.record({ msg: fc.string({ unit: 'grapheme', maxLength: 200 }) }),
  ],
  [chat.postMessage, bytes(300)],
  [chat.haveMessage, fc.array(id, { maxLength: 9 })],
  [chat.wantMessage, fc.array(id, { maxLength: 9 })],
  [chat.roomsMessage, fc.array(fc.record({ room: text, newest: time, low: time, posts: u32 }), { maxLength: 9 })],
  [
    chat.pageMessage,
    fc.record({ request: u32, room: fc.stringMatching(/^[a-z0-9._-]{0,64}$/), before: fc.record({ time, id }), limit: u16 }),
  ],
  [chat.pageEndMessage, fc.record({ request: u32, count: u16, more: fc.boolean() })],
  [chat.syncMessage, fc.record({ session: u32, room: text, since: time, until: time, frame: bytes(300) })],
]

const said = fc.oneof(...VALUES.map(([type, values]) => values.map((value) => ({ type, value }))))
/** What a command's limit lets pass. */
const sayable = said.filter(({ type, value }) => encodeToBytes(type.codec, value).length <= type.maxBytes)

const messages = fc.property(said, ({ type, value }) => {
  const encoded = encodeToBytes(type.codec, value)
  must(isDeepStrictEqual(plain(decodeExact(type.codec, encoded)), plain(value)), `${type.name} comes back as another value`)
})

/** Objects of fast-check have no prototype. */
function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value
  if (Array.isArray(value)) return value.map(plain)
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each)]))
}

const TYPES = VALUES.map(([type]) => type)

const frames = fc.property(
  fc.array(sayable, { maxLength: 6 }),
  fc.array(fc.nat(400), { minLength: 1, maxLength: 40 }),
  (list, cuts) => {
    const stream = Buffer.concat(list.map(({ type, value }) => messageFrame(type as MessageType<unknown>, value)))
    const heard: unknown[] = []
    const reader = new PacketReader(MAGIC, {
      targets: TYPES,
      unknown: (command) => must(false, `${command} is unknown`),
      open: ({ maxBytes }, length) => length <= maxBytes,
      deliver: (type, chunk, { start, end }) =>
        heard.push([type.name, plain(decodeExact(type.codec, chunk.subarray(start, end)))]) > 0,
    })
    for (let at = 0, turn = 0; at < stream.length; turn += 1) {
      const end = at + 1 + cuts[turn % cuts.length]!
      reader.push(Buffer.from(stream.subarray(at, end)))
      at = end
    }
    must(!reader.isInsideFrame, 'a frame has not ended')
    must(
      isDeepStrictEqual(
        heard,
        list.map(({ type, value }) => [type.name, plain(value)]),
      ),
      'frames come back as others',
    )
  },
)

const endpoints = fc.property(endpoint, (made) => {
  const parsed = parseUrl(`${made.scheme.toUpperCase()}://${made.host}:${made.port}`)
  const isSame =
    parsed.scheme === made.scheme &&
    parsed.port === made.port &&
    (parsed.host?.startsWith('[') ?? false) === made.host.startsWith('[')
  must(isSame && parsed.path === '/', 'an address has other parts')
  must(parseUrl(parsed.canonical).canonical === parsed.canonical, 'an address has two canonical forms')
})

export const WIRE_VALUES: readonly FuzzJob[] = [
  madeJob('made-messages', 30, () => messages),
  madeJob('made-frames', 10, () => frames),
  madeJob('made-addresses', 20, () => endpoints),
]
