/** Network events and channels, for more than one viewer and over every connection that has notifications. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DaemonNode, LineClient, RawListener, RawPeer, loopbackHost, recorded, until } from '@dchat/e2e'
import type { Answer } from '@dchat/e2e'
import { Page } from './testing/page.ts'

const QUERY = { transcript: 'seed_query_empty' }

describe('viewers', () => {
  let node: DaemonNode
  let other: DaemonNode
  let page: Page
  let line: LineClient

  beforeEach(async () => {
    node = await DaemonNode.running({
      hasTcpRpc: true,
      config: { rpc: ['rpc_compat = true'], net: ['outbound_connections = 0'] },
    })
    other = await DaemonNode.running({ config: { net: [`peers = ["${await node.url()}"]`, 'outbound_connections = 0'] } })
    await other.hasPeers(1)
    const port = await node.rpcPort()
    const authorization = `Bearer ${node.cookie}`
    page = await Page.open(`ws://127.0.0.1:${port}/ws`, { headers: { authorization } })
    line = await LineClient.connect({ host: '127.0.0.1', port })
  })

  afterEach(() => Promise.all([page, line, other, node].map((one) => one?.[Symbol.asyncDispose]())))

  const isChat = ({ event, info }: Answer): boolean => event === 'recv' && info.cmd === 'post'

  /** What has come on the WebSocket beside answers. */
  const pageEvents = (): Answer[] =>
    page.came.filter(({ method }) => method === 'dnet.subscribe_events').map(({ params }) => params[0])

  /** Reads raw lines up to an event that `fits`. */
  async function lineEvents(fits: (event: Answer) => boolean): Promise<Answer[]> {
    const events: Answer[] = []
    while (!events.some(fits)) {
      const { jsonrpc, method, params, ...rest } = await line.read()
      expect([jsonrpc, method, params.length, rest]).toEqual(['2.0', 'dnet.subscribe_events', 1, {}])
      events.push(params[0])
    }
    return events
  }

  test('on a WebSocket and on raw lines hear the same, in the same order', async () => {
    for (const id of [await page.ask('dnet.subscribe_events', []), (await line.ask('dnet.subscribe_events', [])).result])
      expect(id).toEqual(expect.any(String))
    expect(await page.ask('dnet.switch', [true])).toBe(true)
    await other.client.call('chat.send', { text: 'to be seen' })
    const heard = await lineEvents(isChat)
    await until('the page has heard it too', () => pageEvents().some(isChat))
    expect(pageEvents().slice(0, heard.length)).toEqual(heard)
    const { channels } = await page.ask('p2p.get_info', [])
    const [{ url: addr, id }] = channels
    expect(heard.at(-1)).toEqual({
      event: 'recv',
      info: { chan: { addr, id }, cmd: 'post', time: expect.stringMatching(/^\d{19}$/) },
    })
  })

  test('switched off they hear nothing, switched on again they need not subscribe again', async () => {
    await page.ask('dnet.subscribe_events', [])
    await page.ask('dnet.switch', [true], 'on')
    await page.ask('dnet.switch', [false], 'off')
    const before = page.came.length
    await other.client.call('chat.send', { text: 'unseen' })
    await node.stores('unseen')
    await page.ask('ping', [])
    expect(page.came.slice(before)).toEqual([{ jsonrpc: '2.0', id: 'ping', result: 'pong' }])
    await page.ask('dnet.switch', [true], 'on again')
    await other.client.call('chat.send', { text: 'seen' })
    await until('an event comes', () => pageEvents().some(isChat))
    expect(pageEvents().filter(isChat)).toHaveLength(1)
  })

  test('one that goes takes nothing from the other', async () => {
    await page.ask('dnet.subscribe_events', [])
    await line.ask('dnet.subscribe_events', [])
    await page.ask('dnet.switch', [true])
    await page[Symbol.asyncDispose]()
    await other.client.call('chat.send', { text: 'still seen' })
    expect((await lineEvents(isChat)).filter(isChat)).toHaveLength(1)
  })
})

/** A node that shall have a channel of each session with those given. */
function nodeBetween(peers: { seed: string; manual: string; gold: string; grey: string }): DaemonNode {
  const node = new DaemonNode({
    config: {
      net: [
        `seeds = ["${peers.seed}"]`,
        `peers = ["${peers.manual}"]`,
        'outbound_connections = 1',
        'disable_greys = true',
        'greylist_refinery_interval = 0.1',
      ],
    },
  })
  const { dataDir, hostlistPath } = node.home.paths
  mkdirSync(dataDir)
  const now = Math.floor(Date.now() / 1000)
  writeFileSync(hostlistPath, `gold\t${peers.gold}\t${now}\ngrey\t${peers.grey}\t${now}\n`)
  return node
}

test('p2p.get_info lists the channels of each session', async () => {
  await using seed = await RawListener.listen(loopbackHost())
  await using manual = await RawListener.listen(loopbackHost())
  await using gold = await RawListener.listen(loopbackHost())
  await using grey = await RawListener.listen(loopbackHost())
  await using node = nodeBetween({ seed: seed.url, manual: manual.url, gold: gold.url, grey: grey.url })
  await node.start()
  const has = (url: string, session: string): Promise<{ id: number }> =>
    until(`a channel of session ${session} with ${url}`, async () =>
      (await node.client.call('p2p.get_info', [])).channels.find((channel) => channel.url === url && channel.session === session),
    )

  const asked = await seed.peer()
  for (const command of ['version', 'verack']) asked.write(recorded('listener', command, QUERY))
  await has(seed.url, 'seed')
  asked.write(recorded('listener', 'addr', QUERY))
  await node.reaches('run')

  await (await manual.peer()).greet('listener')
  await has(manual.url, 'manual')
  await (await gold.peer()).greet('listener')
  const { id } = await has(gold.url, 'outbound')
  await until('its slot has its id', async () => (await node.client.call('p2p.get_info', [])).outbound_slots[0] === id)
  await grey.peer() // says nothing: a channel is listed once versions have been exchanged
  await using dialler = await RawPeer.dial(await node.url(), loopbackHost())
  await dialler.greet('dialer')
  await has(`tcp://${dialler.address}/`, 'inbound')
  const { channels } = await node.client.call('p2p.get_info', [])
  expect(channels.map(({ url }) => url)).not.toContain(grey.url)
  const ids = new Set(channels.map((channel) => channel.id))
  expect([ids.size, [...ids].every((one) => one > 0 && one < 2 ** 32)]).toEqual([channels.length, true])
})
