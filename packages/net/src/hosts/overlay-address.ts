/** Addresses of overlay networks that prove themselves. Wire: docs/wire.md, *Transports*. */
import { createHash } from 'node:crypto'

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'

/** Bytes of unpadded lower-case base32, or undefined when a character is foreign or left-over bits are not zero. */
function decodeBase32(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(Math.floor((text.length * 5) / 8))
  let bits = 0
  let bitCount = 0
  let length = 0
  for (const char of text) {
    const value = ALPHABET.indexOf(char)
    if (value === -1) return undefined
    bits = ((bits << 5) | value) & 0xfff
    bitCount += 5
    if (bitCount < 8) continue
    bitCount -= 8
    bytes[length++] = (bits >> bitCount) & 0xff
  }
  return (bits & ((1 << bitCount) - 1)) === 0 ? bytes : undefined
}

const ONION_LABEL_CHARS = 56
const ONION_VERSION = 3

/**
 * Whether a host is a v3 onion service: 56 characters of base32 and `.onion`, lower case.
 * They hold `public key[32] | checksum[2] | version[1]`, the checksum being the first two bytes of
 * SHA3-256(".onion checksum" | public key | version).
 */
export function isOnionV3(host: string): boolean {
  if (host.length !== ONION_LABEL_CHARS + '.onion'.length || !host.endsWith('.onion')) return false
  const bytes = decodeBase32(host.slice(0, ONION_LABEL_CHARS))
  if (bytes === undefined || bytes[34] !== ONION_VERSION) return false
  const hash = createHash('sha3-256').update('.onion checksum')
  const digest = hash.update(bytes.subarray(0, 32)).update(bytes.subarray(34)).digest()
  return digest[0] === bytes[32] && digest[1] === bytes[33]
}

const I2P_B32_CHARS = 52
/** Longest `.i2p` name of the network's naming rules. */
const I2P_NAME_MAX_CHARS = 67
const I2P_NAME = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+i2p$/

/** Whether a host is an I2P one, lower case: `<52 characters of base32, 32 bytes>.b32.i2p`, or a name below `.i2p`. */
export function isI2pHost(host: string): boolean {
  if (host.endsWith('.b32.i2p')) {
    const label = host.slice(0, -'.b32.i2p'.length)
    return label.length === I2P_B32_CHARS && decodeBase32(label) !== undefined
  }
  return host.length <= I2P_NAME_MAX_CHARS && I2P_NAME.test(host)
}
