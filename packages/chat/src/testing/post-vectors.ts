/**
 * tooling/interop/vectors/posts.json: posts right and wrong, for every implementation to check itself against. The same in every run:
 * keys follow from names, Ed25519 signatures from key and message. Facts: docs/chat.md, *Post*.
 */
import { hash } from 'node:crypto'
import type { Signer } from '../post/post.ts'
import { EIGHTH, FreeSigner, L, NEUTRAL, bytesOf, littleEndian } from './free-signer.ts'
import { privateRoomBody, roomOf } from './private-room-body.ts'
import type { PrivateRoomParts } from './private-room-body.ts'
import { SeededSigner } from './seeded-signer.ts'

const PARTS = ['version', 'author', 'room', 'kind', 'time', 'parents', 'body'] as const
type Part = (typeof PARTS)[number]

export interface PostVector {
  readonly name: string
  /** `malformed`: refused before any signature is looked at; `forged`: a signature or room proof does not hold. */
  readonly verdict: 'valid' | 'malformed' | 'forged'
  /** What is wrong with a malformed one, as `PostFlaw` calls it. */
  readonly flaw?: string
  /** Whose key signed it, where that is one of `keys`. */
  readonly signer?: string
  /** Hex; the post is all of them one after the other. */
  readonly parts: Readonly<Record<string, string>>
  /** SHA-256 of the post, hex. */
  readonly id: string
}

export interface PostVectors {
  readonly about: string
  /** Public keys by name, hex. */
  readonly keys: Readonly<Record<string, string>>
  readonly posts: readonly PostVector[]
}

const NAMES = ['ann', 'bob', 'room', 'other room'] as const
const KEYS = Object.fromEntries(NAMES.map((name) => [name, new SeededSigner(name)])) as Record<
  (typeof NAMES)[number],
  SeededSigner
>
const TIME = 1_795_000_000_123n
const P = 2n ** 255n - 19n
const HEX_ID = '00112233445566778899aabbccddeeff'.repeat(2)

type Bytes = Partial<Record<Part, Buffer>>

interface Change {
  readonly room?: string
  readonly kind?: number
  readonly time?: bigint
  readonly parents?: number
  readonly body?: string
  /** In place of the encoding of the fields above. */
  readonly bytes?: Bytes
  /** @default ann */
  readonly signer?: Signer
  /** Of the good signature. */
  readonly signature?: (good: Buffer, unsigned: Buffer) => Buffer
  /** After the signature. */
  readonly over?: Buffer
}

function varInt(value: number): Buffer {
  return value < 0xfd ? Buffer.of(value) : Buffer.of(0xfd, value & 0xff, value >> 8)
}

function string(text: string | Buffer): Buffer {
  const bytes = Buffer.from(text)
  return Buffer.concat([varInt(bytes.length), bytes])
}

function encode(change: Change, signer: Signer): Record<Part, Buffer> {
  const time = Buffer.alloc(8)
  time.writeBigUInt64LE(change.time ?? TIME)
  const parents = Array.from({ length: change.parents ?? 0 }, (_, index) => hash('sha256', `parent ${index}`, 'buffer'))
  return {
    version: Buffer.of(1),
    author: signer.key,
    room: string(change.room ?? 'dchat'),
    kind: Buffer.of(change.kind ?? 0),
    time,
    parents: Buffer.concat([varInt(parents.length), ...parents]),
    body: string(change.body ?? 'hello'),
    ...change.bytes,
  }
}

function vector(name: string, verdict: PostVector['verdict'], change: Change & { flaw?: string } = {}): PostVector {
  const signer = change.signer ?? KEYS.ann
  const parts: Record<string, Buffer> = encode(change, signer)
  const unsigned = Buffer.concat(Object.values(parts))
  const good = signer.sign(Buffer.concat([Buffer.from('dchat.post.v1\0'), unsigned]))
  parts['signature'] = change.signature?.(good, unsigned) ?? good
  if (change.over !== undefined) parts['over'] = change.over
  const known = NAMES.find((key) => KEYS[key] === signer)
  return {
    name,
    verdict,
    ...(change.flaw === undefined ? {} : { flaw: change.flaw }),
    ...(known === undefined ? {} : { signer: known }),
    parts: Object.fromEntries(Object.entries(parts).map(([part, bytes]) => [part, bytes.toString('hex')])),
    id: hash('sha256', Buffer.concat(Object.values(parts))),
  }
}

