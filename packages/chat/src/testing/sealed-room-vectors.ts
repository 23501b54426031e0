/** Private rooms of tooling/interop/vectors/sealed.json: keys, bodies, certificates. Facts: docs/chat.md, *Encrypted kinds*, Private room. */
import { hash, hkdfSync } from 'node:crypto'
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js'
import { identityOfSeed } from '../identity/identity.ts'
import type { InnerMessage } from '../sealed/inner-message.ts'
import { FreeSigner, L, NEUTRAL, bytesOf, littleEndian } from './free-signer.ts'
import { roomOf } from './private-room-body.ts'
import { BAD_INNER, HELLO, KEYS, TIME, hexOf, inner, secretOf, turned, u64 } from './sealed-parts.ts'
import type { Hex, KeyName, Verdict } from './sealed-parts.ts'

const ROOMS = ['garden', 'cellar'] as const
type RoomName = (typeof ROOMS)[number]

export interface RoomVector {
  readonly name: RoomName
  readonly secret: Hex
  /** Of the room's signing key. */
  readonly seed: Hex
  readonly content_key: Hex
  readonly public_key: Hex
  readonly id: string
}

export interface RoomBodyVector {
  readonly name: string
  readonly verdict: Verdict
  readonly room: RoomName
  readonly author: KeyName
  readonly time: number
  readonly kind?: number
  readonly text?: string
  readonly steps?: Readonly<Record<string, Hex>>
  /** base64url. */
  readonly body: string
}

export interface MemberVector {
  readonly name: string
  readonly verdict: Verdict
  readonly room: RoomName
  readonly author: KeyName
  /** Who vouches, where somebody does. */
  readonly identity?: KeyName
  /** What the identity signs. */
  readonly message?: Hex
  readonly text: string
}

const AUTHOR = 'ann in the garden'
/** Of Ed25519 (RFC 8032, 5.1): the R of r = 1. */
const BASE_POINT = `58${'66'.repeat(31)}`

function keysOf(name: RoomName) {
  const secret = secretOf(`room ${name}`)
  const derive = (info: string): Buffer => Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), info, 32))
  const seed = derive('dchat.room.sign')
  const signer = identityOfSeed(seed)
  return { secret, seed, contentKey: derive('dchat.room.key'), signer, id: roomOf(signer) }
}

const KEYS_OF = { garden: keysOf('garden'), cellar: keysOf('cellar') }

/** What follows from secrets. */
export function roomVectors(): RoomVector[] {
  return ROOMS.map((name) => {
    const { secret, seed, contentKey, signer, id } = KEYS_OF[name]
    const parts = hexOf({ secret, seed, content_key: contentKey, public_key: signer.key })
    return { name, id, ...parts } as unknown as RoomVector
  })
}

interface Made {
  readonly plain: Buffer
  readonly time?: number
  readonly contentKey?: Buffer
  readonly aad?: Buffer
  readonly signer?: RoomName
}

/** The steps of a body in the garden, which the last four make up. */
function seal(name: string, made: Made): Record<string, Buffer> {
  const { plain, time = TIME, contentKey = KEYS_OF.garden.contentKey, signer = 'garden' } = made
  const author = KEYS[AUTHOR].key
  const nonce = hash('sha256', `dchat test nonce ${name}`, 'buffer').subarray(0, 24)
  const aad = made.aad ?? Buffer.concat([author, u64(time), Buffer.from(KEYS_OF.garden.id)])
  const ciphertext = Buffer.from(xchacha20poly1305(contentKey, nonce, aad).encrypt(plain))
  const message = Buffer.concat([Buffer.from('dchat.room.v1\0'), author, u64(time), nonce, ciphertext])
  const { signer: key } = KEYS_OF[signer]
  return { inner: plain, aad, message, public_key: key.key, signature: key.sign(message), nonce, ciphertext }
}

function bodyOf({ public_key: key, signature, nonce, ciphertext }: Record<string, Buffer>): Buffer {
  return Buffer.concat([key!, signature!, nonce!, ciphertext!])
}

function opens(name: string, { kind, text }: InnerMessage, time = TIME): RoomBodyVector {
  const steps = seal(name, { plain: inner(kind, text), time })
  const body = bodyOf(steps).toString('base64url')
  return { name, verdict: 'opens', room: 'garden', author: AUTHOR, time, kind, text, steps: hexOf(steps), body }
}

