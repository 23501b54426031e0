/** JSON-RPC 2.0 over every carrier: the examples of the specification (jsonrpc.org/specification, section 7), then its rules. */
import { rpcError } from '@dchat/rpc'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { CARRIERS, openCarrier } from './testing/carriers.ts'
import type { CarrierClient } from './testing/carriers.ts'
import { startServer } from './testing/test-server.ts'
import type { TestServer } from './testing/test-server.ts'

const result = (id: unknown, value: unknown): unknown => ({ jsonrpc: '2.0', id, result: value })
const error = (id: unknown, code: number): unknown => ({
  jsonrpc: '2.0',
  id,
  error: {
    code,
    message: expect.any(String) as string,
    data: { kind: expect.any(String) as string, hint: expect.any(String) as string, retryable: expect.any(Boolean) as boolean },
  },
})

const EXAMPLES: { name: string; text: string; answer: unknown }[] = [
  {
    name: 'positional parameters',
    text: '{"jsonrpc": "2.0", "method": "subtract", "params": [42, 23], "id": 1}',
    answer: result(1, 19),
  },
  {
    name: 'positional parameters, swapped',
    text: '{"jsonrpc": "2.0", "method": "subtract", "params": [23, 42], "id": 2}',
    answer: result(2, -19),
  },
  {
    name: 'named parameters',
    text: '{"jsonrpc": "2.0", "method": "subtract", "params": {"subtrahend": 23, "minuend": 42}, "id": 3}',
    answer: result(3, 19),
  },
  {
    name: 'named parameters, swapped',
    text: '{"jsonrpc": "2.0", "method": "subtract", "params": {"minuend": 42, "subtrahend": 23}, "id": 4}',
    answer: result(4, 19),
  },
  { name: 'a notification', text: '{"jsonrpc": "2.0", "method": "update", "params": [1,2,3,4,5]}', answer: undefined },
  { name: 'a notification nobody knows', text: '{"jsonrpc": "2.0", "method": "foobar"}', answer: undefined },
  { name: 'an unknown method', text: '{"jsonrpc": "2.0", "method": "foobar", "id": "1"}', answer: error('1', -32_601) },
  { name: 'invalid JSON', text: '{"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz]', answer: error(null, -32_700) },
  { name: 'an invalid request', text: '{"jsonrpc": "2.0", "method": 1, "params": "bar"}', answer: error(null, -32_600) },
  {
    name: 'a batch of invalid JSON',
    text: '[{"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"},{"jsonrpc": "2.0", "method"]',
    answer: error(null, -32_700),
  },
  { name: 'an empty batch', text: '[]', answer: error(null, -32_600) },
  { name: 'a batch that is no batch', text: '[1]', answer: [error(null, -32_600)] },
  {
    name: 'a batch of three that are none',
    text: '[1,2,3]',
    answer: [error(null, -32_600), error(null, -32_600), error(null, -32_600)],
  },
  {
    name: 'a mixed batch',
    text:
      '[{"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"},' +
      '{"jsonrpc": "2.0", "method": "notify_hello", "params": [7]},' +
      '{"jsonrpc": "2.0", "method": "subtract", "params": [42,23], "id": "2"},' +
      '{"foo": "boo"},' +
      '{"jsonrpc": "2.0", "method": "foo.get", "params": {"name": "myself"}, "id": "5"},' +
      '{"jsonrpc": "2.0", "method": "get_data", "id": "9"}]',
    answer: [result('1', 7), result('2', 19), error(null, -32_600), error('5', -32_601), result('9', ['hello', 5])],
  },
  {
    name: 'a batch of notifications',
    text: '[{"jsonrpc": "2.0", "method": "sum", "params": [1,2,4]},{"jsonrpc": "2.0", "method": "notify_hello", "params": [7]}]',
    answer: undefined,
  },
]

