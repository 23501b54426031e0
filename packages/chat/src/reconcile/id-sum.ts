/**
 * Sums of ids as little-endian 256-bit numbers, and the fingerprint of a sum.
 * Facts: docs/chat.md, *Negentropy v1, the facts needed*, Fingerprint.
 *
 * A sum is eight 32-bit words held as doubles, whose carries are settled only when it is hashed: adding and taking away are
 * then exact for up to 2^21 ids and cost a few nanoseconds each.
 */
import { hash } from 'node:crypto'
import { varIntBytes, writeVarInt } from './varint.ts'

/** Words of an id, and of a sum. */
export const WORDS = 8

/** So many ids are summed exactly: 2^53 / 2^32. */
export const SUMMABLE = 2 ** 21

const WORD = 2 ** 32
const FINGERPRINT_DIGITS = 32

export type IdSum = Float64Array

export function newSum(): IdSum {
  return new Float64Array(WORDS)
}

/** Adds the ids of the records [from, to) of `words`, eight a record. */
export function addIds(sum: IdSum, words: Uint32Array, { from, to }: { from: number; to: number }): void {
  let [a, b, c, d, e, f, g, h] = [0, 0, 0, 0, 0, 0, 0, 0]
  for (let i = from * WORDS; i < to * WORDS; i += WORDS) {
    a += words[i]!
    b += words[i + 1]!
    c += words[i + 2]!
    d += words[i + 3]!
    e += words[i + 4]!
    f += words[i + 5]!
    g += words[i + 6]!
    h += words[i + 7]!
  }
  addWords(sum, [a, b, c, d, e, f, g, h])
}

/** Adds the ids of the records picks[from] to before picks[to]. */
export function addPicked(
  sum: IdSum,
  words: Uint32Array,
  { picks, from, to }: { picks: Uint16Array; from: number; to: number },
): void {
  let [a, b, c, d, e, f, g, h] = [0, 0, 0, 0, 0, 0, 0, 0]
  for (let n = from; n < to; n++) {
    const i = picks[n]! * WORDS
    a += words[i]!
    b += words[i + 1]!
    c += words[i + 2]!
    d += words[i + 3]!
    e += words[i + 4]!
    f += words[i + 5]!
    g += words[i + 6]!
    h += words[i + 7]!
  }
  addWords(sum, [a, b, c, d, e, f, g, h])
}

/** Adds one id `times` times: once, or -1 to take it away. */
export function addId(sum: IdSum, words: Uint32Array, { record, times }: { record: number; times: 1 | -1 }): void {
  for (let i = 0; i < WORDS; i++) sum[i]! += times * words[record * WORDS + i]!
}

export function addSum(sum: IdSum, other: IdSum): void {
  for (let i = 0; i < WORDS; i++) sum[i]! += other[i]!
}

function addWords(sum: IdSum, words: readonly number[]): void {
  for (let i = 0; i < WORDS; i++) sum[i]! += words[i]!
}

const input = Buffer.alloc(WORDS * 4 + varIntBytes(SUMMABLE))

/** The fingerprint of `count` ids with this sum: 32 hex digits. */
export function fingerprintOf(sum: IdSum, count: number): string {
  let carry = 0
  for (let i = 0; i < WORDS; i++) {
    const word = sum[i]! + carry
    carry = Math.floor(word / WORD)
    input.writeUInt32LE(word - carry * WORD, i * 4)
  }
  const end = writeVarInt(input, count, WORDS * 4)
  return hash('sha256', input.subarray(0, end), 'hex').slice(0, FINGERPRINT_DIGITS)
}
