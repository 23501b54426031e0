/** Private rooms between running daemons, by JSON-RPC: made, shared, written in, moved, left behind. */
import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DaemonNode, until, keyOf, writes } from '@dchat/e2e'
import type { Message } from '@dchat/rpc'
import { RpcClient, RpcError, holdsInvitation } from '@dchat/rpc'
import { nodesOf, roomOf } from './testing/private-nodes.ts'

let running: AsyncDisposableStack

beforeEach(() => {
  running = new AsyncDisposableStack()
})

afterEach(() => running.disposeAsync())

/** The invitation to `room`, once it has come to `node`. */
const invitationTo = (node: DaemonNode, room: string): Promise<Message> =>
  until(`${node.program.name} is invited`, async () => (await node.history()).find(({ invitation }) => invitation?.room === room))

const accept = async (node: DaemonNode, room: string): Promise<string> =>
  node.client.call('room.accept', { invitation: (await invitationTo(node, room)).text })

/** The line with this text, once its author is vouched for. */
const verified = (node: DaemonNode, text: string): Promise<Message> =>
  until(`"${text}" is vouched for`, async () =>
    (await node.history()).find((line) => line.text === text && line.author.verified === true && line.author.nick !== null),
  )

test('a room is shared by a direct message, and its members read each other; who relays reads nothing', async () => {
  const [ann, relay, bob] = await nodesOf(running, ['ann', 'relay', 'bob'])
  const [annKey, bobKey] = [await keyOf(ann), await keyOf(bob)]
  const room = await ann.client.call('room.create', { name: 'cats' })
  expect(room).toMatch(/^p\.[0-9a-f]{40}$/)
  expect(await roomOf(ann, room)).toMatchObject({ kind: 'private', name: 'cats', joined: true, author: null })
  const first = await ann.client.call('chat.send', { room, text: 'before anybody came' })
  expect(first).toMatchObject({ room, encrypted: 'room', author: { key: annKey, nick: 'ann', verified: true }, own: true })

  await writes(ann, { text: 'look here', to: bobKey })
  expect(await ann.client.call('room.invite', { room, to: bobKey })).toBe(true)
  const invited = await invitationTo(bob, room)
  expect(invited).toMatchObject({ room: `@${annKey}`, encrypted: 'direct' })
  expect(invited.invitation).toEqual({ room, name: 'cats', replaces: null, joined: false })
  await expect(bob.client.call('chat.join', { room })).rejects.toMatchObject({ code: -32_004 })
  await expect(bob.client.call('chat.send', { room, text: 'hello?' })).rejects.toMatchObject({ code: -32_004 })

  await bob.client.call('chat.rooms', {})
  expect(await accept(bob, room)).toBe(room)
  expect((await invitationTo(bob, room)).invitation).toMatchObject({ joined: true })
  const seen = await verified(bob, 'before anybody came')
  expect(seen).toMatchObject({ id: first.id, room, own: false, author: { key: annKey, nick: 'ann', verified: true } })
  expect(seen.author.room_key).toBe(first.author.room_key)
  expect(seen.author.room_key).not.toBe(annKey)

  await bob.client.call('chat.send', { room, text: 'miaows', kind: 'action' })
  await bob.client.call('chat.topic', { room, text: 'cats alone' })
  const miaow = await verified(ann, 'miaows')
  expect(miaow).toMatchObject({ kind: 'action', author: { key: bobKey, verified: true } })
  await until('the topic has come', async () => (await roomOf(ann, room))?.topic === 'cats alone')
  expect(await roomOf(ann, room)).toMatchObject({ unread: 2, kind: 'private', name: 'cats' })
  expect(await ann.client.call('room.members', { room })).toMatchObject([
    { key: annKey, verified: true, room_key: first.author.room_key },
    { key: bobKey, nick: 'bob', verified: true },
  ])
  expect((await ann.client.call('chat.search', { query: 'miaow', room })).messages).toMatchObject([{ id: miaow.id }])
  const { text } = await bob.client.call('chat.export', { room, format: 'txt' })
  expect(text).toContain(`[${room.slice(0, 10)}… cats] <ann#`)
  await bob.client.call('chat.retract', { id: miaow.id! })
  await until('it is taken back', async () => (await ann.history()).some(({ id, retracted }) => id === miaow.id && retracted))

  expect(await roomOf(relay, room)).toMatchObject({ kind: 'private', name: null, joined: false })
  expect(await relay.history()).toEqual([])
  expect(await bob.client.call('recv', [])).toEqual([])

  await bob.kill('SIGKILL')
  await bob.start()
  expect(await roomOf(bob, room)).toMatchObject({ name: 'cats', joined: true, topic: 'cats alone' })
  await bob.client.call('chat.send', { room, text: 'still here' })
  expect(await verified(ann, 'still here')).toMatchObject({ author: { key: bobKey } })
})

