/**
 * Which keys and signatures have the one form that everybody accepts. Wire: docs/chat.md, *Post*. A key is 32 bytes: y,
 * little-endian, and the sign of x in the highest bit. A signature is R (32 bytes) and S (32 bytes, little-endian).
 */

/** The lowest byte of y, and y, of the eight points whose order divides 8: one signature of such a key holds for many messages. */
const SMALL_ORDER_Y: ReadonlyMap<number, Buffer> = new Map(
  [
    '0100000000000000000000000000000000000000000000000000000000000000', // order 1
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f', // order 2: p - 1
    '0000000000000000000000000000000000000000000000000000000000000000', // order 4, twice
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05', // order 8, twice
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a', // order 8, twice
  ].map((hex) => [Number.parseInt(hex.slice(0, 2), 16), Buffer.from(hex, 'hex')]),
)
const LOWEST_OF_P = 0xed
/** The group order L, little-endian: 2^252 + 27742317777372353535851937790883648493. */
const L = Buffer.from('edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010', 'hex')

/**
 * Whether 32 bytes are a key in canonical form (y < p = 2^255 - 19, and no sign for an x of 0) and not of small order.
 * That they lie on the curve shows when a signature is checked.
 */
export function isSoundKey(key: Buffer): boolean {
  return isYBelowP(key) && !isSmallOrder(key)
}

/** Of the point in the first 32 bytes, as the next one. */
function isYBelowP(key: Buffer): boolean {
  if (key[0]! < LOWEST_OF_P || (key[31]! & 0x7f) !== 0x7f) return true
  for (let index = 30; index > 0; index -= 1) if (key[index] !== 0xff) return true
  return false
}

/** An x of 0 is found here too, whatever its sign: only y = 1 and y = p - 1 have it. */
function isSmallOrder(key: Buffer): boolean {
  const y = SMALL_ORDER_Y.get(key[0]!)
  if (y === undefined || (key[31]! & 0x7f) !== y[31]) return false
  return key.compare(y, 0, 31, 0, 31) === 0
}

/**
 * Whether 64 bytes may be a signature: S is below L, or a third could write it in another form; R is in canonical form and not of
 * small order, which versions of OpenSSL and Node.js judge differently.
 */
export function isSoundSignature(signature: Buffer): boolean {
  return isBelowL(signature) && isYBelowP(signature) && !isSmallOrder(signature)
}

function isBelowL(signature: Buffer): boolean {
  for (let index = L.length - 1; index >= 0; index -= 1) {
    const [byte, bound] = [signature[L.length + index]!, L[index]!]
    if (byte !== bound) return byte < bound
  }
  return false
}
