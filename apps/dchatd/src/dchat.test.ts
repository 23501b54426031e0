/** The chat between nodes on memory transport and manual time, with real stores, and beside a plain node that knows no posts. */
import { SeededSigner } from '@dchat/chat/testing'
import { LocalNet, dialRaw, messageFrame } from '@dchat/net/testing'
import type { RawPeer } from '@dchat/net/testing'
import { openStore } from '@dchat/store'
import type { MessageStore, StoredMessage } from '@dchat/store'
import { MemoryLogger, SeededRandom } from '@dchat/system'
import { expect, test } from 'vitest'
import { dchatMsg } from './dchat-message.ts'
import { Dchat } from './dchat.ts'

interface ChatNode extends AsyncDisposable {
  readonly dchat: Dchat
  readonly store: MessageStore
  readonly url: string
  readonly key: string
  texts(): string[]
  lines(): StoredMessage[]
  say(text: string, where?: { room?: string; kind?: 'text' | 'action' }): Promise<StoredMessage>
}

let nextIndex = 100

function chatNode(net: LocalNet, options: { peers?: string[]; index?: number; rateLimit?: number } = {}): ChatNode {
  const index = options.index ?? nextIndex++
  const url = net.urlOf(index)
  const store = openStore({ path: ':memory:', clock: net.clock, logger: new MemoryLogger() })
  const transports = new Map([['tcp', net.network.transport(url.replace(/^tcp:\/\/|:\d+\/$/g, ''))]])
  const signer = new SeededSigner(index)
  const dchat = new Dchat(
    {
      settings: { inbound: [url], externalAddrs: [url], outboundConnections: 0, peers: options.peers ?? [] },
      rateLimit: options.rateLimit ?? 50,
      keep: 'all',
    },
    { clock: net.clock, logger: new MemoryLogger(), store, signer, random: new SeededRandom(index), p2p: { transports } },
  )
  const lines = (): StoredMessage[] => store.history({ since: 0, limit: 1_000 }).messages
  return {
    dchat,
    store,
    url,
    key: signer.key.toString('hex'),
    texts: () => lines().flatMap(({ own, text }) => (own ? [] : [text])),
    lines,
    say: (text, { room = 'dchat', kind = 'text' } = {}) => net.settle(dchat.say({ text, room, kind }, 'ann')),
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

/** Runs two nodes, of which the second has the first for a peer, until they are connected. */
async function runConnected(net: LocalNet, first: ChatNode, second: ChatNode): Promise<void> {
  await run(net, first, second)
  await net.clock.runUntil(() => first.dchat.p2p.peerCount === 1)
}

/** As nobody sends it who keeps to the bounds of this node. */
const longMsg = { ...dchatMsg, maxBytes: 2_097_152 }

/** A node of the reference as far as it matters here: a command that it does not know fails the test. */
async function plainNode(net: LocalNet, node: ChatNode): Promise<RawPeer> {
  const messages = [dchatMsg]
  const peer = await net.settle(dialRaw(net.network.transport('9.9.9.9'), node.url, { clock: net.clock, messages }))
  peer.greet()
  await net.clock.runUntil(() => peer.commands.includes('verack') && node.dchat.p2p.peerCount > 0)
  return peer
}

const mirrored = (peer: RawPeer): string[] => peer.valuesOf(dchatMsg).map(({ msg }) => msg)

test('what is said is a post, which the neighbour has signed and with the same id', async () => {
  await using net = new LocalNet()
  await using alice = chatNode(net)
  await using bob = chatNode(net, { peers: [alice.url] })
  await runConnected(net, alice, bob)
  await net.clock.advance(1_000)
  const sent = await alice.say('hello')
  expect(sent).toMatchObject({ text: 'hello', own: true, authorKey: alice.key, delivery: { state: 'sent', written: 1, held: 0 } })
  await net.clock.runUntil(() => bob.texts().length === 1)
  const { id, time } = sent
  expect(bob.lines()).toMatchObject([
    { id, time, text: 'hello', own: false, authorKey: alice.key, from: null, room: 'dchat', delivery: null },
  ])
})

test('without a peer a post is kept and says so; another room is joined by saying something in it', async () => {
  await using net = new LocalNet()
  await using alice = chatNode(net)
  await run(net, alice)
  const sent = await alice.say('hello', { room: 'cats' })
  expect(sent.delivery).toEqual({ state: 'stored', written: 0, held: 0 })
  expect(alice.store.rooms.isJoined('cats')).toBe(true)
  expect(alice.store.pending()).toMatchObject([{ seq: sent.seq }])
})

test('a room that is left while something is said in it is joined again, and shows it', async () => {
  await using net = new LocalNet()
  await using alice = chatNode(net)
  await run(net, alice)
  for (const room of ['cats', 'dchat']) {
    await alice.say('first', { room })
    const saying = alice.say('second', { room })
    alice.store.rooms.leave(room)
    expect(await saying).toMatchObject({ room, text: 'second', own: true, id: expect.any(String) })
    expect(alice.store.history({ room, limit: 10 }).messages.map(({ text }) => text)).toEqual(['first', 'second'])
  }
})

test('two nodes that dialled each other show each line once', async () => {
  await using net = new LocalNet()
  const [first, second] = [nextIndex++, nextIndex++]
  await using alice = chatNode(net, { index: first, peers: [net.urlOf(second)] })
  await using bob = chatNode(net, { index: second, peers: [net.urlOf(first)] })
  await run(net, alice, bob)
  await net.clock.runUntil(() => alice.dchat.p2p.peerCount === 2 && bob.dchat.p2p.peerCount === 2)
  for (const text of ['one', 'one', 'two']) await alice.say(text)
  await net.settle(alice.dchat.sendBare('€'.repeat(4_000))) // no post holds as much
  await net.clock.advance(1_000)
  expect(bob.texts()).toEqual(['one', 'one', 'two', '€'.repeat(4_000)])
  expect(bob.lines().map(({ id }) => id !== null)).toEqual([true, true, true, false])
})

test('lines that are skipped for their length use up the rate as well', async () => {
  await using net = new LocalNet()
  await using alice = chatNode(net)
  await run(net, alice)
  const peer = await plainNode(net, alice)
  const skipped = messageFrame(longMsg, { msg: 'x'.repeat(1_048_576) })
  peer.send(skipped, skipped)
  peer.sendMessage(dchatMsg, { msg: 'after' })
  await net.clock.advance(3_000)
  expect(alice.texts()).toEqual([])
  await net.clock.advance(2_000)
  expect(alice.texts()).toEqual(['after'])
  expect(peer.isClosed).toBe(false)
})

test('a plain node gets the lines of the shared room within the limits of the mirror, and nothing else', async () => {
  await using net = new LocalNet()
  await using alice = chatNode(net)
  await using bob = chatNode(net, { peers: [alice.url] })
  await runConnected(net, alice, bob)
  const plain = await plainNode(net, alice)
  await net.clock.runUntil(() => alice.dchat.p2p.peerCount === 2)
  expect((await alice.say('hello')).delivery).toEqual({ state: 'sent', written: 2, held: 0 })
  await alice.say('waves', { kind: 'action' })
  await alice.say('elsewhere', { room: 'cats' })
  await alice.say('x'.repeat(1_020))
  await net.settle(alice.dchat.sendBare(`bare ${'y'.repeat(2_000)}`))
  await net.settle(alice.dchat.sendBare('z'.repeat(9_000)))
  const expected = ['<ann> hello', '* ann waves', `bare ${'y'.repeat(2_000)}`, 'z'.repeat(9_000)]
  await net.clock.runUntil(() => mirrored(plain).length === expected.length)
  expect(mirrored(plain)).toEqual(expected)
  expect(alice.dchat.mirror.counts).toEqual({ written: 3, tooLong: 1, leftOut: 0 })
  await net.clock.runUntil(() => bob.texts().length === 5)
  expect(bob.lines().filter(({ id }) => id === null)).toMatchObject([{ text: 'z'.repeat(9_000) }])
})

test('a line of a plain node is unsigned, believed in nothing, and not handed on', async () => {
  await using net = new LocalNet()
  await using alice = chatNode(net)
  await using bob = chatNode(net, { peers: [alice.url] })
  await run(net, alice, bob)
  const plain = await plainNode(net, alice)
  plain.sendMessage(dchatMsg, { msg: '<ann> trust me' })
  await net.clock.runUntil(() => alice.texts().length === 1)
  expect(alice.lines()).toMatchObject([{ text: '<ann> trust me', id: null, authorKey: null, nick: null, own: false }])
  await net.clock.advance(60_000)
  expect(bob.texts()).toEqual([])
})

test('beyond what a room takes of one author, lines of the shared room go unsigned, and those of others are refused', async () => {
  await using net = new LocalNet()
  await using alice = chatNode(net)
  await using bob = chatNode(net, { peers: [alice.url] })
  await runConnected(net, alice, bob)
  for (let count = 0; count < 61; count += 1) await alice.say('too much', { room: 'cats' }).catch(() => {})
  await expect(alice.say('still', { room: 'cats' })).rejects.toMatchObject({ code: 'CHAT_POST_REFUSED' })
  for (let index = 0; index < 70; index += 1) await alice.say(`line ${index}`)
  await net.clock.runUntil(() => bob.texts().length === 70)
  expect(new Set(bob.texts()).size).toBe(70)
  const unsigned = alice.lines().filter(({ id }) => id === null)
  expect(unsigned.length).toBeGreaterThanOrEqual(9)
  expect(unsigned[0]).toMatchObject({ own: true, nick: 'ann', delivery: { state: 'sent', written: 1 } })
  expect(bob.texts()).toContain(`<ann> ${unsigned[0]!.text}`)
})

test('a flood is slowed down without a ban, and nothing of it is lost', async () => {
  await using net = new LocalNet()
  await using alice = chatNode(net)
  await using bob = chatNode(net, { peers: [alice.url] })
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
