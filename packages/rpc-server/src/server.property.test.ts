/** Whatever a client sends, each valid request among it is answered, and the server goes on. */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { LineClient } from './testing/line-client.ts'
import { startServer } from './testing/test-server.ts'
import type { TestServer } from './testing/test-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server[Symbol.asyncDispose]())

const member = fc.oneof(
  fc.constantFrom('jsonrpc', 'id', 'method', 'params', '__proto__', 'constructor'),
  fc.string({ maxLength: 8 }),
)
/** Almost requests: each member may be missing, wrong, or something else. */
const nearRequest = fc
  .record(
    {
      jsonrpc: fc.oneof(fc.constant('2.0'), fc.jsonValue({ maxDepth: 1 })),
      id: fc.oneof(fc.string({ maxLength: 5 }), fc.integer(), fc.jsonValue({ maxDepth: 2 })),
      method: fc.oneof(
        fc.constantFrom('ping', 'echo', 'sum', 'fail', 'unencodable', 'rpc.auth', 'nothing'),
        fc.jsonValue({ maxDepth: 1 }),
      ),
      params: fc.oneof(
        fc.array(fc.jsonValue({ maxDepth: 2 }), { maxLength: 4 }),
        fc.dictionary(member, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 }),
        fc.jsonValue(),
      ),
    },
    { requiredKeys: [] },
  )
  .map((value) => JSON.stringify(value))

const garbage = fc
  .oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
    nearRequest,
    fc.array(nearRequest, { maxLength: 5 }).map((members) => `[${members.join(',')}]`),
    nearRequest.chain((text) => fc.nat(text.length).map((length) => text.slice(0, length))),
    fc.json(),
  )
  .map((text) => text.replaceAll('\n', ' ').replaceAll('\u0000', 'x'))

test('lines of garbage between requests', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(garbage, { maxLength: 12 }),
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 }),
      async (lines, sizes) => {
        const client = await LineClient.open({ path: server.socketPath })
        const request = (index: number): string =>
          JSON.stringify({ jsonrpc: '2.0', id: `own-${index}`, method: 'echo', params: [`text ${index}`] })
        const text = [request(0), ...lines.flatMap((line, index) => [line, request(index + 1)])]
          .map((line) => `${line}\n`)
          .join('')
        const bytes = Buffer.from(text, 'latin1')
        for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
          const size = sizes[turn % sizes.length]!
          client.send(bytes.subarray(at, at + size))
          at += size
        }
        const missing = new Set(Array.from({ length: lines.length + 1 }, (_value, index) => `own-${index}`))
        while (missing.size > 0) {
          const line = await client.next()
          expect(line, `unanswered: ${[...missing].join(', ')}`).toBeDefined()
          const value = JSON.parse(line!) as { jsonrpc: unknown; id: string; result?: unknown } | unknown[]
          if (Array.isArray(value)) continue
          expect(value.jsonrpc).toBe('2.0')
          const isRight = !missing.delete(value.id) || value.result === `text ${value.id.slice(4)}`
          expect(isRight).toBe(true)
        }
        await client.close()
      },
    ),
    { numRuns: 150 },
  )
  expect(await (await LineClient.open({ path: server.socketPath })).ask({ jsonrpc: '2.0', id: 1, method: 'ping' })).toMatchObject(
    { result: 'pong' },
  )
}, 60_000)
