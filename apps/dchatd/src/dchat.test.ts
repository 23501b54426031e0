/** The chat between nodes on memory transport and manual time, with real stores. */
import { LocalNet } from '@dchat/net/testing'
import { openStore } from '@dchat/store'
import type { MessageStore } from '@dchat/store'
import { MemoryLogger, SeededRandom } from '@dchat/system'
import { expect, test } from 'vitest'
import { dchatMsg } from './dchat-message.ts'
import { Dchat } from './dchat.ts'

interface ChatNode extends AsyncDisposable {
  readonly dchat: Dchat
  readonly store: MessageStore
  texts(): string[]
}

let nextIndex = 100

function chatNode(net: LocalNet, options: { peers?: string[]; index?: number; rateLimit?: number } = {}): ChatNode {
  const index = options.index ?? nextIndex++
  const url = net.urlOf(index)
  const store = openStore({ path: ':memory:', clock: net.clock, logger: new MemoryLogger() })
  const transports = new Map([['tcp', net.network.transport(url.replace(/^tcp:\/\/|:\d+\/$/g, ''))]])
  const dchat = new Dchat(
    {
      settings: { inbound: [url], externalAddrs: [url], outboundConnections: 0, peers: options.peers ?? [] },
      rateLimit: options.rateLimit ?? 50,
    },
    { clock: net.clock, logger: new MemoryLogger(), store, p2p: { random: new SeededRandom(index), transports } },
  )
  return {
    dchat,
    store,
    texts: () => store.recentTexts(),
    [Symbol.asyncDispose]: async () => {
      await net.settle(dchat.stop())
      await net.settle(store.close())
    },
  }
}

async function run(net: LocalNet, ...nodes: ChatNode[]): Promise<void> {
  for (const { dchat } of nodes) void dchat.start()
  await net.clock.runUntil(() => nodes.every(({ dchat }) => dchat.p2p.state === 'run'))
}

test('a line is stored, broadcast, and stored by the neighbour', async () => {
  await using net = new LocalNet()
  await using alice = chatNode(net)
  await using bob = chatNode(net, { peers: [net.urlOf(nextIndex - 1)] })
  await run(net, alice, bob)
  await net.clock.runUntil(() => alice.dchat.p2p.peerCount === 1)
  await net.clock.advance(1_000)
  const sent = await net.settle(alice.dchat.send({ text: 'hello', kind: 'text', nick: 'alice', wireText: '<alice> hello' }))
  expect(sent.message).toMatchObject({
    text: 'hello',
    nick: 'alice',
    own: true,
    delivery: { state: 'sent', written: 1, held: 0 },
  })
  await net.clock.runUntil(() => bob.texts().length === 1)
  expect(bob.texts()).toEqual(['<alice> hello'])
  expect(bob.dchat.p2p.peers[0]!.usefulMs).toBe(net.clock.monotonicMs())
  const [stored] = bob.store.history({ limit: 10 }).messages
  expect(stored).toMatchObject({ own: false, nick: null, from: bob.dchat.p2p.peers[0]!.info.url, room: 'dchat', time: null })
})

test('without a peer a line is kept and says so', async () => {
  await using net = new LocalNet()
  await using alice = chatNode(net)
  await run(net, alice)
  const sent = await net.settle(alice.dchat.send({ text: 'hello', kind: 'text', nick: null, wireText: 'hello' }))
  expect(sent.message.delivery).toEqual({ state: 'stored', written: 0, held: 0 })
  expect(alice.store.history({ limit: 10 }).messages.map(({ text }) => text)).toEqual(['hello'])
})

test('two nodes that dialled each other show each line once', async () => {
  await using net = new LocalNet()
  const [first, second] = [nextIndex++, nextIndex++]
  await using alice = chatNode(net, { index: first, peers: [net.urlOf(second)] })
  await using bob = chatNode(net, { index: second, peers: [net.urlOf(first)] })
  await run(net, alice, bob)
  await net.clock.runUntil(() => alice.dchat.p2p.peerCount === 2 && bob.dchat.p2p.peerCount === 2)
  for (const text of ['one', 'one', 'two']) {
    const sent = await net.settle(alice.dchat.send({ text, kind: 'text', nick: null, wireText: text }))
    expect(sent.message.delivery?.written).toBe(2)
  }
  await net.clock.advance(1_000)
  expect(bob.texts()).toEqual(['one', 'one', 'two'])
})

test('a flood is slowed down without a ban, and nothing of it is lost', async () => {
  await using net = new LocalNet()
  await using alice = chatNode(net)
  await using bob = chatNode(net, { peers: [net.urlOf(nextIndex - 1)] })
  await run(net, alice, bob)
  await net.clock.runUntil(() => bob.dchat.p2p.peerCount === 1)
  const [channel] = bob.dchat.p2p.peers
  for (let index = 0; index < 1_000; index += 1) channel!.post(dchatMsg, { msg: `line ${index}` })
  await net.clock.advance(1_000)
  expect(alice.texts().length).toBeLessThan(300)
  await net.clock.advance(30_000)
  expect(alice.texts()).toEqual(Array.from({ length: 1_000 }, (_, index) => `line ${index}`))
  expect(alice.dchat.p2p.peerCount).toBe(1)
})
