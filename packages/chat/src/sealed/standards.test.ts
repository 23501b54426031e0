/** The libraries beneath, as they are used here, against the vectors of RFC 9180 and draft-irtf-cfrg-xchacha. */
import { readFileSync } from 'node:fs'
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js'
import { describe, expect, test } from 'vitest'
import { HPKE, openBoxKey } from './box-key.ts'

interface Standards {
  readonly hpke: Readonly<Record<HpkeStep, string>> & {
    readonly encryptions: readonly { sequence: number; pt: string; aad: string; ct: string }[]
    readonly exports: readonly { exporter_context: string; L: number; exported_value: string }[]
  }
  readonly xchacha20poly1305: Readonly<Record<'plaintext' | 'aad' | 'key' | 'nonce' | 'ciphertext', string>>
}
type HpkeStep = 'info' | 'ikmE' | 'pkEm' | 'skEm' | 'ikmR' | 'pkRm' | 'skRm' | 'enc' | 'shared_secret'

const { hpke, xchacha20poly1305: xchacha } = JSON.parse(
  readFileSync(new URL('../../../../tooling/interop/vectors/sealed-standards.json', import.meta.url), 'utf8'),
) as Standards
const bytes = (hex: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(hex, 'hex'))
const hex = (of: ArrayBuffer | Uint8Array): string => Buffer.from(new Uint8Array(of)).toString('hex')

const recipientPublicKey = await HPKE.kem.deserializePublicKey(bytes(hpke.pkRm))
const ekm = bytes(hpke.ikmE).buffer
const { handles } = await openBoxKey(Buffer.from(hpke.skRm, 'hex'))
const info = bytes(hpke.info)

describe('RFC 9180, A.2.1', () => {
  test('names the suite that is used', () => {
    expect([HPKE.kem.id, HPKE.kdf.id, HPKE.aead.id]).toEqual([32, 1, 3])
  })

  test.each([
    ['E', hpke.ikmE, hpke.skEm, hpke.pkEm],
    ['R', hpke.ikmR, hpke.skRm, hpke.pkRm],
  ])('DeriveKeyPair of ikm%s', async (_, ikm, secret, publicKey) => {
    const pair = await HPKE.kem.deriveKeyPair(bytes(ikm))
    expect(hex(await HPKE.kem.serializePrivateKey(pair.privateKey))).toBe(secret)
    expect(hex(await HPKE.kem.serializePublicKey(pair.publicKey))).toBe(publicKey)
    expect((await openBoxKey(Buffer.from(secret, 'hex'))).publicKey.toString('hex')).toBe(publicKey)
  })

  test('Encap and Decap', async () => {
    const { enc, sharedSecret } = await HPKE.kem.encap({ recipientPublicKey, ekm })
    expect([hex(enc), hex(sharedSecret)]).toEqual([hpke.enc, hpke.shared_secret])
    expect(hex(await HPKE.kem.decap({ recipientKey: handles, enc: bytes(hpke.enc) }))).toBe(hpke.shared_secret)
  })

  test('each encryption, made and opened', async () => {
    const sender = await HPKE.createSenderContext({ recipientPublicKey, info, ekm })
    const recipient = await HPKE.createRecipientContext({ recipientKey: handles, enc: sender.enc, info })
    const last = Math.max(...hpke.encryptions.map(({ sequence }) => sequence))
    let compared = 0
    for (let sequence = 0; sequence <= last; sequence += 1) {
      const vector = hpke.encryptions.find((one) => one.sequence === sequence)
      const aad = bytes(vector?.aad ?? '')
      const ciphertext = await sender.seal(bytes(vector?.pt ?? ''), aad)
      const text = await recipient.open(ciphertext, aad)
      if (vector === undefined) continue
      expect([hex(ciphertext), hex(text)]).toEqual([vector.ct, vector.pt])
      compared += 1
    }
    expect(compared).toBe(6)
  })

  test('the first encryption in one step, as messages are', async () => {
    const [{ pt, aad, ct }] = hpke.encryptions as [Standards['hpke']['encryptions'][number]]
    const sealed = await HPKE.seal({ recipientPublicKey, info, ekm }, bytes(pt), bytes(aad))
    expect([hex(sealed.enc), hex(sealed.ct)]).toEqual([hpke.enc, ct])
    expect(hex(await HPKE.open({ recipientKey: handles, enc: bytes(hpke.enc), info }, bytes(ct), bytes(aad)))).toBe(pt)
  })

  test.each(hpke.exports)('the export for $exporter_context', async ({ exporter_context: context, L, exported_value: value }) => {
    const sender = await HPKE.createSenderContext({ recipientPublicKey, info, ekm })
    const recipient = await HPKE.createRecipientContext({ recipientKey: handles, enc: bytes(hpke.enc), info })
    expect(hex(await sender.export(bytes(context), L))).toBe(value)
    expect(hex(await recipient.export(bytes(context), L))).toBe(value)
  })
})

test('draft-irtf-cfrg-xchacha-03, A.3.1', () => {
  const cipher = xchacha20poly1305(bytes(xchacha.key), bytes(xchacha.nonce), bytes(xchacha.aad))
  expect(hex(cipher.encrypt(bytes(xchacha.plaintext)))).toBe(xchacha.ciphertext)
  expect(hex(cipher.decrypt(bytes(xchacha.ciphertext)))).toBe(xchacha.plaintext)
})
