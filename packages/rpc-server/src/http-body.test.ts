import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { ClientRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { readBody } from './http-body.ts'

/** What comes of a request whose body `send` writes, where 10 bytes are allowed. */
async function readOf(headers: Readonly<Record<string, string>>, send: (request: ClientRequest) => void): Promise<unknown> {
  const server = createServer({ keepAliveTimeout: 1 }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const read = new Promise((resolve) => {
    server.on('request', (incoming, response) => {
      response.writeContinue()
      readBody(incoming, 10, (error, body) => {
        resolve(error ?? body?.toString())
        response.end()
      })
    })
  })
  const client = request({ port, host: '127.0.0.1', method: 'POST', headers })
  client.on('error', () => {}) // it is the one that ends
  client.once('continue', () => send(client))
  client.flushHeaders()
  const outcome = await read
  client.destroy()
  server.close()
  return outcome
}

const TOO_LARGE = { code: 'FST_ERR_CTP_BODY_TOO_LARGE', statusCode: 413 }

test('a body comes whole, whatever its chunks', async () => {
  const inChunksOfOne = (client: ClientRequest): void => {
    for (const digit of '0123456789') client.write(digit)
    client.end()
  }
  expect(await readOf({}, inChunksOfOne)).toBe('0123456789')
  expect(await readOf({}, (client) => client.end())).toBe('')
})

test('one that is too large is refused by what it declares, or as soon as it is', async () => {
  expect(await readOf({ 'content-length': '11' }, () => {})).toMatchObject(TOO_LARGE)
  expect(await readOf({}, (client) => client.write('01234567890'))).toMatchObject(TOO_LARGE)
})

test('a client that goes in the middle of it is told of as its own fault', async () => {
  const gone = await readOf({}, (client) => client.write('0123', () => client.destroy()))
  expect(gone).toMatchObject({ code: 'ECONNRESET', statusCode: 400 })
})
