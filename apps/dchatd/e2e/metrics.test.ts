/** What Prometheus reads of running daemons. */
import { expect, test } from 'vitest'
import { DaemonNode, LineClient, SeedNode, readExposition, until } from '@dchat/e2e'
import type { Family } from '@dchat/e2e'

type Labels = Readonly<Record<string, string>>

class Page {
  readonly text: string
  readonly families: ReadonlyMap<string, Family>

  constructor(text: string) {
    this.text = text
    this.families = new Map(readExposition(text).map((family) => [family.name, family]))
  }

  static async of(node: DaemonNode | SeedNode): Promise<Page> {
    return new Page(await node.client.call('node.metrics', []))
  }

  /** The value of the sample that has these labels. */
  value(name: string, labels: Labels = {}): number | undefined {
    const wanted = Object.entries(labels)
    const family = this.families.get(name.replace(/_(count|sum|bucket)$/, '')) ?? this.families.get(name)
    return family?.samples.find((sample) => sample.name === name && wanted.every(([key, value]) => sample.labels[key] === value))
      ?.value
  }
}

test('two nodes that talk count what they say, alike on both sides', async () => {
  await using other = await DaemonNode.running()
  await using node = await DaemonNode.running({
    config: { net: [`peers = ["${await other.url()}"]`, 'outbound_connections = 2'] },
  })
  await Promise.all([node.hasPeers(1), other.hasPeers(1)])
  for (const text of ['one', 'two', 'three']) {
    await node.client.call('chat.send', { text })
    await other.stores(text)
  }
  const [sender, receiver] = [await Page.of(node), await Page.of(other)]
  const sent = { direction: 'out', command: 'post' }
  const received = { direction: 'in', command: 'post' }
  // The box key of the sender goes before what is said.
  expect(sender.value('dchat_messages_total', sent)).toBe(4)
  expect(receiver.value('dchat_messages_total', received)).toBe(4)
  expect(receiver.value('dchat_message_bytes_total', received)).toBe(sender.value('dchat_message_bytes_total', sent))
  expect([
    sender.value('dchat_channels', { session: 'manual' }),
    receiver.value('dchat_channels', { session: 'inbound' }),
  ]).toEqual([1, 1])
  expect(sender.value('dchat_channels_opened_total', { session: 'manual' })).toBe(1)
  expect(sender.value('dchat_dials_total', { outcome: 'connected' })).toBeGreaterThan(0)
  expect(sender.value('dchat_outbound_slots', { state: 'empty' })).toBe(2)
  expect(sender.value('dchat_node_state', { state: 'run' })).toBe(1)
  expect([sender.value('dchat_store_messages'), sender.value('dchat_store_last_seq')]).toEqual([3, 3])
  expect(sender.value('dchat_store_commit_seconds_count')).toBeGreaterThanOrEqual(3)
  expect(sender.value('dchat_rpc_requests_total', { method: 'chat.send', outcome: 'ok' })).toBe(3)
})

test('no address, room, nick or text of anybody is in the labels', async () => {
  await using other = await DaemonNode.running()
  const url = await other.url()
  await using node = await DaemonNode.running({ config: { net: [`peers = ["${url}"]`], chat: ['nick = "annabel"'] } })
  await node.hasPeers(1)
  await node.client.call('chat.send', { text: 'nobody-may-count-this' })
  const { text } = await Page.of(node)
  for (const secret of [new URL(url).host, new URL(url).hostname, 'annabel', 'nobody-may-count-this', '"dchat"'])
    expect(text).not.toContain(secret)
})

test('GET /metrics is the same, for who may read', async () => {
  await using node = await DaemonNode.running({ hasTcpRpc: true })
  const url = `http://127.0.0.1:${await node.rpcPort()}/metrics`
  expect((await fetch(url)).status).toBe(401)
  const response = await fetch(url, { headers: { authorization: `Bearer ${node.cookie}` } })
  expect([response.status, response.headers.get('content-type')]).toEqual([
    200,
    expect.stringContaining('text/plain; version=0.0.4'),
  ])
  const page = new Page(await response.text())
  expect([...page.families.keys()]).toEqual([...(await Page.of(node)).families.keys()])
  expect(page.value('dchat_rpc_refused_total', { reason: 'unauthorized' })).toBe(1)
  expect(page.value('dchat_rpc_connections_opened_total', { carrier: 'http' })).toBeGreaterThan(0)
})

test('requests, connections and subscriptions come and go in the figures', async () => {
  await using node = await DaemonNode.running()
  await using line = await LineClient.connect({ path: node.home.paths.socketPath })
  for (const [id, method] of ['chat.subscribe', 'no.such.method', 'chat.unsubscribe'].entries()) {
    line.send({ jsonrpc: '2.0', id, method, params: [] })
    await line.next()
  }
  const open = await Page.of(node)
  expect(open.value('dchat_rpc_connections', { carrier: 'line' })).toBe(2)
  expect(open.value('dchat_rpc_subscriptions', { kind: 'chat' })).toBe(1)
  expect(open.value('dchat_rpc_requests_total', { method: 'other', outcome: 'error' })).toBe(1)
  expect(open.value('dchat_rpc_requests_total', { method: 'chat.unsubscribe', outcome: 'error' })).toBe(1)
  expect(open.value('dchat_rpc_request_seconds_count')).toBeGreaterThanOrEqual(2)
  line.end()
  await line.closed
  await until('it is gone from the figures', async () => {
    const page = await Page.of(node)
    return (
      page.value('dchat_rpc_connections', { carrier: 'line' }) === 1 &&
      page.value('dchat_rpc_subscriptions', { kind: 'chat' }) === 0
    )
  })
})

test('a seed tells its networks apart', async () => {
  await using seed = await SeedNode.started({ networks: { one: [217, 239, 182, 125], two: [1, 2, 3, 4] } })
  const page = await Page.of(seed)
  const states = page.families.get('dchat_node_state')!.samples.filter(({ value }) => value === 1)
  expect(states.map(({ labels }) => labels)).toEqual([
    { network: 'one', state: 'run' },
    { network: 'two', state: 'run' },
  ])
  expect(page.value('dchat_rpc_requests_total', { method: 'spawns', outcome: 'ok' })).toBeGreaterThan(0)
})
