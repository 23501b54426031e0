/** Direct messages of tooling/interop/vectors/sealed.json, each with the steps of RFC 9180. Facts: docs/chat.md, *Encrypted kinds*. */
import { createPrivateKey, createPublicKey } from 'node:crypto'
import { HPKE } from '../sealed/box-key.ts'
import type { InnerMessage } from '../sealed/inner-message.ts'
import { BAD_INNER, HELLO, KEYS, TIME, hexOf, inner, secretOf, turned, u64 } from './sealed-parts.ts'
import type { Hex, KeyName, Verdict } from './sealed-parts.ts'

export interface DirectVector {
  readonly name: string
  readonly verdict: Verdict
  readonly author: KeyName
  readonly time: number
  readonly recipient: KeyName
  /** Of the box key that it is tried with: X25519, 32 bytes. */
  readonly box_secret: Hex
  /** How it was made, of what opens. */
  readonly kind?: number
  readonly text?: string
  /** In the order in which they are come by; `ephemeral_material` is what DeriveKeyPair is given. */
  readonly steps?: Readonly<Record<string, Hex>>
  /** base64url. */
  readonly body: string
}

const INFO = Buffer.from('dchat.dm.v1')
const X25519_PKCS8 = Buffer.from('302e020100300506032b656e04220420', 'hex')

interface Made {
  readonly plain: Buffer
  readonly author?: KeyName
  readonly recipient?: KeyName
  readonly time?: number
  readonly info?: Buffer
  readonly aad?: Buffer
}

function publicOf(boxSecret: Buffer): Buffer {
  const key = createPrivateKey({ key: Buffer.concat([X25519_PKCS8, boxSecret]), format: 'der', type: 'pkcs8' })
  return createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32)
}

/** The steps of a message to bob's box key, the last of which is the ciphertext. */
async function seal(name: string, made: Made): Promise<Record<string, Buffer>> {
  const { plain, author = 'ann', recipient = 'bob', time = TIME, info = INFO } = made
  const boxKey = publicOf(secretOf('box of bob'))
  const material = secretOf(`ephemeral of ${name}`)
  const ekm = new Uint8Array(material).buffer
  const recipientPublicKey = await HPKE.kem.deserializePublicKey(boxKey)
  const { privateKey } = await HPKE.kem.deriveKeyPair(ekm)
  const { enc, sharedSecret } = await HPKE.kem.encap({ recipientPublicKey, ekm })
  const aad = made.aad ?? Buffer.concat([KEYS[author].key, u64(time), KEYS[recipient].key])
  const { ct } = await HPKE.seal({ recipientPublicKey, info, ekm }, plain, aad)
  return {
    box_key: boxKey,
    ephemeral_material: material,
    ephemeral_secret: Buffer.from(await HPKE.kem.serializePrivateKey(privateKey)),
    enc: Buffer.from(enc),
    shared_secret: Buffer.from(sharedSecret),
    ...(await schedule(Buffer.from(sharedSecret), info)),
    inner: plain,
    aad,
    ciphertext: Buffer.from(ct),
  }
}

/** The key schedule of RFC 9180, 5.1, which the library keeps to itself, by its functions of labels. */
async function schedule(sharedSecret: Buffer, info: Buffer): Promise<Record<string, Buffer>> {
  const { kdf } = HPKE
  const none = Buffer.alloc(0)
  const extract = async (salt: Buffer, label: string, of: Buffer): Promise<Buffer> =>
    Buffer.from(await kdf.labeledExtract(salt, Buffer.from(label), of))
  const expand = async (label: string, of: Buffer, length: number): Promise<Buffer> =>
    Buffer.from(await kdf.labeledExpand(secret, Buffer.from(label), of, length))
  const context = Buffer.concat([Buffer.of(0), await extract(none, 'psk_id_hash', none), await extract(none, 'info_hash', info)])
  const secret = await extract(sharedSecret, 'secret', none)
  return {
    key_schedule_context: context,
    secret,
    key: await expand('key', context, 32),
    base_nonce: await expand('base_nonce', context, 12),
  }
}

