/** Posts between running daemons, and beside a node that knows none of them. */
import { randomBytes } from 'node:crypto'
import { chmodSync, copyFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DaemonNode, Program, RawPeer, TempHome, chatFrame, loopbackHost, until } from '@dchat/e2e'
import type { Message } from '@dchat/rpc'

let running: AsyncDisposableStack

beforeEach(() => {
  running = new AsyncDisposableStack()
})

afterEach(() => running.disposeAsync())

/** A node that dials `peers` and nobody else. */
async function node(peers: readonly DaemonNode[] = [], chat: readonly string[] = []): Promise<DaemonNode> {
  const urls = await Promise.all(peers.map((peer) => peer.url()))
  const net = [`peers = [${urls.map((url) => `"${url}"`).join(', ')}]`, 'outbound_connections = 0']
  const made = running.use(await DaemonNode.running({ config: { net, chat } }))
  await made.hasPeers(peers.length)
  return made
}

const shown = ({ text, author, own, kind }: Message) => ({ text, kind, own, nick: author.nick, key: author.key, tag: author.tag })

test('a post reaches who is two hops away, signed, with nick and tag, and stays over a restart', async () => {
  const ann = await node([], ['nick = "ann"'])
  const middle = await node([ann])
  const bob = await node([middle])
  const { key, tag } = await ann.client.call('identity.get', [])
  await bob.client.call('chat.join', { room: 'cats' })
  await middle.client.call('chat.join', { room: 'cats' })
  const sent = await ann.client.call('chat.send', { text: 'purr', room: 'cats' })
  expect(sent).toMatchObject({ room: 'cats', own: true, author: { key, tag, nick: 'ann', held: false, from: null } })
  expect(sent.id).toMatch(/^[0-9a-f]{64}$/)
  expect(sent.delivery).toMatchObject({ state: 'sent', written: 1 })
  await ann.client.call('chat.send', { text: 'stretches', room: 'cats', kind: 'action' })

  const came = await bob.stores('purr')
  expect(came).toMatchObject({ id: sent.id, room: 'cats', own: false, time: sent.time, delivery: null })
  await until('the profile has come', async () => (await bob.stores('purr')).author.nick === 'ann')
  expect(shown(await bob.stores('purr'))).toEqual({ text: 'purr', kind: 'text', own: false, nick: 'ann', key, tag })
  expect(await bob.stores('stretches')).toMatchObject({ kind: 'action', author: { nick: 'ann' } })

  const before = await bob.history()
  await bob.kill('SIGKILL')
  await bob.start()
  expect(await bob.history()).toEqual(before)
  expect(await bob.client.call('identity.get', [])).toMatchObject({ next_key: null })
  expect(statSync(bob.home.paths.identityPath).mode & 0o777).toBe(0o600)
})

test('a nick that is changed is shown so in old lines too, and told to who is subscribed', async () => {
  const ann = await node([], ['nick = "ann"'])
  const bob = await node([ann])
  await ann.client.call('chat.send', { text: 'it is me' })
  await until('the nick is known', async () => (await bob.stores('it is me')).author.nick === 'ann')
  const heard: unknown[] = []
  bob.client.onNotification((method, params) => {
    if (method === 'chat.nick') heard.push(params)
  })
  const subscription = await bob.client.call('chat.subscribe', {})
  const { tag, nick } = await ann.client.call('chat.set_nick', { nick: 'Anna' })
  await until('the nick is another', async () => (await bob.stores('it is me')).author.nick === nick)
  expect(heard).toMatchObject([{ subscription, author: { nick: 'Anna', tag, held: false } }])

  const { key } = await ann.client.call('identity.get', [])
  const ours = await bob.client.call('identity.verify', { key: `Anna#${tag}` })
  expect(ours).toMatchObject({ key, nick: 'Anna', tag, held: false, pinned: false, holder: null })
  const theirs = await ann.client.call('identity.verify', { key: (await bob.client.call('identity.get', [])).key })
  expect(theirs.digits).toBe(ours.digits)
  expect(ours.digits.replaceAll(' ', '')).toMatch(/^\d{30}$/)
  await bob.client.call('identity.pin', { key, on: true })
  expect((await bob.stores('it is me')).author).toMatchObject({ nick: 'Anna', held: true })
  expect(heard.at(-1)).toMatchObject({ author: { nick: 'Anna', held: true } })
})