const RULES: { name: string; text: string; answer: unknown }[] = [
  { name: 'a batch of one answers an array', text: '[{"jsonrpc":"2.0","method":"ping","id":1}]', answer: [result(1, 'pong')] },
  { name: 'missing params are none', text: '{"jsonrpc":"2.0","method":"ping","id":1}', answer: result(1, 'pong') },
  { name: 'params null', text: '{"jsonrpc":"2.0","method":"ping","id":1,"params":null}', answer: error(1, -32_600) },
  { name: 'params a scalar', text: '{"jsonrpc":"2.0","method":"ping","id":1,"params":7}', answer: error(1, -32_600) },
  {
    name: 'a numeric string as id stays a string',
    text: '{"jsonrpc":"2.0","method":"ping","id":"17"}',
    answer: result('17', 'pong'),
  },
  { name: 'an id of null is a request', text: '{"jsonrpc":"2.0","method":"ping","id":null}', answer: result(null, 'pong') },
  { name: 'an id of 0', text: '{"jsonrpc":"2.0","method":"ping","id":0}', answer: result(0, 'pong') },
  { name: 'an empty string as id', text: '{"jsonrpc":"2.0","method":"ping","id":""}', answer: result('', 'pong') },
  { name: 'a negative id', text: '{"jsonrpc":"2.0","method":"ping","id":-5}', answer: result(-5, 'pong') },
  { name: 'a fraction as id', text: '{"jsonrpc":"2.0","method":"ping","id":1.5}', answer: result(1.5, 'pong') },
  {
    name: 'the largest id',
    text: '{"jsonrpc":"2.0","method":"ping","id":9007199254740991}',
    answer: result(9007199254740991, 'pong'),
  },
  {
    name: 'an id that would come back changed',
    text: '{"jsonrpc":"2.0","method":"ping","id":9007199254740993}',
    answer: error(null, -32_600),
  },
  { name: 'an infinite id', text: '{"jsonrpc":"2.0","method":"ping","id":1e400}', answer: error(null, -32_600) },
  { name: 'an object as id', text: '{"jsonrpc":"2.0","method":"ping","id":{}}', answer: error(null, -32_600) },
  { name: 'a boolean as id', text: '{"jsonrpc":"2.0","method":"ping","id":true}', answer: error(null, -32_600) },
  { name: 'another version', text: '{"jsonrpc":"1.0","method":"ping","id":1}', answer: error(1, -32_600) },
  { name: 'no version', text: '{"method":"ping","id":1}', answer: error(1, -32_600) },
  { name: 'no method', text: '{"jsonrpc":"2.0","id":1}', answer: error(1, -32_600) },
  {
    name: 'further members are ignored',
    text: '{"jsonrpc":"2.0","method":"ping","id":1,"result":1,"x":2}',
    answer: result(1, 'pong'),
  },
  { name: 'an unknown parameter', text: '{"jsonrpc":"2.0","method":"ping","id":1,"params":{"a":1}}', answer: error(1, -32_602) },
  { name: 'too many parameters', text: '{"jsonrpc":"2.0","method":"ping","id":1,"params":[1]}', answer: error(1, -32_602) },
  { name: 'a wrong type', text: '{"jsonrpc":"2.0","method":"echo","id":1,"params":[1]}', answer: error(1, -32_602) },
  {
    name: 'half a surrogate pair',
    text: '{"jsonrpc":"2.0","method":"echo","id":1,"params":["\\ud800"]}',
    answer: error(1, -32_602),
  },
  {
    name: '__proto__ as a parameter',
    text: '{"jsonrpc":"2.0","method":"ping","id":1,"params":{"__proto__":{"a":1}}}',
    answer: error(1, -32_602),
  },
  {
    name: '__proto__ around the request',
    text: '{"__proto__":{"method":"ping"},"jsonrpc":"2.0","id":1}',
    answer: error(1, -32_600),
  },
  { name: '__proto__ as a method', text: '{"jsonrpc":"2.0","method":"__proto__","id":1}', answer: error(1, -32_601) },
  { name: 'constructor as a method', text: '{"jsonrpc":"2.0","method":"constructor","id":1}', answer: error(1, -32_601) },
  { name: 'null', text: 'null', answer: error(null, -32_600) },
  {
    name: 'a result that is undefined',
    text: '{"jsonrpc":"2.0","method":"update","params":[1,2,3,4,5],"id":1}',
    answer: result(1, null),
  },
  { name: 'nested as deep as allowed', text: nested(32), answer: error(1, -32_602) },
  { name: 'nested one deeper', text: nested(33), answer: error(1, -32_600) },
  { name: 'nested very deep', text: nested(5_000), answer: error(1, -32_600) },
  { name: 'nested without end', text: '['.repeat(200_000), answer: error(null, -32_700) },
  {
    name: 'as many as a batch may hold',
    text: batch(100),
    answer: Array.from({ length: 100 }, (_value, id) => result(id, 'pong')),
  },
  { name: 'one more', text: batch(101), answer: error(null, -32_003) },
]

/** A request with that many levels, its own and that of params among them. */
function nested(levels: number): string {
  return `{"jsonrpc":"2.0","method":"ping","id":1,"params":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`
}

function batch(count: number): string {
  return JSON.stringify(Array.from({ length: count }, (_value, id) => ({ jsonrpc: '2.0', method: 'ping', id })))
}

describe.each(CARRIERS)('%s', (name) => {
  let server: TestServer
  let carrier: CarrierClient
  beforeAll(async () => {
    server = await startServer()
    carrier = await openCarrier(name, server)
    await carrier.exchange('{"jsonrpc":"2.0","method":"ping"}') // the first byte decides what a client speaks, so it is a brace
  })
  afterAll(async () => {
    await carrier.close()
    await server[Symbol.asyncDispose]()
  })

  test.each(EXAMPLES)('example: $name', async ({ text, answer }) => {
    expect(await carrier.exchange(text)).toEqual(answer)
  })

  test.each(RULES)('rule: $name', async ({ text, answer }) => {
    expect(await carrier.exchange(text)).toEqual(answer)
  })

  test('a handler that breaks is answered without its text, and logged', async () => {
    using told = vi.spyOn(console, 'error')
    const internal = { code: -32_603, message: 'internal error', data: rpcError('internal').data }
    expect(await carrier.exchange('{"jsonrpc":"2.0","method":"fail","id":1}')).toEqual({ jsonrpc: '2.0', id: 1, error: internal })
    expect(server.logger.records).toContainEqual(expect.objectContaining({ level: 'error', message: 'RPC method failed' }))
    expect(await carrier.exchange('{"jsonrpc":"2.0","method":"unencodable","id":2}')).toEqual({
      jsonrpc: '2.0',
      id: 2,
      error: internal,
    })
    expect(told).not.toHaveBeenCalled()
  })

  test('methods were called for notifications too', async () => {
    const before = server.state.updates.length
    await carrier.exchange(
      '[{"jsonrpc":"2.0","method":"notify_hello","params":[1]},{"jsonrpc":"2.0","method":"notify_hello","params":{"n":2}}]',
    )
    expect(server.state.updates.slice(before)).toEqual([{ n: 1 }, { n: 2 }])
  })

  test('text that is not UTF-8 is no JSON', async () => {
    const text = '{"jsonrpc":"2.0","method":"echo","params":["\u00e9"],"id":1}'
    expect(await carrier.exchange(text)).toEqual(result(1, '\u00e9'))
    expect(await carrier.exchange(Buffer.from(text, 'latin1'))).toEqual(error(null, -32_700))
  })
})
