/** The running daemon among peers that flood, forge and lie: what its honest peer sees of it is nothing. Facts: docs/chat.md. */
import { FeaturedPeer, SeededSigner, manyPosts, rawPost, withBitTurned, wire } from '@dchat/chat/testing'
import { DaemonNode, until } from '@dchat/e2e'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { featuredPeer } from './testing/featured-socket.ts'

let alice: DaemonNode
let bob: DaemonNode
let url: string
const peers: FeaturedPeer[] = []

beforeEach(async () => {
  alice = await DaemonNode.running({ config: { net: ['outbound_connections = 0', 'inbound_connections = 32'] } })
  url = await alice.url()
  bob = await DaemonNode.running({ config: { net: [`peers = ["${url}"]`, 'outbound_connections = 0'] }, listens: false })
  await bob.hasPeers(1)
  await alice.hasPeers(1)
})

afterEach(async () => {
  for (const peer of peers.splice(0)) peer.raw.stream.destroy()
  await bob?.[Symbol.asyncDispose]()
  await alice?.[Symbol.asyncDispose]()
})

async function peer(): Promise<FeaturedPeer> {
  const made = await featuredPeer(url)
  peers.push(made)
  return made
}

/** Lines go both ways between alice and bob, and nobody is banned whom `banned` does not count. */
async function expectUndisturbed(what: string, banned = 0): Promise<void> {
  await bob.client.call('chat.send', { text: `bob: ${what}` })
  await alice.stores(`bob: ${what}`)
  await alice.client.call('chat.send', { text: `alice: ${what}` })
  await bob.stores(`alice: ${what}`)
  expect((await alice.client.call('bans.list', [])).length).toBe(banned)
  expect((await bob.client.call('bans.list', [])).length).toBe(0)
}

test('flooders of good posts slow down themselves', async () => {
  const flooders = [await peer(), await peer(), await peer()]
  for (const [index, flooder] of flooders.entries()) {
    flooder.post(...manyPosts(3_000, { time: Date.now() - 60_000, name: `flood ${index}`, room: 'flood', bytes: 1_000 }))
  }
  for (let round = 0; round < 10; round += 1) await expectUndisturbed(`round ${round}`)
  expect(flooders.map(({ isClosed }) => isClosed)).toEqual([false, false, false])
  // Most of it waits unread.
  const room = (await alice.client.call('chat.rooms', {})).find((one) => one.room === 'flood')
  expect(room!.posts).toBeLessThan(9_000)
})

test('a forger is banned at once', async () => {
  const forger = await peer()
  const post = rawPost({ signer: new SeededSigner('mallory'), time: Date.now(), body: 'not what was signed' })
  forger.post(withBitTurned(post, 8 * (post.bytes.length - 70)))
  await forger.raw.until(() => forger.isClosed)
  await expectUndisturbed('after a forgery', 1)
  expect((await alice.history()).map(({ text }) => text)).not.toContain('not what was signed')
})

test('who sends rubbish for a reconciliation, or asks for everything again and again, is no trouble to others', async () => {
  const [vandal, glutton] = [await peer(), await peer()]
  vandal.send(wire.sync, { session: 1, room: 'dchat', since: 0, until: Date.now(), frame: Buffer.of(0x61, 0, 0, 9) })
  const posts = manyPosts(150, { time: Date.now() - 1_000, bytes: 4_000 })
  const giver = await peer()
  giver.post(...posts)
  await until('alice has stored the posts', async () => (await alice.info()).store.messages >= posts.length)
  glutton.raw.stream.pause()
  const ids = posts.map(({ id }) => id)
  for (let round = 0; round < 300; round += 1) glutton.send(wire.want, { ids })
  await expectUndisturbed('beside a glutton')
  glutton.raw.stream.resume()
  await glutton.raw.until(() => glutton.valuesOf(wire.post).length > 300)
  await expectUndisturbed('after it')
  expect([vandal.isClosed, glutton.isClosed]).toEqual([false, false])
})

test('posts of liars about the time are dropped without a ban', async () => {
  const liar = await peer()
  const signer = new SeededSigner('liar')
  const now = Date.now()
  const posts = [now + 3_600_000, 2n ** 64n - 1n, 0, now - 400 * 86_400_000].map((time, index) =>
    rawPost({ signer, time, body: `liar ${index}` }),
  )
  const good = rawPost({ signer, time: now, body: 'the time is right' })
  liar.post(...posts, good)
  await alice.stores('the time is right')
  await bob.stores('the time is right')
  expect((await alice.history()).filter(({ text }) => text.startsWith('liar'))).toEqual([])
  await expectUndisturbed('beside a liar')
})
