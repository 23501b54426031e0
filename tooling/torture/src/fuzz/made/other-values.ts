/** Files, sets and requests, as they are meant. Facts: docs/node.md, docs/configuration.md, docs/chat.md, docs/rpc.md. */
import { isDeepStrictEqual } from 'node:util'
import { parseToml } from '@dchat/config'
import { exchange, ourInitiator, ourResponder, recordOf } from '@dchat/chat/testing'
import { formatBans, parseBans } from '@dchat/net/internal'
import { readEnvelope } from '@dchat/rpc-server/testing'
import fc from 'fast-check'
import { stringify } from 'smol-toml'
import type { FuzzJob } from '../fuzz-job.ts'
import { must } from '../fuzz-target.ts'
import { madeJob } from './made-values.ts'

const ban = fc.record({
  target: fc.oneof(
    fc.ipV4(),
    fc.tuple(fc.ipV4(), fc.nat(65_535)).map((parts) => parts.join(':')),
    fc.constant('2001:db8::/64'),
  ),
  untilSec: fc.nat(2 ** 31),
  count: fc.integer({ min: 1, max: 999_999 }),
  reason: fc.stringMatching(/^[ -~]*$/),
  detail: fc.stringMatching(/^[ -~]*$/),
})

const bans = fc.property(fc.array(ban, { maxLength: 6 }), (list) => {
  const read = parseBans(formatBans(list))
  must(read.badLines === 0 && JSON.stringify(read.bans) === JSON.stringify(list), 'bans come back as others')
})

const key = fc.oneof(fc.stringMatching(/^[a-z_-]{1,6}$/), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }))
const leaf = fc.oneof(
  fc.integer(),
  fc.boolean(),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom('[x]', '"""', "'''", '# no comment', 'a = 1\nb = 2', '\\"', '}', ']', ','),
)
const { table } = fc.letrec<{ table: Record<string, unknown>; value: unknown }>((tie) => ({
  value: fc.oneof({ maxDepth: 3, depthIdentifier: 'toml' }, leaf, fc.array(leaf, { maxLength: 3 }), tie('table')),
  table: fc.dictionary(key, tie('value'), { maxKeys: 4, depthIdentifier: 'toml' }),
}))

const tables = fc.property(table, (made) => {
  const text = stringify(made)
  const lines = text.split('\n').length
  const read = parseToml(text, 'a.toml')
  must(isDeepStrictEqual(read.keys.toSorted(), Object.keys(made).toSorted()), 'a table comes back with other keys')
  for (const each of read.keys) {
    const line = read.lineOf(each)
    must(line !== null && line <= lines, `${JSON.stringify(each)} stands on no line`)
  }
})

const BOUNDS = { frameMaxBytes: 61_440, maxRanges: 1_024 }

const sets = fc.asyncProperty(fc.nat(300), fc.nat(60), fc.nat(60), async (common, mine, theirs) => {
  const records = (from: number, count: number) => Array.from({ length: count }, (_, index) => recordOf(from + index, 5))
  const shared = records(0, common)
  const [own, other] = [records(1_000, mine), records(2_000, theirs)]
  const { have, need } = await exchange(ourInitiator([...shared, ...own], BOUNDS), ourResponder([...shared, ...other], BOUNDS))
  const hex = (list: readonly { id: Buffer }[]): string[] => list.map((each) => each.id.toString('hex')).toSorted()
  must(isDeepStrictEqual([...new Set(have)].toSorted(), hex(own)), 'not all that only this side has was found')
  must(isDeepStrictEqual([...new Set(need)].toSorted(), hex(other)), 'not all that only the other side has was found')
})

const request = fc.record({
  jsonrpc: fc.constant('2.0'),
  id: fc.oneof(fc.string(), fc.maxSafeInteger(), fc.constant(null)),
  method: fc.string(),
  params: fc.oneof(
    fc.array(fc.jsonValue({ maxDepth: 3 }), { maxLength: 4 }),
    fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })),
  ),
})

const requests = fc.property(request, (made) => {
  const text = JSON.stringify(made)
  const envelope = readEnvelope(Buffer.from(text), { maxDepth: 32, maxBatch: 100 })
  must(envelope.kind === 'single' && envelope.entry.ok, 'a request is refused')
  const { entry } = envelope as Extract<typeof envelope, { kind: 'single' }>
  const { jsonrpc, id, method, params } = JSON.parse(text) as Record<string, unknown>
  must(entry.ok && isDeepStrictEqual(entry.request, { jsonrpc, id, method, params }), 'a request comes back as another')
})

export const OTHER_VALUES: readonly FuzzJob[] = [
  madeJob('made-bans', 10, () => bans),
  madeJob('made-configurations', 5, () => tables),
  madeJob('made-reconciliations', 0.6, () => sets),
  madeJob('made-requests', 15, () => requests),
]
