/**
 * The daemon beside a peer of posts that was written in Python from docs/wire.md and docs/chat.md alone, and shares no code with it:
 * tooling/e2e/clients/post_peer.py.
 */
import { DaemonNode, PythonClient, until } from '@dchat/e2e'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { PostPeer } from './testing/post-peer.ts'

/** Commands that every node speaks. Source: docs/wire.md, *Core messages*. */
const CORE = new Set(['version', 'verack', 'ping', 'pong', 'getaddr', 'addr', 'DchatMsg'])
const DAY_MS = 86_400_000
const VECTORS = fileURLToPath(new URL('../../../tooling/interop/vectors/negentropy.json', import.meta.url))

test('the Python reconciler makes the frames of the recorded reconciliations', async () => {
  const { code, stdout, stderr } = await PythonClient.run('negentropy.py', [VECTORS])
  expect({ code, stdout: stdout.trim(), stderr }).toEqual({ code: 0, stdout: '[]', stderr: '' })
})

describe('a peer that dials', () => {
  let node: DaemonNode
  let url: string

  beforeEach(async () => {
    node = await DaemonNode.running({ config: { net: ['outbound_connections = 0'] } })
    url = await node.url()
  })

  afterEach(() => node?.[Symbol.asyncDispose]())

  test('sends posts of every kind, and others get them: whoever is there, and whoever comes later and reconciles', async () => {
    await using writer = await PostPeer.dial(url)
    await using reader = await PostPeer.dial(url, '--key', 'reader')
    const at = Date.now() - 120_000 // a channel that opens is told of what is younger
    const text = await writer.make({ at, kind: 0, body: 'a text' })
    const made = [
      ...text,
      ...(await writer.make({ at, kind: 1, body: 'does something' })),
      ...(await writer.make({ at, kind: 2, room: '', body: 'python' })),
      ...(await writer.make({ at, kind: 3, body: 'a topic' })),
      ...(await writer.make({ at, kind: 4, body: text[0]! })),
      ...(await writer.make({ at, kind: 5, room: '', body: 'ab'.repeat(32) })),
      ...(await writer.make({ at, kind: 16, room: '_dm', body: 'c2VhbGVk' })),
      ...(await writer.make({ at, kind: 17, room: 'secret', ciphertext: 'sealed for those who know the room' })),
      ...(await writer.make({ at, kind: 99, room: 'of.its.own', body: 'from a later version' })),
    ]
    await writer.send(made)
    const { private: secret } = await writer.state()
    const rooms = ['dchat', '', '_dm', secret, 'of.its.own']
    await until('the other peer gets all', async () => {
      const held = await Promise.all(rooms.map((room) => reader.ids(room)))
      return held.flat().length === made.length + 1 // the box key of the daemon
    })
    const held = await Promise.all(rooms.map((room) => reader.ids(room)))
    expect(held.flat()).toEqual(expect.arrayContaining(made))

    await using late = await PostPeer.dial(url, '--key', 'late')
    const boxKey = held.flat().filter((id) => !made.includes(id))
    await late.holds('', boxKey) // it is so young that each channel is given it as it opens
    for (const [index, room] of rooms.entries()) {
      const need = held[index]!.filter((id) => !boxKey.includes(id)).length
      expect(await late.sync(room)).toMatchObject({ have: 0, need })
      expect(await late.ids(room)).toEqual(held[index])
    }
    expect(await late.sync('nobody.was.here')).toMatchObject({ have: 0, need: 0 })
    expect(await writer.state()).toMatchObject({ featured: true, unknown: [], ended: null })
  })

  test('is sent what is written here, and fetched what it tells of', async () => {
    await using peer = await PostPeer.dial(url)
    await using other = await PostPeer.dial(url, '--key', 'other')
    await node.client.call('chat.send', { room: 'dchat', text: 'from the daemon' })
    await until('the peer gets the own post', async () => (await peer.bodies('dchat')).includes('from the daemon'))
    const told = await peer.make({ body: 'told of #', count: 20 })
    await peer.tell(told)
    await other.holds('dchat', told)
    expect((await peer.state()).seen['want']).toBeGreaterThan(0)
    expect(await node.stores('told of 19')).toMatchObject({ own: false, room: 'dchat' })
  })

  test('pages a room from its newest post to its oldest', async () => {
    await using writer = await PostPeer.dial(url)
    const made = await writer.make({ body: 'line #', count: 120, at: Date.now() - DAY_MS, step_ms: 60_000 })
    await writer.send(made)
    await using reader = await PostPeer.dial(url, '--key', 'reader')
    await until('the daemon holds all', async () => (await reader.page('dchat', 200)).flat().length === made.length)
    const pages = await reader.page('dchat', 50)
    expect(pages.map((page) => page.length)).toEqual([50, 50, 20])
    expect(pages.flat()).toEqual(made.toReversed())
  })

  test.each([4_096, 61_440])('begins a reconciliation in frames of %s bytes, and both end with the same posts', async (limit) => {
    await using first = await PostPeer.dial(url)
    await using second = await PostPeer.dial(url, '--key', 'second')
    const at = Date.now() - DAY_MS
    // All over each other, some in the same second.
    const [ours, theirs] = [
      await first.make({ body: 'first #', count: 90, at, step_ms: 70_300 }),
      await second.make({ body: 'second #', count: 110, at: at + 200, step_ms: 61_100 }),
    ]
    expect(await first.sync('dchat', { limit })).toMatchObject({ have: 90, need: 0 })
    await until('the daemon holds the posts of the first', async () => (await first.page('dchat', 200)).flat().length === 90)
    expect(await second.sync('dchat', { limit })).toMatchObject({ have: 110, need: 90 })
    await until('the daemon holds those of both', async () => (await first.page('dchat', 200)).flat().length === 200)
    expect((await first.ids('dchat')).toSorted()).toEqual([...ours, ...theirs].toSorted())
    expect(await second.ids('dchat')).toEqual(await first.ids('dchat'))
    expect(await second.sync('dchat', { limit })).toMatchObject({ have: 0, need: 0 })
    expect(await first.state()).toMatchObject({ unknown: [], ended: null })
  })

  test('and announces nothing, gets no command of posts, but the lines that are mirrored', async () => {
    await using plain = await PostPeer.dial(url, '--plain')
    await using featured = await PostPeer.dial(url, '--key', 'featured')
    const made = await featured.make({ body: 'for those who speak posts', count: 5 })
    await featured.send(made)
    await featured.tell(await featured.make({ body: 'told', count: 3 }))
    await node.stores('told')
    await node.client.call('chat.set_nick', { nick: 'alice' })
    await node.client.call('chat.send', { room: 'dchat', text: 'for all' })
    await until('the plain peer gets the line', async () => (await plain.state()).chat.length > 0)
    const { seen, chat, unknown, ended, featured: isFeatured } = await plain.state()
    expect({ isFeatured, unknown, ended }).toEqual({ isFeatured: false, unknown: [], ended: null })
    expect(Object.keys(seen).filter((command) => !CORE.has(command))).toEqual([])
    expect(chat).toEqual(['<alice> for all'])
  })
})

