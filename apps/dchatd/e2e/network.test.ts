/** A network as it grows by itself: nodes that know a seed and nothing else. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { DaemonNode, SeedNode, until } from '@dchat/e2e'
import { RpcClient } from '@dchat/rpc'
import type { Message } from '@dchat/rpc'
import { METHODS, NOTIFICATIONS, isOfSchema } from '@dchat/rpc/schemas'

const MEETING = { timeoutMs: 60_000 }
const NAMES = ['ann', 'bob', 'cat', 'dan']

let seed: SeedNode
const nodes: DaemonNode[] = []

beforeAll(async () => {
  seed = await SeedNode.started()
  const url = await seed.url()
  const config = (nick: string) => ({ net: [`seeds = ["${url}"]`], chat: [`nick = "${nick}"`] })
  nodes.push(...(await Promise.all(NAMES.map((nick) => DaemonNode.started({ config: config(nick) })))))
})

afterAll(async () => {
  await Promise.all([...nodes, seed].map((program) => program?.[Symbol.asyncDispose]()))
})

/** Resolves once every node has dialled every other. */
async function connectAll(): Promise<void> {
  await Promise.all(nodes.map((node) => node.reaches('run')))
  const urls = await Promise.all(nodes.map((node) => node.url()))
  const isConnectedWithAll = async (node: DaemonNode, own: string): Promise<boolean> => {
    const { channels } = await node.client.call('p2p.get_info', [])
    const dialled = new Set(channels.filter(({ session }) => session === 'outbound').map(({ url }) => url))
    return (await node.info()).peers.inbound === nodes.length - 1 && urls.every((url) => url === own || dialled.has(url))
  }
  await until(
    'each node is connected with all others',
    async () => {
      for (const [index, node] of nodes.entries()) if (!(await isConnectedWithAll(node, urls[index]!))) return false
      return true
    },
    MEETING,
  )
}

/** A line without what goes on changing: how many peers are known to hold it. */
const settled = (line: Message): Message => ({ ...line, delivery: null })
const shown = ({ text, author }: Message): string => `<${author.nick}> ${text}`

describe('four nodes that know a seed', () => {
  beforeEach(connectAll)

  test('find each other', async () => {
    for (const node of nodes) {
      const { state, peers } = await node.info()
      expect([state, peers.outbound]).toEqual(['run', 3])
      expect(peers.inbound).toBeGreaterThanOrEqual(3)
    }
  })

  test('tell what they do to have peers', async () => {
    const node = nodes[0]!
    const told = await node.client.call('net.status', [])
    expect(isOfSchema(METHODS.get('net.status')!.result, told)).toBe(true)
    expect(told).toMatchObject({ problem: null, discovery: { attempt: expect.any(Number) }, listeners: [{ reachable: true }] })
    expect(told.seeds).toMatchObject([{ url: await seed.url(), state: 'answered', reason: null }])
    expect(told.slots.filter(({ state }) => state === 'connected')).toHaveLength(3)
    const peers = told.channels.filter(({ session }) => session === 'outbound' || session === 'inbound')
    for (const { posts, version, received_messages, sent_bytes } of peers) {
      expect([posts, version]).toEqual([true, expect.stringMatching(/^0\.4\./)])
      expect(Math.min(received_messages, sent_bytes)).toBeGreaterThan(0)
    }
    expect(told.traffic.map(({ command }) => command)).toEqual(expect.arrayContaining(['version', 'verack', 'getaddr']))
  })

  test('tell who watches of what happens, whatever dnet is told', async () => {
    const watching = await RpcClient.connect({ kind: 'unix', path: nodes[1]!.home.paths.socketPath })
    const events: unknown[] = []
    watching.onNotification((method, params) => {
      if (method === 'net.event') events.push(params)
    })
    const subscription = await watching.call('net.subscribe', [])
    await nodes[0]!.client.call('chat.send', { text: 'heard?' })
    const isReceived = (event: unknown): boolean => JSON.stringify(event).includes('"event":"recv"')
    await until('something is received', () => events.some(isReceived))
    expect(isOfSchema(NOTIFICATIONS['net.event'], events.find(isReceived))).toBe(true)
    expect(events[0]).toMatchObject({ subscription })
    await watching.close()
  })

  test('store every line once, under the name of who said it, although each pair is connected both ways', async () => {
    const lines = NAMES.map((name) => `hello from ${name} ${'ä'.repeat(100)}`)
    const sent = await Promise.all(nodes.map((node, index) => node.client.call('chat.send', { text: lines[index]! })))
    for (const { delivery } of sent) expect(delivery!.written).toBeGreaterThanOrEqual(nodes.length - 1)
    const last = await Promise.all(
      nodes.map((node, index) => node.client.call('chat.send', { text: `that was ${NAMES[index]}` })),
    )
    // What a node has said comes in the order in which it was said, and whatever copies there are, before the last of it.
    for (const node of nodes) for (const { text } of last) await node.stores(text)
    const expected = lines.map((line, index) => `<${NAMES[index]}> ${line}`)
    for (const [index, node] of nodes.entries()) {
      const hellos = async (): Promise<string[]> => (await node.history()).map(shown).filter((text) => text.includes('hello'))
      await until('every name is known', async () => (await hellos()).every((text) => !text.startsWith('<null>')))
      expect((await hellos()).toSorted()).toEqual(expected.toSorted())
      const received = (await node.client.call('recv', [])).filter((text) => text.includes('hello'))
      expect(received.toSorted()).toEqual(lines.toSpliced(index, 1).toSorted())
    }
  })

  test('take a killed node back, which has its history', async () => {
    const [dan, ...others] = nodes.toReversed() as [DaemonNode, ...DaemonNode[]]
    for (const [index, node] of others.entries()) {
      await node.client.call('chat.send', { text: `before the fall ${index}` })
      await dan.stores(`before the fall ${index}`)
    }
    await dan.client.call('chat.send', { text: 'my own' })
    await until('the delivery is stored', async () => (await dan.stores('my own')).delivery!.written >= others.length)
    const before = (await dan.history()).map(settled)
    await dan.kill('SIGKILL')
    await dan.start()
    expect((await dan.history()).map(settled)).toEqual(before)
    await connectAll()
    const { delivery } = await dan.client.call('chat.send', { text: 'back again' })
    expect(delivery!.written).toBeGreaterThanOrEqual(others.length)
    for (const node of others) expect(await node.stores('back again')).toMatchObject({ own: false, author: { nick: 'dan' } })
  })
})

test('a node whose seed is not there says so', async () => {
  await using lonely = await DaemonNode.started({ config: { net: ['seeds = ["tcp://127.0.0.1:1"]'] } })
  const problem = await until('it has asked', async () => {
    const { problem } = await lonely.client.call('net.status', [])
    return problem?.kind === 'starting' ? undefined : problem
  })
  expect(problem).toEqual({
    kind: 'seeds_failed',
    text: 'The seed failed: connection refused, nothing listens there (tcp://127.0.0.1:1/).',
    hint: expect.stringContaining('asked again'),
  })
})
