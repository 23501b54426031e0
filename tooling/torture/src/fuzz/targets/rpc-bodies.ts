/** JSON-RPC bodies up to where a method would run. Facts: docs/rpc.md; the verdicts are those of the specification alone. */
import { LineSplitter, RpcError, TOO_LONG } from '@dchat/rpc'
import { METHODS, bindParams } from '@dchat/rpc/schemas'
import { readEnvelope } from '@dchat/rpc-server/testing'
import type { Entry } from '@dchat/rpc-server/testing'
import { SeededRandom } from '@dchat/system'
import { crc32 } from 'node:zlib'
import { TAKEN, must } from '../fuzz-target.ts'
import type { FuzzTarget } from '../fuzz-target.ts'
import { expectedIds } from '../rpc/rpc-judge.ts'
import { PIECES, requestMutations, requestSeeds } from '../rpc/rpc-mutator.ts'

/** As the daemon has them: docs/limits.md. */
const LIMITS = { maxDepth: 32, maxBatch: 100 }

/** What a method would be given is what its schema says, and nothing that is not its own. */
function checkParams(entry: Entry): string {
  if (!entry.ok) {
    must(entry.error instanceof RpcError && entry.error.data !== undefined, 'an error that is none of the contract')
    return entry.error.data?.kind ?? 'no kind'
  }
  const spec = METHODS.get(entry.request.method)
  if (spec === undefined) return 'no such method'
  const bound = bindParams(spec, entry.request.params)
  if (!bound.ok) {
    must(bound.hint.length < 1_000, () => `a hint of ${bound.hint.length} characters`)
    return `${spec.name} refused`
  }
  must(
    Object.keys(bound.params).every((name) => spec.order.includes(name)),
    `${spec.name} is given what it does not take`,
  )
  return `${TAKEN} ${spec.name}`
}

function idsOf(entries: readonly Entry[]): (string | number | null)[] {
  return entries.flatMap((entry) => {
    if (!entry.ok) return [entry.id]
    return entry.request.id === undefined ? [] : [entry.request.id]
  })
}

export const RPC_BODIES: FuzzTarget = {
  name: 'rpc-bodies',
  share: 8,
  maxBytes: 60_000,
  pieces: PIECES,
  seeds: requestSeeds,
  open: (random) => ({
    mutations: requestMutations(random, requestSeeds()),
    tryOut: (input) => {
      const envelope = readEnvelope(input, LIMITS)
      const isBatch = envelope.kind === 'batch'
      const entries = isBatch ? envelope.entries : [envelope.entry]
      const ids = idsOf(entries)
      const said = ids.length === 0 ? undefined : JSON.stringify(isBatch ? ids : ids[0])
      must(said === expectedIds(input), () => `is answered to ${said}, not to ${expectedIds(input)}`)
      const outcomes = entries.map(checkParams)
      return isBatch ? `${TAKEN} batch` : outcomes[0]!
    },
  }),
}

const LINE_MAX_BYTES = 200

/** Lines as the whole text has them; one that is too long by name. */
function linesOf(bytes: Buffer): string[] {
  const lines = bytes.toString('latin1').split('\n').slice(0, -1)
  return lines.map((line) => {
    const text = line.endsWith('\r') ? line.slice(0, -1) : line
    return text.length > LINE_MAX_BYTES ? 'too long' : `line ${text}`
  })
}

export const RPC_LINES: FuzzTarget = {
  name: 'rpc-lines',
  share: 4,
  maxBytes: 60_000,
  pieces: ['\n', '\r\n', '\r', '{}', 'x'.repeat(LINE_MAX_BYTES)].map((text) => Buffer.from(text)),
  seeds: () =>
    [requestSeeds().slice(0, 20), [Buffer.alloc(3 * LINE_MAX_BYTES, 'y'), Buffer.alloc(0)]].map((each) =>
      Buffer.from(each.join('\n')),
    ),
  open: () => ({
    tryOut: (input) => {
      const random = new SeededRandom(crc32(input))
      const splitter = new LineSplitter(LINE_MAX_BYTES)
      const lines: string[] = []
      for (let at = 0; at < input.length;) {
        const end = at + 1 + random.int(random.int(3) === 0 ? 3 : 300)
        splitter.push(Buffer.from(input.subarray(at, end)))
        for (let line = splitter.next(); line !== undefined; line = splitter.next()) {
          lines.push(line === TOO_LONG ? 'too long' : `line ${line.toString('latin1')}`)
        }
        must(splitter.heldBytes <= LINE_MAX_BYTES + 1, () => `holds ${splitter.heldBytes} bytes`)
        at = end
      }
      const wanted = linesOf(input)
      // One that is too long is told before it has ended.
      const isSame =
        lines.slice(0, wanted.length).join('\n') === wanted.join('\n') &&
        lines.slice(wanted.length).every((each) => each === 'too long')
      must(isSame && lines.length <= wanted.length + 1, () => `${lines.length} lines, not ${wanted.length}`)
      return `${wanted.length > 0 ? TAKEN : 'nothing'} ${Math.min(wanted.length, 9)}, ${lines.includes('too long') ? 'too long' : 'short'}`
    },
  }),
}
