/** Methods for tests: those of the JSON-RPC specification's examples, and some that wait, fail, notify or answer much. */
import type { MethodSpec } from '@dchat/rpc/schemas'
import type { Method, RpcContext } from '../methods.ts'

type Schema = Record<string, unknown>

/** Those that change something. */
const WRITES: ReadonlySet<string> = new Set(['update', 'notify_hello', 'chat.send'])

function custom(
  name: string,
  properties: Record<string, Schema>,
  handle: (params: never, context: RpcContext) => unknown,
): Method {
  const order = Object.keys(properties)
  const params = {
    type: 'object',
    properties,
    required: order.filter((one) => properties[one]?.['optional'] !== true),
    additionalProperties: false,
  } as unknown as MethodSpec['params']
  const spec: MethodSpec = {
    name,
    summary: '',
    details: '',
    access: WRITES.has(name) ? 'write' : 'read',
    programs: ['dchatd'],
    since: '1.0.0',
    params,
    order,
    result: {} as MethodSpec['result'],
    errors: [],
    example: { params: {}, result: null },
    canDisable: true,
  }
  return { spec, handle: handle as Method['handle'] }
}

const number = { type: 'number' }

/** What the methods did, for tests to look at. */
export interface TestState {
  /** Calls of `wait` that have not ended. */
  waiting: Set<(value: unknown) => void>
  contexts: RpcContext[]
  updates: unknown[]
  subscriptions: { params: unknown; context: RpcContext }[]
  aborts: number
  /** Calls of `much`. */
  much: number
  afterAnswer: number
}

export function newTestState(): TestState {
  return { waiting: new Set(), contexts: [], updates: [], subscriptions: [], aborts: 0, much: 0, afterAnswer: 0 }
}

export function testMethods(state: TestState): Method[] {
  return [
    custom('ping', {}, () => 'pong'),
    custom(
      'subtract',
      { minuend: number, subtrahend: number },
      ({ minuend, subtrahend }: { minuend: number; subtrahend: number }) => minuend - subtrahend,
    ),
    custom('sum', { a: number, b: number, c: number }, ({ a, b, c }: Record<string, number>) => a! + b! + c!),
    custom('get_data', {}, () => ['hello', 5]),
    custom('update', { a: number, b: number, c: number, d: number, e: number }, (params) => {
      state.updates.push(params)
    }),
    custom('notify_hello', { n: number }, (params) => {
      state.updates.push(params)
    }),
    custom('echo', { text: { type: 'string' } }, ({ text }: { text: string }) => text),
    custom('much', { bytes: number }, ({ bytes }: { bytes: number }) => {
      state.much += 1
      return 'x'.repeat(bytes)
    }),
    custom('chat.send', { text: { type: 'string' } }, ({ text }: { text: string }) => text),
    custom(
      'chat.subscribe',
      { since: { type: 'integer', optional: true }, room: { type: 'string', optional: true } },
      (params, context) => {
        state.subscriptions.push({ params, context })
        return 'chat-1'
      },
    ),
    custom('may_call', { name: { type: 'string' } }, ({ name }: { name: string }, context) => [
      context.mayCall(name),
      context.token ?? null,
    ]),
    custom('node.metrics', {}, () => 'dchat_up 1\n'),
    custom('fail', {}, () => {
      throw new TypeError('a secret of /home/somebody')
    }),
    custom('unencodable', {}, () => 1n),
    custom(
      'wait',
      {},
      (_params, { signal }) =>
        new Promise((resolve, reject) => {
          state.waiting.add(resolve)
          signal.addEventListener(
            'abort',
            () => {
              state.waiting.delete(resolve)
              state.aborts += 1
              reject(signal.reason as Error)
            },
            { once: true },
          )
        }),
    ),
    custom('keep', {}, (_params, context) => {
      state.contexts.push(context)
      context.afterAnswer(() => {
        state.afterAnswer += 1
        context.connection.notify('kept', [])
      })
      return true
    }),
  ]
}