function refused(name: string, bytes: Buffer, read: Partial<RoomBodyVector> = {}): RoomBodyVector {
  return { name, verdict: 'refused', room: 'garden', author: AUTHOR, time: TIME, body: bytes.toString('base64url'), ...read }
}

/** Posts of kind 17 in the garden; the first is the one that changes are made to. */
export function roomBodyVectors(): RoomBodyVector[] {
  const plain = inner(0, 'hello')
  const good = bodyOf(seal('a text', { plain }))
  const made = (name: string, change: Partial<Made>): RoomBodyVector =>
    refused(name, bodyOf(seal('a text', { plain, ...change })))
  const rightHex = memberText('ann', messageOf('garden', AUTHOR))
  return [
    opens('a text', HELLO),
    opens('a topic, in 1970', { kind: 3, text: 'Bééts 😀' }, 0),
    opens('a member', { kind: 32, text: rightHex }),
    opens('a rekey', { kind: 33, text: KEYS_OF.cellar.id }),
    opens('a text of the middle size', { kind: 0, text: 'x'.repeat(1020) }),
    opens('the longest text', { kind: 0, text: 'x'.repeat(4092) }),
    refused('read with the keys of another room', good, { room: 'cellar' }),
    refused('signed anew by another author', good, { author: 'bob in the garden' }),
    refused('at another time', good, { time: TIME + 1 }),
    made('with the content key of another room', { contentKey: KEYS_OF.cellar.contentKey }),
    made('with another proof', { signer: 'cellar' }),
    made('without aad', { aad: Buffer.alloc(0) }),
    made('bound to another room', { aad: Buffer.concat([KEYS[AUTHOR].key, u64(TIME), Buffer.from(KEYS_OF.cellar.id)]) }),
    refused('the signature changed', turned(good, 40)),
    refused('the nonce changed', turned(good, 96)),
    refused('the ciphertext changed', turned(good, 120)),
    refused('the tag changed', turned(good, -1)),
    refused('a byte less', good.subarray(0, -1)),
    refused('a byte more', Buffer.concat([good, Buffer.of(0)])),
    refused('as long as the next size', Buffer.concat([good, Buffer.alloc(768)])),
    refused('the proof alone', good.subarray(0, 96)),
    ...BAD_INNER.map(([what, bad]) => made(`an inner message ${what}`, { plain: bad })),
  ]
}

function messageOf(room: RoomName, author: KeyName): Buffer {
  return Buffer.concat([Buffer.from('dchat.member.v1\0'), Buffer.from(KEYS_OF[room].id), KEYS[author].key])
}

function memberText(identity: KeyName, message: Buffer): string {
  return Buffer.concat([KEYS[identity].key, KEYS[identity].sign(message)]).toString('hex')
}

/** Certificates of who writes in the garden. */
export function memberVectors(): MemberVector[] {
  const message = messageOf('garden', AUTHOR)
  const good = memberText('ann', message)
  const of = (name: string, text: string, read: Partial<MemberVector> = {}): MemberVector => {
    return { name, verdict: 'refused', room: 'garden', author: AUTHOR, text, ...read }
  }
  const s = littleEndian(Buffer.from(good.slice(128), 'hex'))
  const neutral = bytesOf(1n).toString('hex')
  const ofNeutral = new FreeSigner({ torsion: NEUTRAL, r: 0n, commitment: NEUTRAL })
  return [
    of('by ann', good, { verdict: 'opens', identity: 'ann', message: message.toString('hex') }),
    of('in another room', good, { room: 'cellar' }),
    of('for another author', good, { author: 'bob in the garden' }),
    of('with another identity in it', KEYS.bob.key.toString('hex') + good.slice(64)),
    of('signed without the words before', memberText('ann', message.subarray(16))),
    of('with an S that is L too large', good.slice(0, 128) + bytesOf(s + L).toString('hex')),
    of('by a key of small order, one signature of which holds for anything', neutral + BASE_POINT + bytesOf(1n).toString('hex')),
    of('with an R of small order, the equation holds', Buffer.concat([ofNeutral.key, ofNeutral.sign(message)]).toString('hex')),
    of('by a key that is no point of the curve', '02'.repeat(32) + good.slice(64)),
    of('in capitals', good.toUpperCase()),
    of('a byte less', good.slice(0, -2)),
    of('a byte more', `${good}00`),
    of('nothing', ''),
  ]
}

export const GARDEN = KEYS_OF.garden
