/**
 * The two clients that exist for the reference, as docs/rpc.md describes them: the tutorial's command line client and the dnet
 * viewer. Both speak raw lines over TCP, without a cookie.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DaemonNode, LineClient, PythonClient } from '@dchat/e2e'
import type { Answer } from '@dchat/e2e'

let node: DaemonNode
let port: number

beforeEach(async () => {
  node = await DaemonNode.running({ hasTcpRpc: true, config: { rpc: ['rpc_compat = true'] } })
  port = await node.rpcPort()
})

afterEach(() => node?.[Symbol.asyncDispose]())

const connect = (): Promise<LineClient> => LineClient.connect({ host: '127.0.0.1', port })

/** A node that remembers `node` as one it was connected with, dials it, and tells it where it listens itself. */
async function acquaintance(): Promise<DaemonNode> {
  const other = new DaemonNode()
  const { dataDir, hostlistPath } = other.home.paths
  mkdirSync(dataDir)
  writeFileSync(hostlistPath, `gold\t${await node.url()}\t${Math.floor(Date.now() / 1000)}\n`)
  await other.start()
  await other.hasPeers(1)
  return other
}

describe('the tutorial client', () => {
  test('pings, sends and receives, one request after the other', async () => {
    await using client = await connect()
    await using other = await acquaintance()
    expect(await client.ask('ping', [], 1)).toEqual({ jsonrpc: '2.0', id: 1, result: 'pong' })
    expect(await client.ask('send', ['hello from the tutorial'], 2)).toEqual({ jsonrpc: '2.0', id: 2, result: true })
    await other.stores('hello from the tutorial')
    await other.client.call('send', { text: 'and back' })
    await node.stores('and back')
    const { id, result } = await client.ask('recv', [], 3)
    expect(id).toBe(3)
    expect(result.filter((text: string) => text.includes('hello') || text.includes('back'))).toEqual(['and back'])
  })

  test('may connect anew for each request', async () => {
    for (const [id, method] of [
      [7, 'ping'],
      [2 ** 53 - 1, 'recv'],
    ] as const) {
      await using client = await connect()
      expect(await client.ask(method, [], id)).toMatchObject({ jsonrpc: '2.0', id })
    }
  })

  test('is told of an unknown method and of a text that is none as it knows it', async () => {
    await using client = await connect()
    expect(await client.ask('bogus', [], 4)).toMatchObject({ id: 4, error: { code: -32_601, message: 'method not found' } })
    expect(await client.ask('send', [[]], 5)).toMatchObject({ id: 5, error: { code: -32_602, message: 'invalid params' } })
  })
})

/** As `key in container` of Python, which knows strings, lists and dictionaries and throws for everything else. */
function pythonIn(key: string, container: unknown): boolean {
  if (typeof container === 'string' || Array.isArray(container)) return container.includes(key)
  if (typeof container === 'object' && container !== null) return Object.hasOwn(container, key)
  throw new TypeError(`argument of type ${typeof container} is not iterable`)
}

/** How long an event may take: finding a peer takes a few rounds of a second. */
const SEEING_MS = 30_000

/** dnet's side of a connection: it asks, subscribes, and then reads lines for ever. */
class Viewer {
  readonly events: { event: string; info: Answer }[] = []
  readonly #client: LineClient

  constructor(client: LineClient) {
    this.#client = client
  }

  /** Reads the next line as dnet does. */
  async read(): Promise<void> {
    const line = await this.#client.read()
    if ('result' in line) {
      if (pythonIn('channels', line.result)) throw new Error('this is no answer to a subscription')
      return
    }
    if (line.method !== 'dnet.subscribe_events' || line.params.length !== 1)
      throw new Error(`what is this? ${JSON.stringify(line)}`)
    this.events.push(line.params[0])
  }

  /** Reads until an event of this kind has come that `fits`. @throws {Error} with those that came, after `SEEING_MS` */
  async sees(event: string, fits: (info: Answer) => boolean = () => true): Promise<Answer> {
    const endMs = performance.now() + SEEING_MS
    for (;;) {
      const seen = this.events.find((one) => one.event === event && fits(one.info))
      if (seen !== undefined) return seen.info
      if (performance.now() > endMs) throw new Error(`no ${event} among ${JSON.stringify(this.events.slice(-50), null, 1)}`)
      await this.read()
    }
  }
}

