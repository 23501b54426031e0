/** Conversations between running daemons, by JSON-RPC: whom a name leads to, what waits, what is kept. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DaemonNode, until, keyOf, writes } from '@dchat/e2e'
import type { Message } from '@dchat/rpc'
import { nodesOf, roomOf } from './testing/private-nodes.ts'

let running: AsyncDisposableStack

beforeEach(() => {
  running = new AsyncDisposableStack()
})

afterEach(() => running.disposeAsync())

const textsOf = (messages: readonly Message[]): string[] => messages.map(({ text }) => text)

test('a conversation is a room like any other, for both and for nobody between', async () => {
  const [ann, relay, bob] = await nodesOf(running, ['ann', 'relay', 'bob'])
  const [annKey, bobKey] = [await keyOf(ann), await keyOf(bob)]
  const heard: unknown[] = []
  bob.client.onNotification((method, params) => {
    if (method === 'chat.message') heard.push((params as { message: Message }).message.text)
  })
  await bob.client.call('chat.rooms', {})
  await bob.client.call('chat.subscribe', { room: `@${annKey}` })

  const sent = await writes(ann, { text: 'for you alone', to: bobKey })
  expect(sent).toMatchObject({ room: `@${bobKey}`, own: true, encrypted: 'direct', invitation: null, author: { key: annKey } })
  expect(sent.id).toMatch(/^[0-9a-f]{64}$/)
  const came = await bob.stores('for you alone')
  expect(came).toMatchObject({ id: sent.id, room: `@${annKey}`, own: false, encrypted: 'direct', author: { key: annKey } })
  expect(came.author).toMatchObject({ verified: null, room_key: null })
  await until('the subscriber has heard', () => heard.length === 1)
  await until('the nick is known', async () => (await bob.stores('for you alone')).author.nick === 'ann')
  expect(await roomOf(bob, `@${annKey}`)).toMatchObject({
    ...{ kind: 'direct', joined: true, unread: 1, mentions: 0, name: null, last_seq: came.seq },
    author: { key: annKey, nick: 'ann' },
  })

  // By the nick alone, as only one goes by it; an action, and an answer.
  await writes(bob, { text: 'bows', to: 'Ann', kind: 'action' })
  expect(await ann.stores('bows')).toMatchObject({ room: `@${bobKey}`, kind: 'action', author: { key: bobKey } })
  await bob.client.call('chat.mark_read', { room: `@${annKey}`, seq: came.seq })
  expect(await roomOf(bob, `@${annKey}`)).toMatchObject({ unread: 0 })
  const { messages } = await ann.client.call('chat.search', { query: 'alone', room: `@${bobKey}` })
  expect(messages.map(({ id }) => id)).toEqual([sent.id])
  const { text } = await bob.client.call('chat.export', { room: `@${annKey}`, format: 'txt' })
  expect(text.split('\n').map((line) => line.slice(21))).toMatchObject([
    expect.stringMatching(/^\[@ann#\w{10}\] <ann#\w{10}> for you alone$/),
    expect.stringMatching(/^\[@ann#\w{10}\] \* bob#\w{10} bows$/),
    '',
  ])

  // It is taken back on both sides.
  await ann.client.call('chat.retract', { id: sent.id! })
  await until('it is taken back', async () => (await bob.history()).some(({ id, retracted }) => id === sent.id && retracted))
  expect((await ann.history()).find(({ id }) => id === sent.id)).toMatchObject({ retracted: true, text: '' })

  // Who relays has the posts and shows nothing; the old `recv` has others' lines of `dchat` alone.
  expect(await relay.history()).toEqual([])
  expect((await relay.client.call('chat.rooms', {})).map(({ room }) => room)).toEqual(['dchat'])
  expect(await bob.client.call('recv', [])).toEqual([])

  const before = [await ann.history(), await bob.history()]
  for (const node of [ann, bob]) {
    await node.kill('SIGKILL')
    await node.start()
  }
  expect([await ann.history(), await bob.history()]).toEqual(before)
  expect(await roomOf(bob, `@${annKey}`)).toMatchObject({ joined: true, kind: 'direct' })
})

test('two keys under one nick: nobody is written to, and both are listed', async () => {
  const [ann, bob, thief] = await nodesOf(running, ['ann', 'bob', 'bob'])
  const keys = [await keyOf(bob), await keyOf(thief)]
  await until('both claim the nick', async () => {
    const shown = await Promise.all(keys.map((key) => ann.client.call('identity.verify', { key })))
    return shown.every(({ nick }) => nick === 'bob')
  })
  const tags = await Promise.all(keys.map(async (key) => (await ann.client.call('identity.verify', { key })).tag))
  const error = await ann.client.call('chat.send', { text: 'secret', to: 'bob' }).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: -32_011, data: { kind: 'ambiguous' } })
  const { data } = error as { data: { keys: string[]; hint: string } }
  expect(data.keys.toSorted()).toEqual(keys.toSorted())
  for (const [index, key] of keys.entries()) expect(data.hint).toContain(`bob#${tags[index]} (${key})`)
  expect(await ann.history()).toEqual([])

  expect(await writes(ann, { text: 'to the first', to: `bob#${tags[0]}` })).toMatchObject({ room: `@${keys[0]}` })
  await bob.stores('to the first')
  // The other stands out now that one has written with the first.
  await writes(thief, { text: 'it is me, bob', to: await keyOf(ann) })
  expect((await ann.stores('it is me, bob')).author).toMatchObject({ key: keys[1], nick: 'bob', known_as: keys[0] })
  await ann.client.call('identity.pin', { key: keys[0]!, on: true })
  expect(await ann.client.call('chat.send', { text: 'to the pinned', to: 'bob' })).toMatchObject({ room: `@${keys[0]}` })
  expect(await thief.history()).toMatchObject([{ text: 'it is me, bob', own: true }])
})

test('what cannot be encrypted is refused with the reason, or waits, and goes out once there is a key', async () => {
  const [ann, bob] = [running.use(await DaemonNode.running()), running.use(await DaemonNode.running())]
  const bobKey = await keyOf(bob)
  const refused = await ann.client.call('chat.send', { text: 'now', to: bobKey }).catch((thrown: unknown) => thrown)
  expect(refused).toMatchObject({
    code: -32_010,
    data: { kind: 'no_key', hint: expect.stringContaining('no box key') as string },
  })
  await expect(ann.client.call('chat.send', { text: 'now', to: 'nobody' })).rejects.toMatchObject({ code: -32_004 })
  expect(await ann.history()).toEqual([])

  const held = await ann.client.call('chat.send', { text: 'later', to: bobKey, hold: true })
  const given = await ann.client.call('chat.send', { text: 'never', to: bobKey, hold: true })
  expect(held).toMatchObject({ id: null, time: null, room: `@${bobKey}`, encrypted: 'direct', delivery: { state: 'stored' } })
  expect(textsOf(await ann.client.call('chat.pending', []))).toEqual(['later', 'never'])
  await expect(ann.client.call('chat.retry', { seq: held.seq })).rejects.toMatchObject({ data: { kind: 'no_key' } })
  expect(await ann.client.call('chat.cancel', { seq: given.seq })).toBe(true)
  expect((await ann.history()).at(-1)).toMatchObject({ text: 'never', delivery: { state: 'failed' } })
  await ann.kill('SIGKILL')
  await ann.start()
  expect(textsOf(await ann.client.call('chat.pending', []))).toEqual(['later'])

  const news: unknown[] = []
  ann.client.onNotification((method, params) => {
    if (method === 'chat.delivery') news.push(params)
  })
  await ann.client.call('chat.subscribe', {})
  await ann.reaches('run')
  await ann.client.call('p2p.connect', { url: await bob.url() })
  const came = await bob.stores('later')
  await until('the sender is told', () => news.length > 0)
  expect(news[0]).toMatchObject({ seq: held.seq, id: came.id, time: came.time })
  expect((await ann.history()).find(({ seq }) => seq === held.seq)).toMatchObject({ id: came.id, time: came.time })
  expect(textsOf(await bob.history())).toEqual(['later'])
})