const malformed = (name: string, flaw: string, change: Change): PostVector => vector(name, 'malformed', { ...change, flaw })

function inRoom(parts: Partial<PrivateRoomParts> = {}, key: Signer = KEYS.room): Change {
  const body = privateRoomBody(key, {
    author: KEYS.ann.key,
    time: TIME,
    nonce: Buffer.alloc(24, 1),
    ciphertext: Buffer.alloc(272, 2),
    ...parts,
  })
  return { room: roomOf(KEYS.room), kind: 17, body }
}

function valid(): PostVector[] {
  const of = (name: string, change: Change): PostVector => vector(name, 'valid', change)
  return [
    of('a text', {}),
    of('an empty text', { body: '' }),
    of('a text of all sorts: NUL, newline, byte order mark, characters beyond the BMP', { body: '\u0000\n\ufeffé日😀' }),
    of('a text with 8 parents', { parents: 8 }),
    of('a text in a room with a name of 64 bytes', { room: 'x'.repeat(64) }),
    of('a text in the room p', { room: 'p' }),
    of('a text by another', { signer: KEYS.bob }),
    of('a text of 1970', { time: 0n }),
    of('a text of the largest time: well-formed, too early to be taken', { time: 2n ** 64n - 1n }),
    of('the longest post', { room: 'y'.repeat(64), parents: 8, body: 'z'.repeat(8192) }),
    of('an action', { kind: 1, body: 'waves' }),
    of('a profile', { room: '', kind: 2, body: 'ann' }),
    of('a profile with a nick of 32 characters of 4 bytes', { room: '', kind: 2, body: '😀'.repeat(32) }),
    of('a topic', { kind: 3, body: 'All about dchat' }),
    of('an empty topic', { kind: 3, body: '' }),
    of('a retraction', { kind: 4, body: HEX_ID }),
    of('a box key', { room: '', kind: 5, body: HEX_ID }),
    of('a kind nobody knows', { kind: 200, body: 'anything' }),
    of('a direct message', { room: '_dm', kind: 16, body: Buffer.alloc(32 + 272, 3).toString('base64url') }),
    of('a direct message of two bytes', { room: '_dm', kind: 16, body: 'AAA' }),
    of('a direct message with nothing in it', { room: '_dm', kind: 16, body: '' }),
    of('a post of a private room', inRoom()),
    of('a post of a private room with the shortest ciphertext', inRoom({ ciphertext: Buffer.alloc(16, 2) })),
  ]
}

function wrongLayout(): PostVector[] {
  const bytes = (name: string, change: Bytes): PostVector => malformed(name, 'bytes', { bytes: change })
  return [
    malformed('version 0', 'version', { bytes: { version: Buffer.of(0) } }),
    malformed('version 2', 'version', { bytes: { version: Buffer.of(2) } }),
    bytes('a VarInt of 3 bytes for a room of 5', { room: Buffer.from('fd05006463686174', 'hex') }),
    bytes('a VarInt of 3 bytes for no parents', { parents: Buffer.from('fd0000', 'hex') }),
    bytes('a VarInt of 5 bytes for a body of 5', { body: Buffer.from('fe0500000068656c6c6f', 'hex') }),
    bytes('more parents than bytes', { parents: Buffer.of(0xfc) }),
    bytes('a body longer than the post', { body: Buffer.from('ffffffffffffffffff', 'hex') }),
    bytes('a room that is no UTF-8', { room: Buffer.from('01ff', 'hex') }),
    bytes('a body with an overlong character', { body: Buffer.from('02c080', 'hex') }),
    bytes('a body with a surrogate', { body: Buffer.from('03eda080', 'hex') }),
    bytes('a body with a character cut short', { body: Buffer.from('02e697', 'hex') }),
    malformed('a byte more', 'bytes', { over: Buffer.of(0) }),
    malformed('a byte less', 'bytes', { signature: (good) => good.subarray(0, 63) }),
    malformed('no signature', 'bytes', { signature: () => Buffer.alloc(0) }),
    malformed('9 parents', 'parents', { parents: 9 }),
    malformed('a body of 8,193 bytes', 'body length', { body: 'z'.repeat(8193) }),
  ]
}

