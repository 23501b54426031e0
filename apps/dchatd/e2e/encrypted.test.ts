/** Direct messages and private rooms between running daemons: over one that holds no keys, over kills, on a full disk. Facts: docs/chat.md. */
import { decodePost } from '@dchat/chat'
import { SeededSigner, rawPost, wire } from '@dchat/chat/testing'
import { DaemonNode, SmallDisk, until } from '@dchat/e2e'
import type { Message } from '@dchat/rpc'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, test } from 'vitest'
import { featuredPeer } from './testing/featured-socket.ts'
import { isRoot } from './testing/is-root.ts'
import { PostPeer } from './testing/post-peer.ts'
import { filesWith } from './testing/words-in-files.ts'

/** In each text here, and so nowhere else. */
const WORDS = 'between the two of us'
const LAST_PLACE = { beforeTime: Number.MAX_SAFE_INTEGER, beforeId: Buffer.alloc(32, 0xff) }

/** A node that dials `peers` and nobody else; it ends with `running`. */
async function node(running: AsyncDisposableStack, nick: string, peers: readonly DaemonNode[] = []): Promise<DaemonNode> {
  const made = running.use(new DaemonNode({ config: await configOf(nick, peers) }))
  await made.start()
  await made.reaches('run')
  await made.hasPeers(peers.length)
  return made
}

async function configOf(nick: string, peers: readonly DaemonNode[]): Promise<{ net: string[]; chat: string[] }> {
  const urls = await Promise.all(peers.map((peer) => peer.url()))
  const net = [`peers = [${urls.map((url) => `"${url}"`).join(', ')}]`, 'outbound_connections = 0']
  return { net, chat: [`nick = "${nick}"`] }
}

async function keyOf({ client }: DaemonNode): Promise<string> {
  return (await client.call('identity.get', [])).key
}

/** Sends, waiting for the other's box key to arrive. */
function send(from: DaemonNode, to: string, text: string): Promise<Message> {
  return from.client.call('chat.send', { to, text, hold: true })
}

/** Lines of a conversation or room, in room order. */
async function linesOf({ client }: DaemonNode, room: string): Promise<Message[]> {
  return (await client.call('chat.history', { room, limit: 1_000 })).messages
}

/** Texts that others said there. */
async function heardOf(from: DaemonNode, room: string): Promise<string[]> {
  return (await linesOf(from, room)).filter(({ own, kind }) => !own && kind === 'text').map(({ text }) => text)
}

/** The bytes of the posts of a room as a node serves them, in hex, newest first. */
async function servedBy(of: DaemonNode, room: string): Promise<string[]> {
  const peer = await featuredPeer(await of.url())
  try {
    const asked = peer.received.length
    peer.send(wire.page, { request: 1, room, ...LAST_PLACE, limit: 200 })
    await peer.raw.until(() => peer.received.slice(asked).some(({ command }) => command === wire.pageend.name))
    // Beside them it tells its own profile and box key of the last minute.
    const posts = peer.valuesOf(wire.post).map(({ bytes }) => Buffer.from(bytes))
    return posts.filter((bytes) => decodePost(bytes).room === room).map((bytes) => bytes.toString('hex'))
  } finally {
    peer.raw.stream.destroy()
  }
}

