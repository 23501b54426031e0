/** Requests that are almost right: what JSON-RPC and its methods make of bytes. */
import { METHODS } from '@dchat/rpc/schemas'
import { pick } from '@dchat/system'
import type { Random } from '@dchat/system'
import { ByteMutator } from '../byte-mutator.ts'
import type { Mutation } from '../byte-mutator.ts'
import { readCorpus } from '../corpus.ts'

const NUMBERS = ['0', '-0', '-1', '1.5', '1e308', '1e999', '-1e999', '2147483648', '9007199254740991', '9007199254740992', '1E-7']
const VALUES = [...NUMBERS, 'null', 'true', '[]', '{}', '""', '"\\ud800"', '"\\u0000"', '"__proto__"', '"dchat"', '[[[[]]]]']
/** What means something in a request. */
export const PIECES: readonly Buffer[] = [
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
].map((text) => Buffer.from(text))
const MAX_BATCH = 120
const MAX_NESTING = 2_000
const REQUEST_MAX_BYTES = 30_000

/** A request by name and one by position for each method of the contract. */
export function requestSeeds(): Buffer[] {
  return [...METHODS.values()]
    .flatMap(({ name, order, example: { params } }) => [
      JSON.stringify({ jsonrpc: '2.0', id: 7, method: name, params }),
      JSON.stringify({ jsonrpc: '2.0', id: 'seven', method: name, params: order.map((one) => params[one] ?? null) }),
    ])
    .map((text) => Buffer.from(text))
}

/** @param others what batches are made of beside an input */
export function requestMutations(random: Random, others: readonly Buffer[]): Mutation[] {
  const replaceValue: Mutation = (input) => {
    const chosen = pick(random, [...input.toString('latin1').matchAll(/:("[^"]*"|-?[\d.]+)/g)])
    if (chosen === undefined) return input
    const start = chosen.index + 1
    return Buffer.concat([
      input.subarray(0, start),
      Buffer.from(pick(random, VALUES)!),
      input.subarray(start + chosen[1]!.length),
    ])
  }
  const nest: Mutation = (input) => {
    const depth = random.int(60) === 0 ? random.int(MAX_NESTING) : random.int(40)
    return random.int(2) === 0
      ? Buffer.concat([Buffer.from('['.repeat(depth)), input, Buffer.from(']'.repeat(depth))])
      : Buffer.from(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`)
  }
  const batch: Mutation = (input) => {
    const size = random.int(200) === 0 ? random.int(MAX_BATCH) : random.int(3)
    const members = Array.from({ length: size }, () => pick(random, others)!)
    return Buffer.from(`[${[input, ...members].map((member) => member.toString('latin1')).join(',')}]`, 'latin1')
  }
  return [replaceValue, replaceValue, nest, batch]
}

/** The next of a sequence of requests, each on one line. @param seeds what they are made of. @default all, and the saved ones */
export function requests(random: Random, seeds: readonly Buffer[] = savedRequests()): () => Buffer {
  const mutations = requestMutations(random, seeds)
  const mutator = new ByteMutator({ random, corpus: seeds, maxBytes: REQUEST_MAX_BYTES, pieces: PIECES, mutations })
  return () => withoutLineFeeds(mutator.next())
}

export function savedRequests(): Buffer[] {
  return [...requestSeeds(), ...readCorpus('rpc-bodies')]
}

function withoutLineFeeds(input: Buffer): Buffer {
  for (let at = input.indexOf(0x0a); at !== -1; at = input.indexOf(0x0a, at + 1)) input[at] = 0x20
  return input
}