describe('a peer that is dialled', () => {
  test('shows an empty daemon its rooms page by page', async () => {
    const at = Date.now() - DAY_MS
    const { peer, url } = await PostPeer.listen([{ body: 'old #', count: 450, at, step_ms: 60_000 }])
    await using _ = peer
    await using node = await DaemonNode.running({ config: { net: [`peers = ["${url}"]`, 'outbound_connections = 0'] } })
    await peer.greeted()
    await until('the daemon has the whole room', async () => (await node.history()).length >= 450)
    const texts = (await node.history()).filter(({ room }) => room === 'dchat').map(({ text }) => text)
    expect(texts.toSorted()).toEqual(Array.from({ length: 450 }, (_unused, index) => `old ${index}`).toSorted())
    const { seen, unknown, ended } = await peer.state()
    expect(seen['page']).toBeGreaterThanOrEqual(3)
    expect({ unknown, ended }).toEqual({ unknown: [], ended: null })
  })

  test('is asked for what it has, and given what it lacks', async () => {
    const at = Date.now() - DAY_MS
    await using node = await DaemonNode.running({ config: { net: ['outbound_connections = 0'] } })
    await using writer = await PostPeer.dial(await node.url(), '--key', 'writer')
    const ours = await writer.make({ body: 'here #', count: 100, at, step_ms: 60_700 })
    await writer.send(ours)
    await until('the daemon holds them', async () => (await node.history()).length >= ours.length)

    const { peer, url } = await PostPeer.listen([{ body: 'there #', count: 130, at: at + 300, step_ms: 50_300 }])
    await using _ = peer
    await node.client.call('p2p.connect', { url })
    await peer.holds('dchat', ours)
    await until('the daemon has theirs', async () => (await node.history()).length >= ours.length + 130)
    const { seen, unknown, ended } = await peer.state()
    expect(seen['sync']).toBeGreaterThan(0)
    expect({ unknown, ended }).toEqual({ unknown: [], ended: null })
    expect((await writer.page('dchat', 200)).flat()).toEqual(await peer.ids('dchat'))
  })
})
