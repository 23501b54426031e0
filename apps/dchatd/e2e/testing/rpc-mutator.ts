/** Makes requests that are almost right: from what is valid and what was found before, by a seed. */
import { readFileSync } from 'node:fs'
import { METHODS } from '@dchat/rpc/schemas'
import { pick } from '@dchat/system'
import type { Random } from '@dchat/system'

/** A request by name and one by position for each method of the contract, then the saved ones, one a line. */
export function readCorpus(): Buffer[] {
  const saved = readFileSync(new URL('../corpus/rpc.jsonl', import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')
  const valid = [...METHODS.values()].flatMap(({ name, order, example: { params } }) => [
    JSON.stringify({ jsonrpc: '2.0', id: 7, method: name, params }),
    JSON.stringify({ jsonrpc: '2.0', id: 'seven', method: name, params: order.map((one) => params[one] ?? null) }),
  ])
  return [...valid, ...saved].map((text) => Buffer.from(text))
}

const NUMBERS = ['0', '-0', '-1', '1.5', '1e308', '1e999', '-1e999', '2147483648', '9007199254740991', '9007199254740992', '1E-7']
const VALUES = [...NUMBERS, 'null', 'true', '[]', '{}', '""', '"\\ud800"', '"\\u0000"', '"__proto__"', '"dchat"', '[[[[]]]]']
const PIECES = [
  '"__proto__":{"id":1},',
  '"constructor":{"prototype":{}},',
  '"id":2,',
  '"id":null,',
  '"params":[],',
  '"jsonrpc":"2.0",',
  '\\ud800',
  '\ufeff',
  '\u2028',
  '\u0000',
  ',',
  '{',
  '}',
  '[',
  ']',
  '"',
  '\\',
]
const NOT_UTF8 = [
  Buffer.of(0xff),
  Buffer.of(0xc0, 0x80),
  Buffer.of(0xed, 0xa0, 0x80),
  Buffer.of(0xf4, 0x90, 0x80, 0x80),
  Buffer.of(0xe2, 0x82),
]
const MAX_BATCH = 120
const MAX_NESTING = 2_000
const MAX_MUTATIONS = 4

export class RpcMutator {
  readonly #random: Random
  readonly #corpus: readonly Buffer[]
  readonly #mutations: readonly ((input: Buffer) => Buffer)[] = [
    (input) => this.#flip(input),
    (input) => this.#insert(input, Buffer.of(this.#random.int(256))),
    (input) => this.#insert(input, Buffer.from(this.#one(PIECES))),
    (input) => this.#insert(input, this.#one(NOT_UTF8)),
    (input) => this.#cut(input),
    (input) => input.subarray(0, this.#random.int(input.length + 1)),
    (input) => this.#repeat(input),
    (input) => this.#splice(input),
    (input) => this.#replaceValue(input),
    (input) => this.#replaceValue(input),
    (input) => this.#nest(input),
    (input) => this.#batch(input),
  ]

  constructor(random: Random, corpus: readonly Buffer[]) {
    this.#random = random
    this.#corpus = corpus
  }

  /** The next input. It holds no line feed, so that it is one line. */
  next(): Buffer {
    const kind = this.#random.int(100)
    let input = kind < 5 ? Buffer.from(this.#random.bytes(this.#random.int(80))) : this.#one(this.#corpus)
    const mutations = kind < 15 ? 0 : 1 + this.#random.int(MAX_MUTATIONS)
    for (let count = 0; count < mutations; count += 1) input = this.#one(this.#mutations)(input)
    return withoutLineFeeds(input)
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

  #insert(input: Buffer, piece: Buffer): Buffer {
    const at = this.#place(input)
    return Buffer.concat([input.subarray(0, at), piece, input.subarray(at)])
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

  /** Another value in place of a number or a string. */
  #replaceValue(input: Buffer): Buffer {
    const text = input.toString('latin1')
    const values = [...text.matchAll(/:("[^"]*"|-?[\d.]+)/g)]
    const chosen = pick(this.#random, values)
    if (chosen === undefined) return input
    const start = chosen.index + 1
    return Buffer.concat([input.subarray(0, start), Buffer.from(this.#one(VALUES)), input.subarray(start + chosen[1]!.length)])
  }

  #nest(input: Buffer): Buffer {
    const depth = this.#random.int(60) === 0 ? this.#random.int(MAX_NESTING) : this.#random.int(40)
    return this.#random.int(2) === 0
      ? Buffer.concat([Buffer.from('['.repeat(depth)), input, Buffer.from(']'.repeat(depth))])
      : Buffer.from(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`)
  }

  #batch(input: Buffer): Buffer {
    const size = this.#random.int(200) === 0 ? this.#random.int(MAX_BATCH) : this.#random.int(3)
    const members = Array.from({ length: size }, () => this.#one(this.#corpus))
    return Buffer.from(`[${[input, ...members].map((member) => member.toString('latin1')).join(',')}]`, 'latin1')
  }
}

function withoutLineFeeds(input: Buffer): Buffer {
  if (!input.includes(0x0a)) return input
  const copy = Buffer.from(input)
  for (let at = copy.indexOf(0x0a); at !== -1; at = copy.indexOf(0x0a, at + 1)) copy[at] = 0x20
  return copy
}