test('a retracted line is taken back everywhere, and can be found no more', async () => {
  const ann = await node()
  const bob = await node([ann])
  const { id, seq } = await ann.client.call('chat.send', { text: 'a slip of the tongue' })
  const { seq: theirs } = await bob.stores('a slip')
  expect((await bob.client.call('chat.search', { query: 'slip' })).messages.map((message) => message.id)).toEqual([id])
  const heard: unknown[] = []
  bob.client.onNotification((method, params) => {
    if (method === 'chat.retracted') heard.push(params)
  })
  const subscription = await bob.client.call('chat.subscribe', {})
  await expect(bob.client.call('chat.retract', { id: id! })).rejects.toMatchObject({ code: -32_004 })
  expect(await ann.client.call('chat.retract', { id: id! })).toBe(true)
  expect(await ann.client.call('chat.retract', { id: id! })).toBe(true)
  await until('it is taken back', () => heard.length === 1)
  expect(heard).toEqual([{ subscription, seq: theirs, id }])
  for (const [one, line] of [
    [ann, seq],
    [bob, theirs],
  ] as const) {
    expect((await one.history()).find((message) => message.seq === line)).toMatchObject({ id, text: '', retracted: true })
  }
  expect((await bob.client.call('chat.search', { query: 'slip' })).messages).toEqual([])
  expect(await bob.client.call('recv', [])).not.toContain('a slip of the tongue')
})

test('rooms have a topic, markers of their own for each client, and a level', async () => {
  const ann = await node([], ['nick = "ann"'])
  const bob = await node([ann])
  const room = async (client?: string) =>
    (await ann.client.call('chat.rooms', client === undefined ? {} : { client })).find((one) => one.room === 'cats')
  await ann.client.call('chat.join', { room: 'cats' })
  // What is there when a client first asks is none of its news.
  expect([await room(), await room('phone')]).toMatchObject([{ unread: 0, read_seq: 0 }, { unread: 0 }])
  const rooms: unknown[] = []
  ann.client.onNotification((method, params) => {
    if (method === 'chat.room') rooms.push((params as { room: string }).room)
  })
  await ann.client.call('chat.subscribe', { room: 'cats' })
  await bob.client.call('chat.topic', { room: 'cats', text: 'whiskers' })
  expect(await ann.client.call('chat.set_highlights', { words: [' Tuna ', 'tuna'] })).toEqual(['Tuna'])
  expect(await ann.client.call('chat.highlights', [])).toEqual(['Tuna'])
  for (const text of ['one', 'ANN: two', 'fresh tuna!', 'three']) await bob.client.call('chat.send', { text, room: 'cats' })
  const { seq } = await ann.stores('three')
  await until('the topic has come', async () => (await room())?.topic === 'whiskers')
  expect(await room()).toMatchObject({ joined: true, mentions: 2, last_seq: seq, read_seq: 0, level: 'all' })
  const named = (await ann.history()).filter(({ mention }) => mention)
  expect(named.map(({ text }) => text)).toEqual(['ANN: two', 'fresh tuna!'])
  const own = (await bob.history()).find(({ text }) => text === 'three')!
  const reached = await until('bob knows who has it', async () => {
    const told = await bob.client.call('chat.delivery', { seq: own.seq })
    return told.peers.length > 0 && told
  })
  expect(reached).toMatchObject({ written: 1, peers: [{ channel: expect.any(Number) }], is_complete: true })
  await expect(bob.client.call('chat.delivery', { seq: 9_999 })).rejects.toMatchObject({ code: -32_004 })
  const { unread } = (await room())!
  expect(unread).toBeGreaterThanOrEqual(3)
  await ann.client.call('chat.mark_read', { room: 'cats', seq, client: 'phone' })
  expect(await room('phone')).toMatchObject({ unread: 0, mentions: 0, read_seq: seq })
  expect(await room()).toMatchObject({ unread })
  await ann.client.call('chat.mute', { room: 'cats', level: 'mentions' })
  await ann.client.call('chat.leave', { room: 'cats' })
  expect(await room()).toMatchObject({ joined: false, unread: 0, level: 'mentions' })
  await until('all of it is told', () => rooms.length >= 3)
  expect(new Set(rooms)).toEqual(new Set(['cats']))

  expect(await bob.client.call('chat.forget', { room: 'cats' })).toBeGreaterThanOrEqual(4)
  await bob.client.call('chat.leave', { room: 'cats' })
  await bob.client.call('chat.join', { room: 'cats' })
  expect((await bob.history()).filter((message) => message.room === 'cats')).toEqual([])

  const { key } = await bob.client.call('identity.get', [])
  await ann.client.call('chat.ignore', { key, on: true })
  expect(await ann.client.call('chat.ignored', [])).toMatchObject([{ key }])
  expect((await ann.history()).filter((message) => message.author.key === key)).toEqual([])
  await ann.client.call('chat.ignore', { key, on: false })
  await ann.stores('three')
})

