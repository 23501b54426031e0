/** Keys that direct messages are written to, and the suite of HPKE they are for. Wire: docs/chat.md, *Encrypted kinds*, Box keys. */
import { createPrivateKey, createPublicKey, generateKeyPair } from 'node:crypto'
import type { webcrypto } from 'node:crypto'
import { promisify } from 'node:util'
import { Chacha20Poly1305 } from '@hpke/chacha20poly1305'
import { CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core'

/** RFC 9180: KEM 0x0020, KDF 0x0001, AEAD 0x0003. */
export const HPKE: CipherSuite = new CipherSuite({
  kem: new DhkemX25519HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Chacha20Poly1305(),
})

const KEY_BYTES = 32
/** PrivateKeyInfo of an X25519 key (RFC 8410) up to its 32 bytes. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b656e04220420', 'hex')

/** A box key that messages can be opened with. What is secret of it cannot be taken out of it. */
export interface BoxKey {
  /** X25519: 32 bytes. */
  readonly publicKey: Buffer
  readonly handles: webcrypto.CryptoKeyPair
}

/** The private half of a key nobody has had: 32 bytes, the caller's to keep secret and to wipe. */
export async function newBoxSecret(): Promise<Buffer> {
  const { privateKey } = await promisify(generateKeyPair)('x25519')
  return privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-KEY_BYTES)
}

/**
 * The key of a private half, which is not kept.
 * @throws {RangeError} unless it has 32 bytes
 */
export async function openBoxKey(secret: Buffer): Promise<BoxKey> {
  if (secret.length !== KEY_BYTES) throw new RangeError(`a box key has ${KEY_BYTES} bytes, not ${secret.length}`)
  const pkcs8 = Buffer.concat([PKCS8_PREFIX, secret])
  const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
  pkcs8.fill(0)
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-KEY_BYTES)
  const handles = {
    privateKey: privateKey.toCryptoKey({ name: 'X25519' }, false, ['deriveBits']),
    publicKey: await HPKE.kem.deserializePublicKey(publicKey),
  }
  return { publicKey, handles }
}