test.concurrent('a relay without keys stores and serves the bytes that were sent, and none of the words', async () => {
  await using running = new AsyncDisposableStack()
  const relay = await node(running, 'relay')
  const ann = await node(running, 'ann', [relay])
  const bob = await node(running, 'bob', [relay])
  const [annKey, bobKey] = [await keyOf(ann), await keyOf(bob)]
  await using plain = await PostPeer.dial(await relay.url(), '--plain')

  await send(ann, bobKey, `${WORDS}, said Ann`)
  await until('bob reads it', async () => (await heardOf(bob, `@${annKey}`)).length === 1)
  await send(bob, annKey, `${WORDS}, said Bob`)
  const room = await ann.client.call('room.create', { name: 'hideaway' })
  await ann.client.call('room.invite', { room, to: bobKey })
  const offer = await until('bob is invited', async () =>
    (await linesOf(bob, `@${annKey}`)).find(({ invitation }) => invitation !== null),
  )
  expect(offer.invitation).toMatchObject({ room, name: 'hideaway', joined: false })
  const invitation = await ann.client.call('room.invitation', { room })
  await bob.client.call('room.accept', { invitation })
  await ann.client.call('chat.send', { room, text: `${WORDS}, and others` })
  await until('bob reads the room', async () => (await heardOf(bob, room)).length === 1)
  await bob.client.call('chat.send', { room, text: `${WORDS}, too` })
  await until('ann reads the room', async () => (await heardOf(ann, room)).length === 1)

  // Bob's waits for Ann's box key, which was young when he came: the repair after his first brings it.
  const direct = await until(
    'all three serve as much',
    async () => {
      const all = await Promise.all([ann, relay, bob].map((each) => servedBy(each, '_dm')))
      return all.every(({ length }) => length === 3) && all
    },
    { timeoutMs: 60_000 },
  )
  expect(direct[1]).toEqual(direct[0])
  expect(direct[1]).toEqual(direct[2])
  const [fromAnn, fromRelay, fromBob] = await Promise.all([ann, relay, bob].map((each) => servedBy(each, room)))
  expect(fromAnn!.length).toBeGreaterThanOrEqual(2)
  expect(fromRelay).toEqual(fromAnn)
  expect(fromRelay).toEqual(fromBob)

  const secret = invitation.split(':').at(-1)!
  expect(filesWith(relay.home.path, [WORDS, 'hideaway', secret])).toEqual([])
  expect((await relay.history()).filter(({ text }) => text.includes(WORDS))).toEqual([])
  expect(relay.program.stderr).not.toContain(WORDS)
  // The same look finds them where they are: plain text, for its owner alone.
  const { storePath } = ann.home.paths
  const found = filesWith(ann.home.path, [WORDS])
  expect(found.map((name) => name.replace(/-(wal|shm)$/, ''))).toContain(storePath.slice(ann.home.path.length + 1))
  for (const name of found) expect(statSync(`${ann.home.path}/${name}`).mode & 0o777).toBe(0o600)
  expect(statSync(dirname(storePath)).mode & 0o777).toBe(0o700)

  // A node of the reference beside them hears nothing of it, and is no trouble to anybody.
  const { seen, unknown, chat, ended } = await plain.state()
  expect({ unknown, chat, ended }).toEqual({ unknown: [], chat: [], ended: null })
  for (const command of ['post', 'have', 'want', 'rooms', 'page', 'sync']) expect(seen).not.toHaveProperty(command)
  for (const each of [relay, ann, bob]) expect(await each.client.call('bans.list', [])).toEqual([])
})

test.concurrent('a message that comes again is read once, and one that another signs anew is nothing', async () => {
  await using running = new AsyncDisposableStack()
  const ann = await node(running, 'ann')
  const bob = await node(running, 'bob', [ann])
  const [annKey, bobKey] = [await keyOf(ann), await keyOf(bob)]
  await send(ann, bobKey, WORDS)
  await until('bob reads it', async () => (await heardOf(bob, `@${annKey}`)).length === 1)
  const [bytes] = await servedBy(ann, '_dm')
  const { time, body, room, kind } = decodePost(Buffer.from(bytes!, 'hex'))
  const mallory = new SeededSigner('mallory')
  const again = rawPost({ signer: mallory, room, kind, time, body })
  const peer = await featuredPeer(await bob.url())
  running.defer(() => peer.raw.stream.destroy())
  peer.post({ bytes: Buffer.from(bytes!, 'hex') }, again)
  await until('what mallory signed is stored and tried', async () => {
    const [stored, text] = [await servedBy(bob, '_dm'), await bob.client.call('node.metrics', [])]
    return stored.includes(again.bytes.toString('hex')) && text.includes('\ndchat_direct_untried 0\n')
  })
  expect((await bob.history()).filter(({ text }) => text === WORDS)).toMatchObject([
    { room: `@${annKey}`, author: { key: annKey } },
  ])
  const rooms = (await bob.client.call('chat.rooms', {})).map((each) => each.room)
  expect(rooms).not.toContain(`@${mallory.key.toString('hex')}`)
  expect(peer.isClosed).toBe(false)
})

test.concurrent('whoever is killed while messages come has each of them once', async () => {
  await using running = new AsyncDisposableStack()
  const ann = await node(running, 'ann')
  const bob = await node(running, 'bob', [ann])
  const [annKey, bobKey] = [await keyOf(ann), await keyOf(bob)]
  const texts: string[] = []
  for (let round = 0; round < 4; round += 1) {
    const burst = Array.from({ length: 10 }, (_, index) => `${WORDS}: round ${round}, ${index}`)
    texts.push(...burst)
    const sending = Promise.all(burst.map((text) => send(ann, bobKey, text)))
    await until('some of them have come', async () => (await heardOf(bob, `@${annKey}`)).length > 10 * round)
    await bob.kill('SIGKILL')
    await sending
    await bob.start()
  }
  await until('all are there', async () => (await heardOf(bob, `@${annKey}`)).length >= texts.length)
  expect((await heardOf(bob, `@${annKey}`)).toSorted()).toEqual(texts.toSorted())
  expect((await heardOf(bob, `@${annKey}`)).length).toBe(texts.length)
})