function wrongRooms(): PostVector[] {
  const room = roomOf(KEYS.room)
  const names = [
    'Dchat',
    'd chat',
    'dchät',
    'x'.repeat(65),
    '_',
    '_x',
    '_dm2',
    'p.',
    'p.x',
    room.slice(0, -1),
    `${room}0`,
    'p.' + 'g'.repeat(40),
  ]
  const kinds: readonly (readonly [string, number, string])[] = [
    ['', 0, 'hello'],
    ['', 4, HEX_ID],
    ['', 16, ''],
    ['dchat', 2, 'ann'],
    ['dchat', 5, HEX_ID],
    ['dchat', 16, ''],
    ['dchat', 17, inRoom().body!],
    ['_dm', 0, 'hello'],
    ['_dm', 17, inRoom().body!],
    ['_dm', 200, ''],
    [room, 0, 'hello'],
    [room, 16, ''],
    [room, 200, ''],
  ]
  return [
    ...names.map((name) => malformed(`a room with the name ${name}`, 'room', { room: name })),
    ...kinds.map(([name, kind, body]) =>
      malformed(`kind ${kind} in ${name === '' ? 'the empty room' : name}`, 'room kind', { room: name, kind, body }),
    ),
  ]
}

function wrongBodies(): PostVector[] {
  const nick = (name: string, body: string): PostVector => malformed(`a nick ${name}`, 'body', { room: '', kind: 2, body })
  const sealed = (name: string, body: string): PostVector =>
    malformed(`a direct message ${name}`, 'body', { room: '_dm', kind: 16, body })
  return [
    nick('of no characters', ''),
    nick('of 33 characters', 'x'.repeat(33)),
    nick('of 33 characters of 4 bytes', '😀'.repeat(33)),
    ...['\u0000', '\u001f', '\u007f', '\u0080', '\u009f'].map((control) => nick(`with U+${hex4(control)}`, `a${control}b`)),
    malformed('a retraction in capitals', 'body', { kind: 4, body: HEX_ID.toUpperCase() }),
    malformed('a retraction of half an id', 'body', { kind: 4, body: HEX_ID.slice(32) }),
    malformed('a retraction of nothing', 'body', { kind: 4, body: '' }),
    malformed('a box key that is no hex', 'body', { room: '', kind: 5, body: HEX_ID.replace('a', 'g') }),
    sealed('with padding', 'AAA='),
    sealed('in the other base64', 'AA+/'),
    sealed('with a space', 'AAAA AAAA'),
    sealed('of one digit', 'A'),
    sealed('with bits left over in its last digit', 'AAB'),
  ]
}

function hex4(character: string): string {
  return character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')
}

function wrongKeys(): PostVector[] {
  const points = Array.from({ length: 8 }, (_, index) => Buffer.from(EIGHTH.multiplyUnsafe(BigInt(index)).toBytes()))
  const others = [1n + 2n ** 255n, P - 1n + 2n ** 255n, P, P + 2n ** 255n, P + 1n, P + 3n, 2n ** 255n - 1n, 2n ** 256n - 1n].map(
    bytesOf,
  )
  return [
    ...points.map((author, index) =>
      malformed(`a key of small order: ${index} times one of order 8`, 'author', { bytes: { author } }),
    ),
    ...others.map((author) => malformed(`a key in another form: ${author.toString('hex')}`, 'author', { bytes: { author } })),
    vector('a key that is no point of the curve', 'forged', { bytes: { author: Buffer.alloc(32, 2) } }),
  ]
}