describe('with no peer', () => {
  test('a post is kept, and flows when one appears', async () => {
    const ann = await node()
    const { seq } = await ann.client.call('chat.send', { text: 'anybody?', room: 'cats' })
    expect(await ann.client.call('chat.pending', [])).toMatchObject([{ seq, delivery: { state: 'stored', written: 0, held: 0 } }])
    await ann.kill('SIGTERM')
    await ann.start()
    await ann.reaches('run')
    expect(await ann.client.call('chat.pending', [])).toMatchObject([{ seq }])
    const bob = await node([ann])
    await bob.client.call('chat.join', { room: 'cats' })
    expect(await bob.stores('anybody?')).toMatchObject({ own: false, room: 'cats' })
    await until('nothing is pending', async () => (await ann.client.call('chat.pending', [])).length === 0)
    await expect(ann.client.call('chat.cancel', { seq })).rejects.toMatchObject({ code: -32_009 })
    expect(await ann.client.call('chat.retry', { seq })).toBe(true)
  })

  test('a post can be cancelled, and then goes to nobody', async () => {
    const ann = await node()
    const { seq } = await ann.client.call('chat.send', { text: 'better not' })
    await ann.client.call('chat.send', { text: 'but this' })
    expect(await ann.client.call('chat.cancel', { seq })).toBe(true)
    await expect(ann.client.call('chat.cancel', { seq })).rejects.toMatchObject({ code: -32_004 })
    expect((await ann.stores('better not')).delivery).toMatchObject({ state: 'failed' })
    const bob = await node([ann])
    await bob.stores('but this')
    expect((await bob.history()).map(({ text }) => text)).not.toContain('better not')
  })
})

test('who comes later gets the history, and says how far it is', async () => {
  const ann = await node()
  for (let index = 0; index < 40; index += 1) await ann.client.call('chat.send', { text: `line ${index}` })
  const bob = await node([ann])
  const heard: { state: string }[] = []
  bob.client.onNotification((method, params) => {
    if (method === 'chat.progress') heard.push((params as { sync: { state: string } }).sync)
  })
  await bob.client.call('chat.subscribe', {})
  for (let index = 0; index < 40; index += 1) await bob.stores(`line ${index}`)
  const page = await bob.client.call('chat.history', { limit: 40, room: 'dchat' })
  expect(page.messages.map(({ text }) => text)).toEqual(Array.from({ length: 40 }, (_, index) => `line ${index}`))
  await until('it is done', async () => (await bob.info()).sync.state === 'idle')
  expect((await bob.info()).features).toEqual(['dchat.posts'])
})

