/** JSON-RPC over WebSocket against the running daemon. */
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { ClientOptions } from 'ws'
import { DaemonNode, until } from '@dchat/e2e'
import { Page } from './testing/page.ts'

let node: DaemonNode
/** A node that is connected with it. */
let other: DaemonNode
let url: string
let authorization: string

beforeAll(async () => {
  node = await DaemonNode.running({ hasTcpRpc: true })
  other = await DaemonNode.running({
    config: { net: [`peers = ["${await node.url()}"]`, 'outbound_connections = 0'], chat: ['nick = "bob"'] },
  })
  await other.hasPeers(1)
  url = `ws://127.0.0.1:${await node.rpcPort()}/ws`
  authorization = `Bearer ${node.cookie}`
})

afterAll(() => Promise.all([node, other].map((one) => one?.[Symbol.asyncDispose]())))

const openPage = (): Promise<Page> => Page.open(url, { headers: { authorization } })

async function refusal(options: ClientOptions): Promise<number> {
  const ws = new WebSocket(url, options)
  ws.on('error', () => {})
  const [, response] = (await once(ws, 'unexpected-response')) as [unknown, IncomingMessage]
  ws.terminate()
  return response.statusCode!
}

describe('a subscription', () => {
  test('hears what another node sends, and what this one sends with its delivery', async () => {
    await using page = await openPage()
    const id = await page.ask('chat.subscribe', {})
    expect(id).toEqual(expect.any(String))
    const { key, tag } = await other.client.call('identity.get', [])
    await other.client.call('chat.send', { text: 'from afar' })
    expect(await page.messages(id, 'from afar')).toMatchObject([
      { params: { message: { text: 'from afar', own: false, author: { key, tag, held: false, from: null }, delivery: null } } },
    ])
    const { seq } = await page.ask('chat.send', { text: 'from here' })
    expect(await page.messages(id, 'from here')).toMatchObject([{ params: { message: { seq, own: true } } }])
    const delivery = await until('the delivery is told', () => page.came.find(({ method }) => method === 'chat.delivery'))
    expect(delivery.params).toMatchObject({ subscription: id, seq, delivery: { state: 'sent', written: 1 } })
  })

  test('replays from since, in order and without a gap', async () => {
    const { last_seq: since } = await node.client.call('chat.history', { limit: 1 })
    for (const text of ['r1', 'r2']) await node.client.call('chat.send', { text })
    await using page = await openPage()
    const id = await page.ask('chat.subscribe', { since })
    await node.client.call('chat.send', { text: 'r3' })
    await page.messages(id, 'r3')
    const texts = page.came.filter(({ method }) => method === 'chat.message').map(({ params }) => params.message.text)
    expect(texts).toEqual(['r1', 'r2', 'r3'])
  })

  test('ends when it is asked to, alone', async () => {
    await using page = await openPage()
    const [first, second] = [await page.ask('chat.subscribe', {}, 'a'), await page.ask('chat.subscribe', {}, 'b')]
    expect(await page.ask('chat.unsubscribe', [first])).toBe(true)
    await other.client.call('chat.send', { text: 'only for the second' })
    await page.messages(second, 'only for the second')
    const forFirst = page.came.filter(({ method, params }) => method === 'chat.message' && params?.subscription === first)
    expect(forFirst).toEqual([])
    page.send({ jsonrpc: '2.0', id: 'again', method: 'chat.unsubscribe', params: { subscription: first } })
    expect(await page.answer('again')).toMatchObject({ error: { code: -32_004 } })
  })

  test('ends with its connection, and costs the others nothing', async () => {
    await using page = await openPage()
    const id = await page.ask('chat.subscribe', {})
    for (let count = 0; count < 20; count += 1) {
      await using gone = await openPage()
      await gone.ask('chat.subscribe', {})
    }
    await other.client.call('chat.send', { text: 'still here?' })
    expect(await page.messages(id, 'still here?')).toHaveLength(1)
  })
})

test('batches, notifications and errors are as everywhere', async () => {
  await using page = await openPage()
  page.send([
    { jsonrpc: '2.0', id: 1, method: 'ping' },
    { jsonrpc: '2.0', method: 'ping' },
  ])
  page.send('{"jsonrpc":')
  page.send({ jsonrpc: '2.0', id: 2, method: 'nope' })
  await page.answer(2)
  expect(page.came).toEqual([
    [{ jsonrpc: '2.0', id: 1, result: 'pong' }],
    { jsonrpc: '2.0', id: null, error: expect.objectContaining({ code: -32_700 }) },
    { jsonrpc: '2.0', id: 2, error: expect.objectContaining({ code: -32_601 }) },
  ])
})

test('the Unix socket has it too', async () => {
  await using page = await Page.open(`ws+unix:${node.home.paths.socketPath}:/ws`, {})
  expect(await page.ask('ping', [])).toBe('pong')
})

test('a message above a mebibyte ends its connection and no other', async () => {
  await using page = await openPage()
  await using big = await openPage()
  const closing = once(big.ws, 'close')
  big.ws.send('x'.repeat(1_048_577))
  expect((await closing)[0]).toBe(1009)
  expect(await page.ask('ping', [])).toBe('pong')
})

test('strangers and web pages are refused before the upgrade', async () => {
  expect(await refusal({})).toBe(401)
  expect(await refusal({ headers: { authorization: 'Bearer nonsense' } })).toBe(401)
  expect(await refusal({ headers: { authorization }, origin: 'https://evil.example' })).toBe(403)
  expect(await refusal({ headers: { authorization, host: 'evil.example' } })).toBe(403)
})

test('a stop ends the connection', async () => {
  await using stopping = await DaemonNode.running()
  await using page = await Page.open(`ws+unix:${stopping.home.paths.socketPath}:/ws`, {})
  const closing = once(page.ws, 'close')
  expect(await page.ask('node.stop', [])).toBe(true)
  await closing
  expect(await stopping.program.ended()).toMatchObject({ code: 0 })
})