/** A post by a key with a part of small order whose equation holds without the cofactor, or holds only with it. */
function torsion(holds: boolean): PostVector {
  for (let r = 1n; ; r += 1n) {
    const signer = new FreeSigner({ torsion: EIGHTH, r })
    const name = `a key with a part of small order, the equation holds ${holds ? 'without' : 'only with'} the cofactor`
    const made = vector(name, holds ? 'valid' : 'forged', { signer })
    if ((signer.challenge % 8n === 0n) === holds) return made
  }
}

function signatures(): PostVector[] {
  const odd = (name: string, choice: { commitment: typeof NEUTRAL; written?: Buffer }): PostVector =>
    malformed(name, 'signature', { signer: new FreeSigner({ torsion: NEUTRAL, r: 0n, ...choice }) })
  const raised = (good: Buffer): Buffer => Buffer.concat([good.subarray(0, 32), bytesOf(littleEndian(good.subarray(32)) + L)])
  return [
    torsion(true),
    torsion(false),
    malformed('S is L too large', 'signature', { signature: raised }),
    malformed('S is 2^256 - 1', 'signature', {
      signature: (good) => Buffer.concat([good.subarray(0, 32), Buffer.alloc(32, 0xff)]),
    }),
    odd('R is the neutral point, the equation holds', { commitment: NEUTRAL }),
    odd('R is of order 8', { commitment: EIGHTH }),
    odd('R is the neutral point in another form', { commitment: NEUTRAL, written: bytesOf(P + 1n) }),
    vector('signed by another', 'forged', { bytes: { author: KEYS.bob.key } }),
    vector('signed without the words before', 'forged', { signature: (_, unsigned) => KEYS.ann.sign(unsigned) }),
    vector('signed with other words before', 'forged', {
      signature: (_, unsigned) => KEYS.ann.sign(Buffer.concat([Buffer.from('dchat.post.v1'), unsigned])),
    }),
    vector('the signature of another post', 'forged', {
      signature: (good, unsigned) => KEYS.ann.sign(Buffer.concat([good, unsigned])),
    }),
  ]
}

function roomProofs(): PostVector[] {
  const weak: Signer = { key: bytesOf(1n), sign: () => Buffer.concat([EIGHTH.toBytes(), bytesOf(0n)]) }
  const flawed = (name: string, change: Change): PostVector => malformed(`a room proof ${name}`, 'room proof', change)
  const forged = (name: string, parts: Partial<PrivateRoomParts>): PostVector =>
    vector(`a room proof ${name}`, 'forged', inRoom(parts))
  return [
    flawed('by the key of another room', inRoom({}, KEYS['other room'])),
    flawed('by a key of small order that yields the room', { ...inRoom({}, weak), room: roomOf(weak) }),
    flawed('over a ciphertext of 15 bytes', inRoom({ ciphertext: Buffer.alloc(15) })),
    flawed('with nothing after the key', { ...inRoom(), body: KEYS.room.key.toString('base64url') }),
    flawed('with an S of 2^256 - 1', inRoom({ signature: Buffer.concat([KEYS.room.key, Buffer.alloc(32, 0xff)]) })),
    forged('signed by another', { signature: KEYS.bob.sign(Buffer.alloc(1)) }),
    forged('made for another author', { author: KEYS.bob.key }),
    forged('made for another time', { time: TIME + 1n }),
    vector('a good room proof, signed by another author', 'forged', {
      ...inRoom(),
      bytes: { author: KEYS.ann.key },
      signer: KEYS.bob,
    }),
  ]
}

/** What the file holds. */
export function postVectors(): PostVectors {
  return {
    about:
      'Posts of docs/chat.md, right and wrong, with each part named. A post is the hex of its parts one after the other. Private keys: the ' +
      'Ed25519 seed is SHA-256 of "dchat test key " and the name; posts without a signer need other arithmetic. Malformed ones are signed ' +
      'well, so that nothing else is wrong with them. Made by packages/chat/src/testing/post-vectors.ts.',
    keys: Object.fromEntries(NAMES.map((name) => [name, KEYS[name].key.toString('hex')])),
    posts: [...valid(), ...wrongLayout(), ...wrongRooms(), ...wrongBodies(), ...wrongKeys(), ...signatures(), ...roomProofs()],
  }
}
