import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { connect } from 'node:tls'
import { SystemClock } from '@dchat/system'
import { expect, test } from 'vitest'
import { DrainWatch } from './drain-watch.ts'
import { LineCarrier } from './line-carrier.ts'
import { TlsFront } from './tls-front.ts'
import { selfSigned } from './self-signed.ts'

test('a client that sends the smallest records of TLS has no more than its part of a turn of the event loop', async () => {
  const tls = new TlsFront(await selfSigned([]))
  const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const client = connect({ port, host: '127.0.0.1', rejectUnauthorized: false })
  client.setMaxSendFragment(512)
  client.on('error', () => {}) // it is the other end that ends
  const [accepted] = (await once(server, 'connection')) as [Socket]
  const socket = tls.wrap(accepted)
  await Promise.all([once(socket, 'secure'), once(client, 'secureConnect')])
  const bytes = 1_048_576
  client.write(Buffer.alloc(bytes, ' '))
  const watch = new DrainWatch(socket, { clock: new SystemClock(), stallMs: 30_000, onStalled: () => {} })
  const carrier = new LineCarrier(socket, { watch, maxBytes: 1_024 })
  const perTurn: number[] = []
  let [received, inTurn] = [0, 0]
  await new Promise<void>((resolve) => {
    socket.on('data', (chunk: Buffer) => {
      if (inTurn === 0) {
        setImmediate(() => {
          perTurn.push(inTurn)
          inTurn = 0
        })
      }
      inTurn += 1
      received += chunk.length
      carrier.push(chunk)
      while (carrier.next() !== undefined);
      carrier.resume()
      if (received === bytes) setImmediate(resolve)
    })
    carrier.resume()
  })
  expect(Math.max(...perTurn)).toBeLessThanOrEqual(128)
  client.destroy()
  socket.destroy()
  server.close()
})