describe('dnet', () => {
  test('sees channels, messages and slots', async () => {
    await using client = await connect()
    const info = await client.ask('p2p.get_info', [], 1)
    expect(info.result).toEqual({ channels: expect.any(Array), outbound_slots: Array(8).fill(0) })
    expect(await client.ask('dnet.switch', [true], 2)).toEqual({ jsonrpc: '2.0', id: 2, result: true })
    client.send({ jsonrpc: '2.0', id: 3, method: 'dnet.subscribe_events', params: [] })
    const viewer = new Viewer(client)

    await using other = await acquaintance()
    const otherUrl = await other.url()
    const { channel_id: id, addr } = await viewer.sees('inbound_connected')
    expect(addr).toMatch(/^tcp:\/\/127\.\d+\.\d+\.\d+:\d+\/$/)
    await other.client.call('send', { text: 'hello' })
    await node.client.call('send', { text: 'hi' })
    for (const way of ['recv', 'send']) {
      const { chan, cmd, time } = await viewer.sees(way, (message) => message.cmd === 'post')
      expect({ chan, cmd }).toEqual({ chan: { addr: expect.stringMatching(/^tcp:/), id: expect.any(Number) }, cmd: 'post' })
      expect(time).toMatch(/^\d{19}$/)
    }
    await viewer.sees('recv', ({ chan, cmd }) => chan.id === id && cmd === 'version')

    // It was told of the other's address, and dials it back.
    const { slot } = await viewer.sees('outbound_slot_connecting', (slotInfo) => slotInfo.addr === otherUrl)
    const outbound = await viewer.sees('outbound_slot_connected', (slotInfo) => slotInfo.addr === otherUrl)
    expect(outbound).toEqual({ slot, addr: otherUrl, channel_id: expect.any(Number) })
    await viewer.sees('outbound_slot_sleeping')
    await viewer.sees('outbound_peer_discovery')
    const { channels, outbound_slots } = await node.client.call('p2p.get_info', [])
    expect(channels).toContainEqual({ id: outbound.channel_id, url: otherUrl, session: 'outbound' })
    expect(channels).toContainEqual({ id, url: addr, session: 'inbound' })
    expect(outbound_slots[slot]).toBe(outbound.channel_id)
    expect(outbound_slots).toHaveLength(8)

    await other.kill('SIGKILL')
    await viewer.sees('inbound_disconnected', (gone) => gone.channel_id === id && gone.addr === addr)
    expect(await viewer.sees('outbound_slot_disconnected')).toEqual({ slot, err: expect.any(String) })
  })

  test('sees nothing while it is switched off', async () => {
    await using client = await connect()
    await client.ask('dnet.switch', [true], 1)
    await client.ask('dnet.subscribe_events', [], 2)
    await node.client.call('dnet.switch', { on: false })
    await using other = await acquaintance()
    await other.client.call('send', { text: 'unseen' })
    await node.stores('unseen')
    // The next line is this answer: no event came before it.
    client.send({ jsonrpc: '2.0', id: 3, method: 'ping', params: [] })
    expect(await client.read()).toEqual({ jsonrpc: '2.0', id: 3, result: 'pong' })
  })
})

describe('as programs in Python', () => {
  const call = (method: string, ...params: string[]) =>
    PythonClient.run('line_client.py', ['127.0.0.1', String(port), method, ...params])

  test('the command line client sends and receives, a connection for each call', async () => {
    await using other = await acquaintance()
    expect(await call('ping')).toEqual({ code: 0, stdout: '"pong"\n', stderr: '' })
    expect(await call('send', 'hello from Python, h\u00e9 \u65e5')).toMatchObject({ code: 0, stdout: 'true\n' })
    await other.stores('hello from Python, h\u00e9 \u65e5')
    await other.client.call('send', { text: 'and back' })
    await node.stores('and back')
    const received = await call('recv')
    expect(received).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(received.stdout)).toContain('and back')
    expect(await call('bogus')).toMatchObject({ code: 1, stderr: 'error -32601: method not found\n' })
  })

  test('the viewer sees slots, connections and messages', async () => {
    await using viewer = new PythonClient('viewer.py', ['127.0.0.1', String(port), 'node'])
    await viewer.prints<Answer>('the slots', ([what, value]) => what === 'slots' && value.length === 8)
    await viewer.prints<Answer>('that it is subscribed', ([what]) => what === 'subscribed')
    await using other = await acquaintance()
    const [, { addr }] = await viewer.prints<Answer>('who has come', ([what]) => what === 'inbound_connected')
    expect(addr).toMatch(/^tcp:\/\/127\./)
    await other.client.call('send', { text: 'hello' })
    await viewer.prints<Answer>('a message', ([what, info]) => what === 'recv' && info.cmd === 'post')
  })
})
