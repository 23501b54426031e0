import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readEnvelope } from './envelope.ts'
import type { Entry } from './envelope.ts'

const limits = { maxDepth: 32, maxBatch: 100 }

function isSound(entry: Entry): boolean {
  if (!entry.ok) return [-32_700, -32_600, -32_003].includes(entry.error.code)
  const { jsonrpc, id, method, params } = entry.request
  const isId = id === undefined || id === null || typeof id === 'string' || typeof id === 'number'
  return (
    jsonrpc === '2.0' &&
    typeof method === 'string' &&
    isId &&
    (params === undefined || (typeof params === 'object' && params !== null))
  )
}

test('any bytes give an envelope, and what is accepted is a request as the specification has it', () => {
  const text = fc.oneof(
    fc.json({ maxDepth: 5 }),
    fc.string({ unit: 'binary' }),
    fc
      .record(
        {
          jsonrpc: fc.constantFrom('2.0', '1.0', 2),
          id: fc.jsonValue({ maxDepth: 1 }),
          method: fc.jsonValue({ maxDepth: 0 }),
          params: fc.jsonValue(),
        },
        { requiredKeys: [] },
      )
      .map((value) => JSON.stringify(value)),
  )
  fc.assert(
    fc.property(text, (json) => {
      const envelope = readEnvelope(Buffer.from(json), limits)
      const entries = envelope.kind === 'single' ? [envelope.entry] : envelope.entries
      expect(entries.length).toBeGreaterThan(0)
      for (const entry of entries) {
        expect(isSound(entry)).toBe(true)
      }
    }),
    { numRuns: 3_000 },
  )
})

test('an id comes back as it was sent', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.maxSafeInteger(), fc.constant(null)), (id) => {
      const envelope = readEnvelope(Buffer.from(JSON.stringify({ jsonrpc: '2.0', id, method: 'm' })), limits)
      expect(envelope).toEqual({ kind: 'single', entry: { ok: true, request: { jsonrpc: '2.0', id, method: 'm' } } })
    }),
  )
})
