import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { connect } from 'node:tls'
import type { TLSSocket } from 'node:tls'
import { expect, test } from 'vitest'
import { selfSigned } from './self-signed.ts'
import { TEST_COOKIE, startServer } from './testing/test-server.ts'
import { TlsFront } from './tls-front.ts'
import type { TurnSocket } from './turn-socket.ts'

const BYTES = 1_048_576
/** Twice what comes at once: what came in two turns may be counted as one. */
const SEEN_AS_ONE = 128

/** How many events came in each turn of the event loop. */
class TurnCounts {
  readonly perTurn: number[] = []
  #inTurn = 0

  count(): void {
    if (this.#inTurn === 0) {
      setImmediate(() => {
        this.perTurn.push(this.#inTurn)
        this.#inTurn = 0
      })
    }
    this.#inTurn += 1
  }

  get most(): number {
    return Math.max(...this.perTurn)
  }
}

/** A client whose records are as small as Node makes them. */
function tiny(port: number): TLSSocket {
  const client = connect({ port, host: '127.0.0.1', rejectUnauthorized: false })
  client.setMaxSendFragment(512)
  return client.on('error', () => {}) // it is the other end that ends
}

/** Both ends of a connection over which a mebibyte is on its way. */
async function flooded(): Promise<{ readonly socket: TurnSocket; readonly close: () => void }> {
  const tls = new TlsFront(await selfSigned([]))
  const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = tiny((server.address() as AddressInfo).port)
  const [accepted] = (await once(server, 'connection')) as [Socket]
  const socket = tls.wrap(accepted)
  await Promise.all([once(socket, 'secure'), once(client, 'secureConnect')])
  client.write(Buffer.alloc(BYTES))
  const close = (): void => {
    client.destroy()
    socket.destroy()
    server.close()
  }
  return { socket, close }
}

test('the smallest records of TLS have no more than their part of a turn of the event loop', async () => {
  const { socket, close } = await flooded()
  const turns = new TurnCounts()
  let received = 0
  await new Promise<void>((resolve) => {
    socket.on('data', (chunk: Buffer) => {
      turns.count()
      received += chunk.length
      if (received === BYTES) setImmediate(resolve)
    })
    socket.resume()
  })
  expect(turns.most).toBeLessThanOrEqual(SEEN_AS_ONE)
  close()
})

test('who paused it while it rested finds it paused', async () => {
  const { socket, close } = await flooded()
  let chunks = 0
  await new Promise<void>((resolve) => {
    socket.on('data', () => {
      chunks += 1
      if (chunks !== 64) return
      socket.pause()
      setImmediate(() => setImmediate(resolve))
    })
    socket.resume()
  })
  expect([chunks, socket.isPaused()]).toEqual([64, true])
  socket.resume()
  await once(socket, 'data')
  close()
})

test('so it is for a body over HTTP, which Node would read past the socket', async () => {
  await using server = await startServer({
    listen: [{ kind: 'tcp', host: '127.0.0.1', port: 0, tls: true }],
    tls: await selfSigned([]),
  })
  const turns = new TurnCounts()
  const onRequest = (message: unknown): void => {
    const { request } = message as { readonly request: IncomingMessage }
    const push = request.push.bind(request)
    request.push = (chunk, encoding) => {
      turns.count()
      return push(chunk, encoding)
    }
  }
  subscribe('http.server.request.start', onRequest)
  try {
    const client = tiny(server.port)
    const body = '{"jsonrpc":"2.0","id":1,"method":"ping"}'.padStart(BYTES)
    client.write(
      `POST / HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nAuthorization: Bearer ${TEST_COOKIE}\r\nContent-Length: ${BYTES}\r\nConnection: close\r\n\r\n${body}`,
    )
    const answer = (await client.toArray()).join('')
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK[^]*"result":"pong"/)
  } finally {
    unsubscribe('http.server.request.start', onRequest)
  }
  expect(turns.most).toBeLessThanOrEqual(SEEN_AS_ONE)
})