describe('beside a node without posts', () => {
  test('it gets the lines of the shared room with a nick, and no command that it does not know', async () => {
    const ann = await node([], ['nick = "ann"'])
    const bob = await node([ann], ['nick = "bob"'])
    await using plain = await RawPeer.dial(await ann.url(), loopbackHost())
    await plain.greet('dialer')
    await ann.hasPeers(2)
    const sent = await ann.client.call('chat.send', { text: 'hello' })
    expect(sent.delivery).toMatchObject({ state: 'sent', written: 2 })
    await ann.client.call('chat.send', { text: 'waves', kind: 'action' })
    await ann.client.call('chat.send', { text: 'not for you', room: 'cats' })
    await ann.client.call('chat.send', { text: 'x'.repeat(1_100) })
    await ann.client.call('send', { text: `bare ${'y'.repeat(2_000)}` })
    await ann.client.call('send', { text: 'z'.repeat(10_000) })
    await bob.client.call('chat.send', { text: 'from bob' })
    await ann.stores('from bob')
    const texts = ['<ann> hello', '* ann waves', `bare ${'y'.repeat(2_000)}`, 'z'.repeat(10_000)]
    for (const [nth, text] of texts.entries())
      expect(await plain.payload('DchatMsg', nth)).toEqual(
        chatFrame(text).subarray(-(await plain.payload('DchatMsg', nth)).length),
      )
    plain.write(chatFrame('<bob> believe me'))
    const line = await ann.stores('believe me')
    expect(line).toMatchObject({ id: null, text: '<bob> believe me', author: { key: null, nick: null, tag: null, held: false } })
    expect(line.author.from).toBe(`tcp://${plain.address}/`)
    await bob.client.call('chat.send', { text: 'the last' })
    await ann.stores('the last')
    const known = new Set(['version', 'verack', 'ping', 'pong', 'getaddr', 'addr', 'DchatMsg'])
    expect(plain.frames.map(({ command }) => command).filter((command) => !known.has(command))).toEqual([])
    expect(plain.frames.filter(({ command }) => command === 'DchatMsg')).toHaveLength(texts.length)
    expect((await bob.history()).map(({ text }) => text)).not.toContain('<bob> believe me')
    // Between nodes that know posts no line comes a second time as a mirrored one.
    expect((await bob.history()).filter(({ text }) => text.includes('hello'))).toHaveLength(1)
    expect(await bob.stores('z'.repeat(10_000))).toMatchObject({ id: null, author: { key: null } })
  })
})

