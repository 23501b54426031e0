import { RpcError } from '@dchat/rpc'
import { MemoryLogger, Publisher } from '@dchat/system'
import { expect, test } from 'vitest'
import { checkCanNotify, forwardEvents } from './forward-events.ts'
import type { RpcConnection, RpcContext } from './methods.ts'

/** A connection that keeps what it is given while there is room. */
class Client implements RpcConnection {
  position(): void {}

  readonly id = 7
  readonly kind: RpcConnection['kind']
  readonly heard: unknown[] = []
  hasRoom = true

  constructor(kind: RpcConnection['kind'] = 'line') {
    this.kind = kind
  }

  notify(method: string, params: unknown): boolean {
    if (this.hasRoom) this.heard.push([method, params])
    return this.hasRoom
  }

  onDrain(): () => void {
    return () => {}
  }

  onClose(): () => void {
    return () => {}
  }
}

test('events follow the answer, are lost while the client has no room, and end', () => {
  const events = new Publisher<{ event: number }>((error) => {
    throw error
  })
  const logger = new MemoryLogger()
  const connection = new Client()
  const answered: (() => void)[] = []
  const context: RpcContext = {
    connection,
    signal: new AbortController().signal,
    callable: () => [],
    afterAnswer: (action) => answered.push(action),
    token: undefined,
    mayCall: () => true,
  }
  const end = forwardEvents<number>(context, {
    name: 'numbers',
    logger,
    subscribe: (listener) => events.subscribe('event', listener),
  })
  events.publish('event', 1)
  expect(connection.heard).toEqual([])
  for (const action of answered) action()
  for (const [number, hasRoom] of [
    [2, true],
    [3, false],
    [4, false],
    [5, true],
    [6, false],
  ] as const) {
    connection.hasRoom = hasRoom
    events.publish('event', number)
  }
  expect(connection.heard).toEqual([
    ['numbers', [2]],
    ['numbers', [5]],
  ])
  expect(logger.records).toEqual(
    [1, 2].map(() => ({
      level: 'warn',
      message: 'RPC client is too slow, network events are lost',
      fields: { connectionId: 7 },
    })),
  )
  end()
  expect(events.listenerCount('event')).toBe(0)
})

test('HTTP has no notifications', () => {
  for (const kind of ['line', 'ws'] as const) expect(() => checkCanNotify(new Client(kind))).not.toThrow()
  expect(() => checkCanNotify(new Client('http'))).toThrow(RpcError)
})
