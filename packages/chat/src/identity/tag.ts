/** What people tell keys apart by. Facts: docs/chat.md, *Identity*. */
import { hash } from 'node:crypto'

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567'
const TAG_CHARACTERS = 10
const VERIFY_CONTEXT = Buffer.from('dchat.verify.v1\0', 'latin1')
const VERIFY_DIGITS = 30
const GROUP_DIGITS = 5

/** The tag of a key of 32 bytes: 10 characters of `a-z` and `2-7`, 50 bits. */
export function tagOf(key: Buffer): string {
  const digest = hash('sha256', key, 'buffer')
  let tag = ''
  for (let bit = 0; tag.length < TAG_CHARACTERS; bit += 5) {
    // The five bits from there on, which lie in at most two bytes.
    tag += BASE32[(digest.readUInt16BE(bit >> 3) >> (11 - (bit & 7))) & 31]!
  }
  return tag
}

/**
 * What two people read out to each other, the same on both sides: 30 decimal digits in groups of five with a space between. They are
 * the digest as one big-endian number, modulo 10^30.
 */
export function verifyString(mine: Buffer, theirs: Buffer): string {
  const [lower, higher] = mine.compare(theirs) <= 0 ? [mine, theirs] : [theirs, mine]
  const digest = BigInt(`0x${hash('sha256', Buffer.concat([VERIFY_CONTEXT, lower, higher]))}`)
  const digits = (digest % 10n ** BigInt(VERIFY_DIGITS)).toString().padStart(VERIFY_DIGITS, '0')
  const groups: string[] = []
  for (let at = 0; at < VERIFY_DIGITS; at += GROUP_DIGITS) groups.push(digits.slice(at, at + GROUP_DIGITS))
  return groups.join(' ')
}
