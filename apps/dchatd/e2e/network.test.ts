/** A network as it grows by itself: nodes that know a seed and nothing else. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { DaemonNode, SeedNode, until } from '@dchat/e2e'
import type { Message } from '@dchat/rpc'

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

/** Counts the chat lines that arrive at a node, copies included. */
async function countArrivals({ client }: DaemonNode): Promise<() => number> {
  let count = 0
  client.onNotification((method, params) => {
    if (method !== 'dnet.subscribe_events') return
    const [{ event, info }] = params as [{ event: string; info: { cmd?: string } }]
    if (event === 'recv' && info.cmd === 'DchatMsg') count += 1
  })
  await client.call('dnet.switch', { on: true })
  await client.call('dnet.subscribe_events', [])
  return () => count
}

const shown = ({ text, own, author }: Message): string => (own ? `<${author.nick}> ${text}` : text)

describe('four nodes that know a seed', () => {
  beforeEach(connectAll)

  test('find each other', async () => {
    for (const node of nodes) {
      const { state, peers } = await node.info()
      expect([state, peers.outbound]).toEqual(['run', 3])
      expect(peers.inbound).toBeGreaterThanOrEqual(3)
    }
  })

  test('store every line once, although each pair is connected both ways', async () => {
    const counters = await Promise.all(nodes.map(countArrivals))
    const lines = NAMES.map((name) => `hello from ${name} ${'ä'.repeat(100)}`)
    const sent = await Promise.all(nodes.map((node, index) => node.client.call('chat.send', { text: lines[index]! })))
    const copies = nodes.length * (nodes.length - 1) * 2
    // More when the seed is just trying a node: its probe is a channel like another to the node that is probed.
    expect(sent.reduce((sum, { delivery }) => sum + delivery!.written, 0)).toBeGreaterThanOrEqual(copies)
    await until('every copy has arrived', () => counters.reduce((sum, count) => sum + count(), 0) === copies)
    // What arrived before a line is stored is stored before it.
    await Promise.all(nodes.map((node, index) => node.client.call('chat.send', { text: `that was ${NAMES[index]}` })))
    const expected = lines.map((line, index) => `<${NAMES[index]}> ${line}`)
    for (const [index, node] of nodes.entries()) {
      const texts = (await node.history()).map(shown).filter((text) => text.includes('hello'))
      expect(texts.toSorted()).toEqual(expected.toSorted())
      const received = (await node.client.call('recv', [])).filter((text) => text.includes('hello'))
      expect(received.toSorted()).toEqual(expected.toSpliced(index, 1).toSorted())
    }
  })

  test('take a killed node back, which has its history', async () => {
    const [dan, ...others] = nodes.toReversed() as [DaemonNode, ...DaemonNode[]]
    for (const [index, node] of others.entries()) {
      await node.client.call('chat.send', { text: `before the fall ${index}` })
      await dan.stores(`before the fall ${index}`)
    }
    await dan.client.call('chat.send', { text: 'my own' })
    await until('the delivery is stored', async () => (await dan.stores('my own')).delivery!.state === 'sent')
    const before = await dan.history()
    await dan.kill('SIGKILL')
    await dan.start()
    expect(await dan.history()).toEqual(before)
    await connectAll()
    const { delivery } = await dan.client.call('chat.send', { text: 'back again' })
    expect(delivery!.written).toBeGreaterThanOrEqual(others.length * 2)
    for (const node of others) expect(await node.stores('back again')).toMatchObject({ text: '<dan> back again', own: false })
  })
})