test('a rekey shuts somebody out: who is left is offered the new room, and follows by himself', async () => {
  const [ann, bob, eve] = await nodesOf(running, ['ann', 'bob', 'eve'])
  const [annKey, bobKey, eveKey] = [await keyOf(ann), await keyOf(bob), await keyOf(eve)]
  const room = await ann.client.call('room.create', { name: 'cats' })
  for (const [node, key] of [
    [bob, bobKey],
    [eve, eveKey],
  ] as const) {
    await writes(ann, { text: 'hi', to: key })
    await ann.client.call('room.invite', { room, to: key })
    await accept(node, room)
    await node.client.call('chat.send', { room, text: `${key} is here` })
    await verified(ann, `${key} is here`)
  }
  await expect(ann.client.call('room.rekey', { room, without: 'nobody' })).rejects.toMatchObject({ code: -32_004 })
  const next = await ann.client.call('room.rekey', { room, without: ['eve'] })
  expect(next).not.toBe(room)
  const offer = await until('bob is offered the new room', async () =>
    (await bob.history()).find(({ invitation }) => invitation?.room === next && invitation.replaces === room),
  )
  expect(offer).toMatchObject({ room: `@${annKey}`, invitation: { name: 'cats', joined: false } })
  expect((await bob.history()).some((line) => line.room === room && line.kind === 'system')).toBe(true)
  expect(await roomOf(bob, next)).toMatchObject({ joined: false })
  await accept(bob, next)
  await ann.client.call('chat.send', { room: next, text: 'without eve' })
  expect(await verified(bob, 'without eve')).toMatchObject({ room: next })

  await until('eve hears of the move', async () =>
    (await eve.history()).some((line) => line.room === room && line.kind === 'system'),
  )
  expect((await eve.history()).some(({ invitation }) => invitation?.room === next)).toBe(false)
  await expect(eve.client.call('chat.send', { room: next, text: 'me too' })).rejects.toMatchObject({ code: -32_004 })

  await bob.client.call('room.forget', { room })
  expect(await roomOf(bob, room)).toMatchObject({ name: null, joined: false })
  await expect(bob.client.call('room.members', { room })).rejects.toMatchObject({ code: -32_004 })
  await expect(bob.client.call('chat.join', { room })).rejects.toMatchObject({ code: -32_004 })
})

describe('an invitation', () => {
  let node: DaemonNode
  let room: string
  let invitation: string

  beforeEach(async () => {
    const sha256 = createHash('sha256').update('watching').digest('hex')
    const token = ['name = "watcher"', `hash = "sha256:${sha256}"`, 'methods = ["readonly"]']
    node = running.use(await DaemonNode.running({ hasTcpRpc: true, args: ['-vvv'], config: { '[rpc.token]': token } }))
    room = await node.client.call('room.create', { name: 'cats' })
    invitation = await node.client.call('room.invitation', { room })
  })

  test('goes into no room of everybody by mistake, into no error and no log', async () => {
    expect(holdsInvitation(invitation)).toBe(true)
    const secret = invitation.split(':').at(-1)!
    const refused: [string, object][] = [
      ['send', { text: invitation }],
      ['chat.send', { text: `come to ${invitation}` }],
      ['chat.topic', { room: 'dchat', text: invitation }],
      ['room.accept', { invitation: `${invitation}x` }],
      ['room.accept', { invitation: secret }],
      ['room.invite', { room, to: invitation }],
      ['chat.send', { room: invitation, text: 'hi' }],
    ]
    for (const [method, params] of refused) {
      const error = await node.client.callRaw(method, params).catch((thrown: unknown) => thrown)
      expect([method, error]).toEqual([method, expect.any(RpcError)])
      expect(JSON.stringify(error)).not.toContain(secret.slice(0, 20))
    }
    expect(await node.history()).toEqual([])
    expect(await node.client.call('chat.send', { text: invitation, in_clear: true })).toMatchObject({ text: invitation })
    await node.client.call('chat.send', { text: invitation, room })
    expect(await node.client.call('identity.export', { passphrase: 'correct horse' })).not.toContain(secret)
    node.program.kill('SIGTERM')
    const { stderr } = await node.program.ended()
    expect(stderr).toContain('RPC listens')
    expect(stderr).not.toContain(secret.slice(0, 20))
    expect(stderr).not.toContain('correct horse')
  })

  test('is told to nobody who may only read', async () => {
    const own = await keyOf(node)
    await node.client.call('chat.send', { text: invitation, to: own, hold: true })
    await node.client.call('chat.send', { text: `by the way: ${invitation}`, room })
    const secret = invitation.split(':').at(-1)!
    const endpoint = { kind: 'tcp', host: '127.0.0.1', port: await node.rpcPort(), tls: false, cookie: 'watching' } as const
    await using watcher = await RpcClient.connect(endpoint)
    const heard: string[] = []
    watcher.onNotification((_method, params) => heard.push(JSON.stringify(params)))
    await watcher.call('chat.subscribe', { since: 0 })
    await until('the subscriber has both', () => heard.filter((line) => line.includes('dchat-room:')).length === 2)
    const answers = [
      await watcher.call('chat.history', { since: 0 }),
      await watcher.call('chat.export', {}),
      await watcher.call('chat.export', { format: 'txt' }),
      await watcher.call('chat.pending', {}),
      await watcher.call('chat.rooms', {}),
      await watcher.call('room.members', { room }),
      heard,
    ]
    for (const answer of answers) expect(JSON.stringify(answer)).not.toContain(secret.slice(0, 20))
    expect((await watcher.call('chat.search', { query: secret.slice(0, 3) })).messages).toEqual([])
    expect((await node.client.call('chat.search', { query: secret.slice(0, 3) })).messages).toHaveLength(2)
    const writes: [string, object][] = [
      ['room.invitation', { room }],
      ['room.create', { name: 'dogs' }],
      ['room.invite', { room, to: own }],
      ['room.accept', { invitation }],
      ['room.rekey', { room, without: [] }],
      ['room.forget', { room }],
      ['identity.export', { passphrase: 'correct horse' }],
      ['chat.send', { text: 'hi', to: own }],
    ]
    for (const [method, params] of writes)
      await expect(watcher.callRaw(method, params)).rejects.toMatchObject({ code: -32_008, data: { kind: 'forbidden' } })
  })
})
