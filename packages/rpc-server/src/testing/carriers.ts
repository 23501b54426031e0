/** One way to talk to the server for each carrier, all with the same face. */
import { WebSocket } from 'ws'
import { ask } from './http-client.ts'
import { LineClient } from './line-client.ts'
import type { TestServer } from './test-server.ts'

export interface CarrierClient {
  /** Sends one text and gives what comes back for it as JSON, undefined when nothing does. */
  exchange(text: string | Buffer): Promise<unknown>
  close(): Promise<void>
}

export type CarrierName = 'line on unix' | 'line on tcp' | 'http on tcp' | 'http on unix' | 'ws on tcp' | 'ws on unix'
export const CARRIERS: readonly CarrierName[] = [
  'line on unix',
  'line on tcp',
  'http on tcp',
  'http on unix',
  'ws on tcp',
  'ws on unix',
]

export async function openCarrier(name: CarrierName, server: TestServer): Promise<CarrierClient> {
  switch (name) {
    case 'line on unix':
      return lineCarrier(await LineClient.open({ path: server.socketPath }))
    case 'line on tcp': {
      const client = await LineClient.open({ host: '127.0.0.1', port: server.port })
      await client.ask({ jsonrpc: '2.0', id: 'auth', method: 'rpc.auth', params: [server.cookie] })
      return lineCarrier(client)
    }
    case 'http on tcp':
      return httpCarrier({ host: '127.0.0.1', port: server.port }, server.cookie)
    case 'http on unix':
      return httpCarrier({ socketPath: server.socketPath })
    case 'ws on tcp': {
      const headers = { authorization: `Bearer ${server.cookie}` }
      return wsCarrier(await openWebSocket(`ws://127.0.0.1:${server.port}/ws`, headers))
    }
    case 'ws on unix':
      return wsCarrier(await openWebSocket(`ws+unix://${server.socketPath}:/ws`))
  }
}

/** Ends with a ping of its own: when its answer comes and nothing came before it, there was no answer. */
const SENTINEL = 'after-that'
const sentinel = JSON.stringify({ jsonrpc: '2.0', id: SENTINEL, method: 'ping' })

function isSentinel(value: unknown): boolean {
  return (value as { id?: unknown }).id === SENTINEL
}

function lineCarrier(client: LineClient): CarrierClient {
  return {
    exchange: async (text) => {
      client.send(Buffer.concat([typeof text === 'string' ? Buffer.from(text) : text, Buffer.from(`\n${sentinel}\n`)]))
      return untilSentinel(() => client.next())
    },
    close: () => client.close(),
  }
}

async function untilSentinel(next: () => Promise<string | undefined>): Promise<unknown> {
  let answer: unknown
  for (;;) {
    const line = await next()
    if (line === undefined) throw new Error('the connection closed')
    const value = JSON.parse(line) as unknown
    if (isSentinel(value)) return answer
    answer = value
  }
}

function httpCarrier(to: { host: string; port: number } | { socketPath: string }, cookie?: string): CarrierClient {
  const headers = { 'content-type': 'application/json', ...(cookie === undefined ? {} : { authorization: `Bearer ${cookie}` }) }
  return {
    exchange: async (text) => {
      const answer = await ask({ ...to, headers }, text)
      if (answer.status === 204) {
        if (answer.text !== '') throw new Error('204 with a body')
        return undefined
      }
      if (answer.status !== 200) throw new Error(`status ${answer.status}: ${answer.text}`)
      return JSON.parse(answer.text) as unknown
    },
    close: () => Promise.resolve(),
  }
}

export function openWebSocket(url: string, headers: Record<string, string> = {}): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const ws = new WebSocket(url, { headers, perMessageDeflate: true })
    ws.once('error', reject)
    ws.once('open', () => {
      ws.removeListener('error', reject)
      resolve(ws)
    })
  })
}

function wsCarrier(ws: WebSocket): CarrierClient {
  const messages: string[] = []
  const waiting: ((text: string | undefined) => void)[] = []
  ws.on('message', (data: Buffer) => {
    const waiter = waiting.shift()
    if (waiter === undefined) messages.push(data.toString())
    else waiter(data.toString())
  })
  ws.on('close', () => waiting.splice(0).forEach((waiter) => waiter(undefined)))
  const next = (): Promise<string | undefined> => {
    const text = messages.shift()
    return text === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(text)
  }
  return {
    exchange: (text) => {
      ws.send(text)
      ws.send(sentinel)
      return untilSentinel(next)
    },
    close: () =>
      new Promise((resolve) => {
        ws.once('close', () => resolve())
        ws.close()
      }),
  }
}
