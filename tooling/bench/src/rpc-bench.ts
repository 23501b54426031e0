/** The RPC of a whole daemon, over each carrier: one request after the other, and many at a time. */
import { BenchDaemon } from './bench-daemon.ts'
import { Exchange } from './exchange.ts'
import type { Talk } from './exchange.ts'
import { machineSpeed } from './machine.ts'
import type { MachineSpeed } from './machine.ts'

/** Each figure is the median of so many runs. */
const ROUNDS = 5
const SINGLE_REQUESTS = 4_000
const SINGLE_SENDS = 1_000
const PIPELINED_REQUESTS = 60_000
const PIPELINED_SENDS = 4_000
/** What a connection works on at a time. Source: docs/limits.md, `maxInFlight`. */
const WINDOW = 64
const SENDERS = 4

export interface RpcRow {
  readonly label: string
  readonly value: number
  readonly unit: 'µs' | '/s'
  readonly aim?: number
  readonly reference?: number
}

const PING = '{"jsonrpc":"2.0","id":1,"method":"ping"}'
const SEND = `{"jsonrpc":"2.0","id":1,"method":"chat.send","params":["${'x'.repeat(100)}"]}`

function lines(endpoint: Talk['endpoint'], body = PING): Talk {
  return { endpoint, request: Buffer.from(`${body}\n`), mark: 'line end', expected: '"result"' }
}

function http(endpoint: Talk['endpoint']): Talk {
  const head = `POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${PING.length}\r\n\r\n`
  return { endpoint, request: Buffer.from(head + PING), mark: 'same length', expected: '"pong"' }
}

/** `FIN, text | masked, length | mask of zeros | text` */
function webSocket(endpoint: Talk['endpoint']): Talk {
  const opening =
    'GET /ws HTTP/1.1\r\nhost: localhost\r\nconnection: Upgrade\r\nupgrade: websocket\r\n' +
    'sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n'
  const request = Buffer.concat([Buffer.of(0x81, 0x80 | PING.length, 0, 0, 0, 0), Buffer.from(PING)])
  return { endpoint, opening, request, mark: 'same length', expected: '"pong"' }
}

export async function rpcBench(): Promise<{ machine: MachineSpeed; rows: RpcRow[] }> {
  const machine = await machineSpeed()
  await using daemon = await new BenchDaemon().start()
  const unix = { path: daemon.socketPath }
  const tcp = { host: '127.0.0.1', port: await daemon.rpcPort() }
  const us = async (talk: Talk, requests = SINGLE_REQUESTS): Promise<number> => 1_000 * (await singleMs(talk, requests))
  return {
    machine,
    rows: [
      { label: 'ping, lines on the Unix socket', value: await us(lines(unix)), unit: 'µs', aim: 150 },
      { label: 'ping, lines on TCP', value: await us(lines(tcp)), unit: 'µs', aim: 150, reference: 109 },
      { label: 'ping, HTTP', value: await us(http(unix)), unit: 'µs' },
      { label: 'ping, WebSocket', value: await us(webSocket(unix)), unit: 'µs' },
      { label: 'pings pipelined, lines on the Unix socket', value: await pipelined(lines(unix)), unit: '/s', aim: 60_000 },
      { label: 'pings pipelined, lines on TCP', value: await pipelined(lines(tcp)), unit: '/s', aim: 60_000, reference: 46_000 },
      { label: 'pings pipelined, WebSocket', value: await pipelined(webSocket(unix)), unit: '/s', aim: 50_000 },
      { label: 'pings pipelined, HTTP', value: await pipelined(http(unix)), unit: '/s', aim: 15_000 },
      { label: 'chat.send, answered when durable', value: await us(lines(unix, SEND), SINGLE_SENDS), unit: 'µs', aim: 1_000 },
      { label: 'chat.send, 64 at a time on 4 connections', value: await sends(lines(unix, SEND)), unit: '/s', aim: 5_000 },
    ],
  }
}

async function singleMs(talk: Talk, requests: number): Promise<number> {
  await using exchange = await Exchange.open(talk)
  await exchange.times(requests / 4)
  return median(await exchange.times(requests))
}

async function pipelined(talk: Talk): Promise<number> {
  await using exchange = await Exchange.open(talk)
  return await medianRate(PIPELINED_REQUESTS, () => exchange.run(PIPELINED_REQUESTS, WINDOW))
}

async function sends(talk: Talk): Promise<number> {
  await using opened = new AsyncDisposableStack()
  const exchanges: Exchange[] = []
  for (let index = 0; index < SENDERS; index += 1) exchanges.push(opened.use(await Exchange.open(talk)))
  return await medianRate(SENDERS * PIPELINED_SENDS, () =>
    Promise.all(exchanges.map((exchange) => exchange.run(PIPELINED_SENDS, WINDOW / SENDERS))),
  )
}

/** Of one run more than is counted: the first warms up. */
async function medianRate(count: number, run: () => Promise<unknown>): Promise<number> {
  const rates: number[] = []
  for (let round = 0; round <= ROUNDS; round += 1) {
    const startMs = performance.now()
    await run()
    if (round > 0) rates.push((count / (performance.now() - startMs)) * 1_000)
  }
  return median(rates)
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!
}