describe('the own key', () => {
  const passphrase = 'correct horse battery staple'

  test('is exported, and brought in elsewhere from the next start on', async () => {
    const ann = await node()
    const other = await node()
    const { key, tag } = await ann.client.call('identity.get', [])
    const { key: old } = await other.client.call('identity.get', [])
    const data = await ann.client.call('identity.export', { passphrase })
    await expect(other.client.call('identity.import', { data, passphrase: 'another passphrase' })).rejects.toMatchObject({
      code: -32_602,
    })
    await expect(other.client.call('identity.import', { data: data.slice(0, -40), passphrase })).rejects.toMatchObject({
      code: -32_602,
    })
    expect(await other.client.call('identity.get', [])).toMatchObject({ key: old, next_key: null })
    expect(await other.client.call('identity.import', { data, passphrase })).toBe(true)
    expect(await other.client.call('identity.get', [])).toMatchObject({ key: old, next_key: key })
    await ann.kill('SIGTERM')
    await other.kill('SIGTERM')
    await other.start()
    expect(await other.client.call('identity.get', [])).toMatchObject({ key, tag, next_key: null })
    expect(readFileSync(other.home.paths.identityPath, 'utf8')).not.toContain(key)
    // What was written to it can be opened there, and what was there before is kept.
    const [brought, there] = [ann, other].map(({ home }) => boxKeysOf(home.paths.boxKeysPath))
    expect(there!.filter(({ identity }) => identity === key)).toEqual(brought)
    expect(there!.filter(({ identity }) => identity === old)).toHaveLength(1)
    expect(statSync(other.home.paths.boxKeysPath).mode & 0o777).toBe(0o600)
  })

  test('is exported and brought in with a thousand private rooms of the longest names', async () => {
    const ann = await node()
    const { key } = await ann.client.call('identity.get', [])
    await ann.kill('SIGTERM')
    const entries = Array.from({ length: 1_000 }, (_, index) => ({
      identity: key,
      name: '😀'.repeat(64),
      secret: randomBytes(32).toString('hex'),
      author: randomBytes(32).toString('hex'),
      since: index,
    }))
    writeFileSync(ann.home.paths.roomKeysPath, JSON.stringify({ version: 1, entries }), { mode: 0o600 })
    await ann.start()
    const data = await ann.client.call('identity.export', { passphrase })
    const other = await node()
    expect(await other.client.call('identity.import', { data, passphrase })).toBe(true)
    expect(JSON.parse(readFileSync(other.home.paths.roomKeysPath, 'utf8'))).toEqual({ version: 1, entries })
    expect(statSync(other.home.paths.roomKeysPath).mode & 0o777).toBe(0o600)
  })

  test.each([
    ['the key', 'identity.key', 'no key'],
    ['the box keys', 'box-keys', '{"version": 1, "entries": [{}]}'],
    ['the box keys of a newer version', 'box-keys', '{"version": 2, "entries": []}'],
    ['the keys of private rooms', 'room-keys', ''],
  ])('that is damaged stops the start, and is left as it is: %s', async (_, name, content) => {
    using home = new TempHome()
    mkdirSync(home.paths.dataDir, { mode: 0o700 })
    const path = home.write(`data/${name}`, content)
    chmodSync(path, 0o600)
    const { code, stderr } = await Program.run('dchatd', ['--home', home.path, '--rpc-listen', ''])
    expect([code, stderr]).toEqual([5, expect.stringContaining(path)])
    expect(readFileSync(path, 'utf8')).toBe(content)
  })

  test('of direct messages is open to nobody else, or the daemon does not start', async () => {
    const ann = await node()
    await ann.kill('SIGTERM')
    chmodSync(ann.home.paths.boxKeysPath, 0o640)
    const { code, stderr } = await Program.run('dchatd', ['--home', ann.home.path, '--rpc-listen', ''])
    expect([code, stderr]).toEqual([5, expect.stringContaining('0640')])
  })
})

test('the store is checked and backed up while it is used, and the copy is a store', async () => {
  const ann = await node()
  await ann.client.call('chat.send', { text: 'keep me' })
  const found = { ok: true, problems: [], messages: 1, posts: 2 } // the box key is one
  expect(await ann.client.call('store.check', {})).toMatchObject(found)
  expect(await ann.client.call('store.check', { full: true })).toMatchObject({ ok: true })
  const path = join(ann.home.path, 'copy.db')
  expect(await ann.client.call('store.backup', { path })).toBe(true)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  for (const bad of [path, join(ann.home.path, 'none/copy.db'), 'copy.db', join(ann.home.path, '.bashrc')])
    await expect(ann.client.call('store.backup', { path: bad })).rejects.toMatchObject({ code: -32_602 })

  await using other = new DaemonNode()
  mkdirSync(other.home.paths.dataDir, { mode: 0o700 })
  copyFileSync(path, other.home.paths.storePath)
  await other.start()
  expect((await other.history()).map(({ text }) => text)).toEqual(['keep me'])
})

function boxKeysOf(path: string): { readonly identity: string; readonly secret: string }[] {
  return (JSON.parse(readFileSync(path, 'utf8')) as { entries: { identity: string; secret: string }[] }).entries
}
