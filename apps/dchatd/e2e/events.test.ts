/** Events of a running daemon: followed by curl over restarts of the stream, and by clients that are too slow, on every carrier. */
import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DaemonNode, until } from '@dchat/e2e'
import { CurlEvents } from './testing/curl-events.ts'
import { sendByNode } from './testing/http.ts'
import { Page } from './testing/page.ts'

/** Messages of 60 KiB that no socket buffer holds together with the mebibyte that waits in the daemon. */
const TOO_MANY = 250
const LONG = 'x'.repeat(60_000)

let node: DaemonNode
let port: number
let authorization: string

beforeAll(async () => {
  node = await DaemonNode.running({ hasTcpRpc: true })
  port = await node.rpcPort()
  authorization = `Bearer ${node.cookie}`
})

afterAll(() => node?.[Symbol.asyncDispose]())

const follow = (query: string, args: string[] = []): CurlEvents =>
  new CurlEvents(`http://127.0.0.1:${port}/events${query}`, ['--header', `authorization: ${authorization}`, ...args])
const send = (text: string): Promise<{ seq: number }> => node.client.call('chat.send', { text })
/** Longer than a post may be. */
const sendLong = (): Promise<true> => node.client.call('send', { text: LONG })
const newest = async (): Promise<number> => (await node.client.call('chat.history', { limit: 1 })).last_seq

test('curl -N gets the lines as they are stored, with their numbers', async () => {
  await using curl = follow('')
  await until('the stream is open', () => curl.head.includes('200 OK'))
  expect(curl.head).toContain('content-type: text/event-stream')
  const { seq } = await send('hello events')
  await until('the line comes', () => curl.texts.includes('hello events'))
  expect(curl.events[0]).toMatchObject({ id: String(seq), event: 'chat.message', data: { message: { seq, own: true } } })
})

test('a stream that is cut before its first line goes on from where it began', async () => {
  const begun = await newest()
  const first = follow('')
  await until('the stream says where it begins', () => first.text.includes(`\n\nid: ${begun}\n\n`))
  await first[Symbol.asyncDispose]()
  await send('while nobody listened')
  await using second = follow('', ['--header', `last-event-id: ${begun}`])
  await until('the line comes', () => second.texts.includes('while nobody listened'))
  expect(second.texts).toHaveLength(1)
})

test('a stream that is cut and opened again by Last-Event-ID loses nothing and doubles nothing', async () => {
  const since = await newest()
  const total = 120
  const sending = (async () => {
    for (let number = 1; number <= total; number += 1) await send(`number ${number}`)
  })()
  const texts: string[] = []
  let last = String(since)
  while (texts.length < total) {
    await using curl = follow('?since=999999', ['--header', `last-event-id: ${last}`])
    const wanted = Math.min(total - texts.length, 25)
    await until('some lines come', () => curl.events.length >= wanted)
    const came = curl.events.slice(0, wanted)
    texts.push(...came.map(({ data }) => data.message.text))
    last = came.at(-1)!.id!
  }
  await sending
  expect(texts).toEqual(Array.from({ length: total }, (_, index) => `number ${index + 1}`))
})

test('a room, and what is no subscription', async () => {
  const since = await newest()
  await send('in the room')
  await using other = follow(`?since=${since}&room=elsewhere`)
  await using room = follow(`?since=${since}&room=dchat`)
  await until('the line comes', () => room.texts.length === 1)
  expect(other.texts).toEqual([])
  const ask = (path: string) => sendByNode({ at: { port }, path, headers: { authorization } })
  for (const query of ['since=x', 'since=-1', 'nonsense=1', 'room=']) {
    const { status, body } = await ask(`/events?${query}`)
    expect([query, status, JSON.parse(body)]).toMatchObject([query, 400, { error: { code: -32_602 } }])
  }
})

test('a stop ends the stream cleanly', async () => {
  await using stopping = await DaemonNode.running()
  await using curl = new CurlEvents('http://localhost/events', ['--unix-socket', stopping.home.paths.socketPath])
  await until('the stream is open', () => curl.head.includes('200 OK'))
  await stopping.kill('SIGTERM')
  expect(await curl.ended).toBe(0)
})

/** A line of a daemon that is a notification, or the answer that comes first. */
interface Told {
  readonly method?: string
  readonly params: { readonly message: { readonly seq: number }; readonly resume: number }
}

describe('a client that does not read gets a bounded queue, then where to resume', () => {
  /** What it had before it was told, and the number to go on from. */
  function checkLag(events: readonly Told[], since: number): number {
    const lagged = events.findIndex(({ method }) => method === 'chat.lagged')
    const seqs = events
      .slice(0, lagged)
      .flatMap(({ method, params }) => (method === 'chat.message' ? [params.message.seq as number] : []))
    expect(seqs).toEqual(seqs.map((_, index) => since + 1 + index))
    const { resume } = events[lagged]!.params
    expect(resume).toBeLessThanOrEqual(seqs.at(-1)!)
    expect(seqs.length).toBeLessThan(TOO_MANY)
    return resume as number
  }

  async function flood(): Promise<void> {
    for (let count = 0; count < TOO_MANY; count += 10) await Promise.all(Array.from({ length: 10 }, sendLong))
  }

  async function restFrom(resume: number): Promise<number> {
    const { messages } = await node.client.call('chat.history', { since: resume, limit: 1 })
    return messages[0]!.seq
  }

  test('by lines', async () => {
    const socket = connect({ path: node.home.paths.socketPath })
    let text = ''
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString()
    })
    const lines = (): Told[] =>
      text
        .split('\r\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line))
    const since = await newest()
    socket.write('{"jsonrpc":"2.0","id":1,"method":"chat.subscribe","params":{}}\n')
    await until('it is answered', () => lines().length === 1)
    socket.pause()
    await flood()
    socket.resume()
    await until('chat.lagged comes', () => lines().some(({ method }) => method === 'chat.lagged'))
    const resume = checkLag(lines().slice(1), since)
    expect(await restFrom(resume)).toBe(resume + 1)
    socket.destroy()
    await once(socket, 'close')
  })

  test('by WebSocket', async () => {
    await using page = await Page.open(`ws://127.0.0.1:${port}/ws`, { headers: { authorization } })
    const since = await newest()
    await page.ask('chat.subscribe', {})
    page.ws.pause()
    await flood()
    page.ws.resume()
    await until('chat.lagged comes', () => page.came.some(({ method }) => method === 'chat.lagged'))
    const resume = checkLag(page.came.filter(({ method }) => method !== undefined) as never, since)
    expect(await restFrom(resume)).toBe(resume + 1)
  })

  test('by events, whose stream ends then and goes on where the client comes back', async () => {
    const since = await newest()
    await using curl = follow('')
    await until('the stream is open', () => curl.head.includes('200 OK'))
    curl.pause(true)
    await flood()
    curl.pause(false)
    expect(await curl.ended).toBe(0)
    const events = curl.events.map(({ event, data }) => ({ method: event, params: data }))
    const resume = checkLag(events, since)
    const last = curl.events.at(-1)!
    expect([last.event, last.id]).toEqual(['chat.lagged', String(resume)])
    await using again = follow('', ['--header', `last-event-id: ${last.id}`])
    const end = since + TOO_MANY
    await until('the rest comes', () => again.events.some(({ id }) => id === String(end)), { timeoutMs: 60_000 })
    expect(again.events.filter(({ event }) => event === 'chat.message').map(({ id }) => Number(id))).toEqual(
      Array.from({ length: end - resume }, (_, index) => resume + 1 + index),
    )
  })
})