test.concurrent('a message that waits for a key outlives a kill, and is said once', async () => {
  await using running = new AsyncDisposableStack()
  const ann = await node(running, 'ann')
  const bob = running.use(new DaemonNode({ config: await configOf('bob', []) }))
  await bob.start()
  await bob.reaches('run')
  const [annKey, bobKey] = [await keyOf(ann), await keyOf(bob)]
  await expect(ann.client.call('chat.send', { to: bobKey, text: WORDS })).rejects.toMatchObject({ code: -32_010 })
  const held = await send(ann, bobKey, `${WORDS}, when you come`)
  expect(held).toMatchObject({ id: null, own: true, delivery: { state: 'stored' } })
  await ann.kill('SIGKILL')
  await ann.start()
  await ann.reaches('run')
  expect(await ann.client.call('chat.pending', [])).toMatchObject([{ seq: held.seq, id: null, text: held.text }])

  await bob.client.call('p2p.connect', { url: await ann.url() })
  const said = await until('the line has its post', async () =>
    (await linesOf(ann, `@${bobKey}`)).find(({ seq, id }) => seq === held.seq && id !== null),
  )
  await until('bob reads it', async () => (await heardOf(bob, `@${annKey}`)).length > 0)
  await ann.kill('SIGKILL')
  await ann.start()
  await bob.client.call('p2p.connect', { url: await ann.url() })
  await send(ann, bobKey, `${WORDS}, again`)
  await until('bob reads the next', async () => (await heardOf(bob, `@${annKey}`)).length > 1)
  expect(await heardOf(bob, `@${annKey}`)).toEqual([`${WORDS}, when you come`, `${WORDS}, again`])
  expect((await linesOf(ann, `@${bobKey}`)).map(({ text }) => text)).toEqual([`${WORDS}, when you come`, `${WORDS}, again`])
  expect((await linesOf(bob, `@${annKey}`))[0]!.id).toBe(said.id)
})

test.skipIf(!isRoot).concurrent('on a full disk a direct message is refused, and nothing of it goes out', async () => {
  await using running = new AsyncDisposableStack()
  const bob = await node(running, 'bob')
  const ann = running.use(new DaemonNode({ config: await configOf('ann', [bob]) }))
  const { configFile, storePath } = ann.home.paths
  const config = readFileSync(configFile)
  const disk = running.use(new SmallDisk(ann.home.path))
  writeFileSync(configFile, config)
  await ann.start()
  await ann.hasPeers(1)
  const [annKey, bobKey] = [await keyOf(ann), await keyOf(bob)]
  await send(ann, bobKey, `${WORDS}, before`)
  await until('bob reads it', async () => (await heardOf(bob, `@${annKey}`)).length === 1)
  const watcher = await featuredPeer(await ann.url())
  running.defer(() => watcher.raw.stream.destroy())

  disk.fill()
  const accepted = [`${WORDS}, before`]
  const refused = await until('one is refused', async () => {
    const text = `${WORDS} ${accepted.length} `.padEnd(4_000, 'x')
    try {
      await ann.client.call('chat.send', { to: bobKey, text })
      accepted.push(text)
      return undefined
    } catch (error) {
      return error as { code: number; message: string }
    }
  })
  expect(refused).toMatchObject({ code: -32_007 })
  expect(refused.message).not.toContain(WORDS)
  expect(statSync(storePath).size).toBeGreaterThan(0)

  disk.free()
  const after = `${WORDS}, room again`
  await until('sending works again', () => ann.client.call('chat.send', { to: bobKey, text: after }).catch(() => undefined))
  await until('bob reads it', async () => (await heardOf(bob, `@${annKey}`)).includes(after))
  expect((await heardOf(bob, `@${annKey}`)).toSorted()).toEqual([...accepted, after].toSorted())
  const whole = JSON.stringify(watcher.received, (_key, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : typeof value === 'bigint' ? String(value) : value,
  )
  expect(watcher.valuesOf(wire.post).length).toBeGreaterThan(0)
  expect(whole).not.toContain(WORDS)
})