const bodyOf = ({ enc, ciphertext }: Record<string, Buffer>): string => Buffer.concat([enc!, ciphertext!]).toString('base64url')

async function opens(name: string, { kind, text }: InnerMessage, change: Partial<Made> = {}): Promise<DirectVector> {
  const steps = await seal(name, { plain: inner(kind, text), ...change })
  return {
    name,
    verdict: 'opens',
    author: change.author ?? 'ann',
    time: change.time ?? TIME,
    recipient: 'bob',
    box_secret: secretOf('box of bob').toString('hex'),
    kind,
    text,
    steps: hexOf(steps),
    body: bodyOf(steps),
  }
}

async function refused(name: string, read: Partial<DirectVector>, change: Partial<Made> = {}): Promise<DirectVector> {
  return {
    name,
    verdict: 'refused',
    author: 'ann',
    time: TIME,
    recipient: 'bob',
    box_secret: secretOf('box of bob').toString('hex'),
    body: read.body ?? bodyOf(await seal('a text', { plain: inner(0, 'hello'), ...change })),
    ...read,
  }
}

/** Changed bytes of the first message. */
async function changed(): Promise<DirectVector[]> {
  const good = Buffer.from(bodyOf(await seal('a text', { plain: inner(0, 'hello') })), 'base64url')
  const of = (name: string, bytes: Buffer): Promise<DirectVector> => refused(name, { body: bytes.toString('base64url') })
  const smallOrder = [
    '00'.repeat(32),
    `01${'00'.repeat(31)}`,
    `ec${'ff'.repeat(30)}7f`,
    `ed${'ff'.repeat(30)}7f`,
    `ee${'ff'.repeat(30)}7f`,
  ]
  return Promise.all([
    of('the ephemeral key changed', turned(good, 0)),
    of('the highest bit of the ephemeral key, which X25519 does not look at, turned', turned(good, 31, 0x80)),
    of('the ciphertext changed', turned(good, 100)),
    of('the tag changed', turned(good, -1)),
    of('a byte less', good.subarray(0, -1)),
    of('a byte more', Buffer.concat([good, Buffer.of(0)])),
    of('as long as the next size', Buffer.concat([good, Buffer.alloc(768)])),
    of('the ephemeral key alone', good.subarray(0, 32)),
    of('nothing', Buffer.alloc(0)),
    ...smallOrder.map((hex) =>
      of(`an ephemeral key of small order: ${hex}`, Buffer.concat([Buffer.from(hex, 'hex'), good.subarray(32)])),
    ),
  ])
}

/** All of them; the first is the one that changes are made to. */
export async function directVectors(): Promise<DirectVector[]> {
  return [
    await opens('a text', HELLO),
    await opens('an action by another, in 1970', { kind: 1, text: 'wavés 😀' }, { author: 'eve', time: 0 }),
    await opens('the longest text of the smallest size', { kind: 0, text: 'x'.repeat(252) }),
    await opens('a text of the middle size', { kind: 0, text: 'x'.repeat(253) }),
    await opens('the longest text', { kind: 0, text: 'x'.repeat(4092) }),
    await refused('tried with another box key', { box_secret: secretOf('box of eve').toString('hex') }),
    await refused('for another identity that has the box key', { recipient: 'eve' }),
    await refused('signed anew by another author', { author: 'eve' }),
    await refused('at another time', { time: TIME + 1 }),
    await refused('passed back by its recipient', { author: 'bob', recipient: 'ann' }),
    await refused('made with another info', {}, { info: Buffer.from('dchat.dm.v2') }),
    await refused('made without aad', {}, { aad: Buffer.alloc(0) }),
    ...(await changed()),
    ...(await Promise.all(BAD_INNER.map(([what, plain]) => refused(`an inner message ${what}`, {}, { plain })))),
  ]
}
