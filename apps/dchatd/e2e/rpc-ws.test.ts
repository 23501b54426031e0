/** JSON-RPC over WebSocket against the running daemon. */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { ClientOptions } from 'ws'
import { DaemonNode, until } from '@dchat/e2e'
import type { Answer } from '@dchat/e2e'

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
  authorization = `Bearer ${readFileSync(node.home.paths.cookiePath, 'utf8').trim()}`
})

afterAll(() => Promise.all([node, other].map((one) => one?.[Symbol.asyncDispose]())))

/** A WebSocket, and what came on it. */
class Page implements AsyncDisposable {
  readonly ws: WebSocket
  readonly came: Answer[] = []

  private constructor(ws: WebSocket) {
    this.ws = ws
    ws.on('message', (data: Buffer) => this.came.push(JSON.parse(data.toString())))
    ws.on('error', () => {}) // how the connection ends is what tests look at
  }

  static async open(address = url, options: ClientOptions = { headers: { authorization } }): Promise<Page> {
    const ws = new WebSocket(address, options)
    const page = new Page(ws)
    await once(ws, 'open')
    return page
  }

  send(value: unknown): void {
    this.ws.send(typeof value === 'string' ? value : JSON.stringify(value))
  }

  /** The answer to the request with this id. */
  answer(id: unknown): Promise<Answer> {
    return until(`an answer to ${String(id)} comes`, () => this.came.find((one) => one.id === id))
  }

  async ask(method: string, params: unknown, id: unknown = method): Promise<Answer> {
    this.send({ jsonrpc: '2.0', id, method, params })
    return (await this.answer(id)).result
  }

  /** The notifications of a subscription with a text in which `part` stands, as soon as there is one. */
  messages(subscription: string, part: string): Promise<Answer[]> {
    const find = (): Answer[] =>
      this.came.filter(
        ({ method, params }) =>
          method === 'chat.message' && params.subscription === subscription && params.message.text.includes(part),
      )
    return until(`"${part}" comes on ${subscription}`, () => (find().length > 0 ? find() : undefined))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.ws.readyState === WebSocket.CLOSED) return
    this.ws.terminate()
    await once(this.ws, 'close')
  }
}

async function refusal(options: ClientOptions): Promise<number> {
  const ws = new WebSocket(url, options)
  ws.on('error', () => {})
  const [, response] = (await once(ws, 'unexpected-response')) as [unknown, IncomingMessage]
  ws.terminate()
  return response.statusCode!
}

describe('a subscription', () => {
  test('hears what another node sends, and what this one sends with its delivery', async () => {
    await using page = await Page.open()
    const id = await page.ask('chat.subscribe', {})
    expect(id).toEqual(expect.any(String))
    await other.client.call('chat.send', { text: 'from afar' })
    const from = expect.stringMatching(/^tcp:\/\/127\./)
    expect(await page.messages(id, 'from afar')).toMatchObject([
      { params: { message: { text: '<bob> from afar', own: false, author: { key: null, nick: null, from }, delivery: null } } },
    ])
    const { seq } = await page.ask('chat.send', { text: 'from here' })
    expect(await page.messages(id, 'from here')).toMatchObject([{ params: { message: { seq, own: true } } }])
    const delivery = await until('the delivery is told', () => page.came.find(({ method }) => method === 'chat.delivery'))
    expect(delivery.params).toEqual({ subscription: id, seq, delivery: { state: 'sent', written: 1, held: 0 } })
  })

  test('replays from since, in order and without a gap', async () => {
    const { last_seq: since } = await node.client.call('chat.history', { limit: 1 })
    for (const text of ['r1', 'r2']) await node.client.call('chat.send', { text })
    await using page = await Page.open()
    const id = await page.ask('chat.subscribe', { since })
    await node.client.call('chat.send', { text: 'r3' })
    await page.messages(id, 'r3')
    const texts = page.came.filter(({ method }) => method === 'chat.message').map(({ params }) => params.message.text)
    expect(texts).toEqual(['r1', 'r2', 'r3'])
  })

  test('ends when it is asked to, alone', async () => {
    await using page = await Page.open()
    const [first, second] = [await page.ask('chat.subscribe', {}, 'a'), await page.ask('chat.subscribe', {}, 'b')]
    expect(await page.ask('chat.unsubscribe', [first])).toBe(true)
    await other.client.call('chat.send', { text: 'only for the second' })
    await page.messages(second, 'only for the second')
    expect(page.came.filter(({ params }) => params?.subscription === first)).toEqual([])
    page.send({ jsonrpc: '2.0', id: 'again', method: 'chat.unsubscribe', params: { subscription: first } })
    expect(await page.answer('again')).toMatchObject({ error: { code: -32_004 } })
  })

  test('ends with its connection, and costs the others nothing', async () => {
    await using page = await Page.open()
    const id = await page.ask('chat.subscribe', {})
    for (let count = 0; count < 20; count += 1) {
      await using gone = await Page.open()
      await gone.ask('chat.subscribe', {})
    }
    await other.client.call('chat.send', { text: 'still here?' })
    expect(await page.messages(id, 'still here?')).toHaveLength(1)
  })
})

test('batches, notifications and errors are as everywhere', async () => {
  await using page = await Page.open()
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
  await using page = await Page.open()
  await using big = await Page.open()
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
