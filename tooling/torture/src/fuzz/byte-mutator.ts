/** Makes byte strings that are almost right: from what is valid and what was found before, by a seed. */
import { pick } from '@dchat/system'
import type { Random } from '@dchat/system'

/** One change of an input. It may answer the input itself; it never writes to it. */
export type Mutation = (input: Buffer) => Buffer

export interface ByteMutatorOptions {
  readonly random: Random
  /** What inputs are made of. Never empty. */
  readonly corpus: readonly Buffer[]
  /** No input is longer, in bytes. */
  readonly maxBytes: number
  /** What means something in the format: put in, and in the place of other bytes. @default none */
  readonly pieces?: readonly Buffer[]
  /** Changes that only the format knows of. @default none */
  readonly mutations?: readonly Mutation[]
}

/** Numbers at the edges of what fields hold, little-endian, and lengths in every form of a VarInt. */
const EDGES: readonly Buffer[] = [
  '00',
  '01',
  '7f',
  '80',
  'fc',
  'ff',
  '0000',
  'ffff',
  'fdfc00',
  'fdfd00',
  'fdffff',
  '00000080',
  'ffffffff',
  'feffff0000',
  'feffffffff',
  'ffffffffff00000000',
  'ff0000000000000010',
  '0000000000000080',
  'ffffffffffff1f00',
  '0000000000002000',
  'ffffffffffffffff',
  'ffffffffffffffffff',
].map((hex) => Buffer.from(hex, 'hex'))
/** What is no UTF-8, and what texts are seldom thought to hold. */
const ODD_TEXT: readonly Buffer[] = [
  ...['ff', 'c080', 'eda080', 'f4908080', 'e282'].map((hex) => Buffer.from(hex, 'hex')),
  ...['\u0000', '\ufeff', '\u2028', '\u200b', '\u202e', '\ud83d\ude00', '\r', '\n', '\t', ' '].map((text) => Buffer.from(text)),
]
const MAX_MUTATIONS = 4
/** One input in so many is as long as may be: what takes more than its share of time shows there. */
const ONE_IN_STRETCHED = 400
const ONE_IN_ARBITRARY = 30
const ONE_IN_UNCHANGED = 30
/** Inputs that are kept beside the corpus. */
const MAX_KEPT = 512

export class ByteMutator {
  readonly #random: Random
  readonly #corpus: Buffer[]
  readonly #maxBytes: number
  readonly #maxCorpus: number
  readonly #pieces: readonly Buffer[]
  readonly #mutations: readonly Mutation[]

  constructor({ random, corpus, maxBytes, pieces = [], mutations = [] }: ByteMutatorOptions) {
    this.#random = random
    this.#corpus = [...corpus]
    this.#maxBytes = maxBytes
    this.#maxCorpus = corpus.length + MAX_KEPT
    this.#pieces = pieces.length === 0 ? EDGES : pieces
    this.#mutations = [
      (input) => this.#flip(input),
      (input) => this.#set(input),
      (input) => this.#insert(input, Buffer.of(this.#random.int(256))),
      (input) => this.#insert(input, this.#one(this.#pieces)),
      (input) => this.#replace(input, this.#one(this.#pieces)),
      (input) => this.#replace(input, this.#one(EDGES)),
      (input) => this.#insert(input, this.#one(ODD_TEXT)),
      (input) => this.#cut(input),
      (input) => input.subarray(0, this.#random.int(input.length + 1)),
      (input) => this.#repeat(input),
      (input) => this.#splice(input),
      (input) => this.#widen(input),
      ...mutations,
    ]
  }

  /** The next input, the caller's own. */
  next(): Buffer {
    const random = this.#random
    if (random.int(ONE_IN_ARBITRARY) === 0) return Buffer.from(random.bytes(random.int(Math.min(80, this.#maxBytes) + 1)))
    let input = this.#one(this.#corpus)
    if (random.int(ONE_IN_STRETCHED) === 0) return this.#stretched(input)
    const mutations = random.int(ONE_IN_UNCHANGED) === 0 ? 0 : 1 + random.int(MAX_MUTATIONS)
    for (let count = 0; count < mutations; count += 1) input = this.#one(this.#mutations)(input)
    return Buffer.from(input.subarray(0, this.#maxBytes))
  }

  /** Lets later inputs be made of this one too, up to a bound. */
  keep(input: Buffer): void {
    if (this.#corpus.length < this.#maxCorpus) this.#corpus.push(Buffer.from(input))
  }

  #one<T>(items: readonly T[]): T {
    return pick(this.#random, items)!
  }

  #place(input: Buffer): number {
    return this.#random.int(input.length + 1)
  }

  #flip(input: Buffer): Buffer {
    if (input.length === 0) return input
    const flipped = Buffer.from(input)
    flipped[this.#random.int(input.length)]! ^= 1 << this.#random.int(8)
    return flipped
  }

  #set(input: Buffer): Buffer {
    if (input.length === 0) return input
    const changed = Buffer.from(input)
    changed[this.#random.int(input.length)] = this.#random.int(256)
    return changed
  }

  #insert(input: Buffer, piece: Buffer): Buffer {
    const at = this.#place(input)
    return Buffer.concat([input.subarray(0, at), piece, input.subarray(at)])
  }

  #replace(input: Buffer, piece: Buffer): Buffer {
    const at = this.#place(input)
    return Buffer.concat([input.subarray(0, at), piece, input.subarray(at + piece.length)])
  }

  #cut(input: Buffer): Buffer {
    const at = this.#place(input)
    return Buffer.concat([input.subarray(0, at), input.subarray(at + this.#random.int(20))])
  }

  #repeat(input: Buffer): Buffer {
    const at = this.#place(input)
    return Buffer.concat([input.subarray(0, at), input.subarray(Math.max(0, at - this.#random.int(30)))])
  }

  #splice(input: Buffer): Buffer {
    const other = this.#one(this.#corpus)
    return Buffer.concat([input.subarray(0, this.#place(input)), other.subarray(this.#place(other))])
  }

  /** A byte as a VarInt in a longer form than it needs. */
  #widen(input: Buffer): Buffer {
    if (input.length === 0) return input
    const at = this.#random.int(input.length)
    const width = this.#one([2, 4, 8])
    const wide = Buffer.alloc(1 + width)
    wide[0] = width === 2 ? 0xfd : width === 4 ? 0xfe : 0xff
    wide[1] = input[at]!
    return Buffer.concat([input.subarray(0, at), wide, input.subarray(at + 1)])
  }

  /** A piece of the input again and again, between its beginning and its end. */
  #stretched(input: Buffer): Buffer {
    const from = this.#place(input)
    const piece = this.#random.int(4) === 0 ? this.#one(this.#pieces) : input.subarray(from, from + 1 + this.#random.int(40))
    const room = this.#maxBytes - input.length
    if (piece.length === 0 || room <= 0) return Buffer.from(input.subarray(0, this.#maxBytes))
    const middle = Buffer.alloc(this.#random.int(room + 1), piece)
    return Buffer.concat([input.subarray(0, from), middle, input.subarray(from)])
  }
}
