/**
 * Direct messages and private rooms between the daemon and a peer that was written in Python from docs/chat.md and RFC 9180 alone, and
 * shares no code with it: tooling/e2e/clients/post_peer.py and sealed.py.
 */
import { DaemonNode, until } from '@dchat/e2e'
import type { Message } from '@dchat/rpc'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { PostPeer } from './testing/post-peer.ts'
import type { Opened } from './testing/post-peer.ts'

/** What is inside, in its kinds. Source: docs/chat.md, *Inner message*. */
const [TEXT, ACTION, TOPIC, RETRACT, MEMBER, REKEY] = [0, 1, 3, 4, 32, 33]

let node: DaemonNode
let url: string
/** Of the daemon. */
let ours: string
let peer: PostPeer
let theirs: string

beforeEach(async () => {
  node = await DaemonNode.running({ config: { net: ['outbound_connections = 0'], chat: ['nick = "ann"'] } })
  url = await node.url()
  ours = (await node.client.call('identity.get', [])).key
  peer = await PostPeer.dial(url, '--key', 'pia')
  theirs = (await peer.state()).key
  await peer.introduce('pia')
})

afterEach(async () => {
  await peer?.[Symbol.asyncDispose]()
  await node?.[Symbol.asyncDispose]()
})

/** What opened at the peer, once it fits. */
function reads(what: string, ask: () => Promise<Opened[]>, fits: (opened: readonly Opened[]) => boolean): Promise<Opened[]> {
  return until(what, async () => {
    const opened = await ask()
    return fits(opened) ? opened : undefined
  })
}

const inner = ({ author, kind, text }: Opened) => ({ author, kind, text })
const shown = ({ room, kind, text, own, encrypted, author }: Message) => ({ room, kind, text, own, encrypted, key: author.key })

/** The line of the daemon, once `isRight` holds of it: what it is shown with may come after it. */
function line(text: string, isRight: (message: Message) => boolean = () => true): Promise<Message> {
  return until(`the daemon shows "${text}"`, async () =>
    (await node.history()).find((message) => message.text.includes(text) && isRight(message)),
  )
}

test('a direct message goes both ways, to the newest box key, and nobody else reads it', async () => {
  const sent = await node.client.call('chat.send', { to: theirs, text: 'hello Pia, ünïcode 🐱' })
  expect(shown(sent)).toEqual({
    room: `@${theirs}`,
    kind: 'text',
    text: 'hello Pia, ünïcode 🐱',
    own: true,
    encrypted: 'direct',
    key: ours,
  })
  await node.client.call('chat.send', { to: 'pia', text: 'waves', kind: 'action' })
  const opened = await reads(
    'the peer reads both',
    () => peer.mail(),
    (mail) => mail.length === 2,
  )
  expect(opened.map(inner)).toEqual([
    { author: ours, kind: TEXT, text: 'hello Pia, ünïcode 🐱' },
    { author: ours, kind: ACTION, text: 'waves' },
  ])
  expect(opened[0]!.id).toBe(sent.id)

  await peer.sync('')
  const id = await peer.write(ours, 'hello Ann')
  await peer.write(ours, 'waves back', ACTION)
  expect(shown(await line('hello Ann'))).toEqual({
    room: `@${theirs}`,
    kind: 'text',
    text: 'hello Ann',
    own: false,
    encrypted: 'direct',
    key: theirs,
  })
  expect(await line('waves back')).toMatchObject({ kind: 'action', author: { nick: 'pia' } })

  // Another box key; the one before still opens what was written to it.
  await peer.introduce('pia')
  await node.client.call('chat.send', { to: theirs, text: 'to the second key' })
  expect(
    (
      await reads(
        'the peer reads all',
        () => peer.mail(),
        (mail) => mail.length === 3,
      )
    ).at(-1)!.text,
  ).toBe('to the second key')

  // Who holds other keys holds the same bytes, and reads nothing.
  await using other = await PostPeer.dial(url, '--key', 'other')
  await other.introduce('other')
  await other.sync('_dm')
  expect(await other.mail()).toEqual([])
  expect(await other.data(id)).toBe(await peer.data(id))
  expect(await other.data(sent.id!)).toBe(await peer.data(sent.id!))
})

test('what is taken back in a conversation is taken back at the other side', async () => {
  const sent = await node.client.call('chat.send', { to: theirs, text: 'not meant so' })
  await reads(
    'the peer reads it',
    () => peer.mail(),
    (mail) => mail.length === 1,
  )
  await node.client.call('chat.retract', { id: sent.id! })
  const opened = await reads(
    'the peer reads the retraction',
    () => peer.mail(),
    (mail) => mail.length === 2,
  )
  expect(inner(opened[1]!)).toEqual({ author: ours, kind: RETRACT, text: sent.id })

  await peer.sync('')
  const id = await peer.write(ours, 'a slip of the tongue')
  await line('a slip of the tongue')
  await peer.write(ours, id, RETRACT)
  await until('the line is taken back', async () => (await node.history()).find((message) => message.id === id)?.retracted)
  expect((await node.history()).find((message) => message.id === id)!.text).toBe('')
})

test('the peer accepts an invitation, reads what is there, and is believed once an identity vouches for it', async () => {
  const room = await node.client.call('room.create', { name: 'cats' })
  await node.client.call('chat.send', { room, text: 'the first line' })
  const invitation = await node.client.call('room.invitation', { room })
  const entered = await peer.accept(invitation)
  expect(entered).toMatchObject({ room, invitation })
  await peer.sync(room)
  const read = await peer.read(room)
  expect(read.map(({ kind, text }) => ({ kind, text })).at(-1)).toEqual({ kind: TEXT, text: 'the first line' })
  expect(read.filter(({ kind }) => kind === MEMBER)).toHaveLength(1)
  expect(read.at(-1)).toMatchObject({ identity: ours })
  expect(read.at(-1)!.author).not.toBe(ours)

  await peer.tellRoom(room, 'who am I?')
  const stranger = await line('who am I?')
  expect(stranger).toMatchObject({ room, encrypted: 'room', author: { nick: null, verified: false, room_key: entered.author } })
  await peer.vouch(room)
  const known = await line('who am I?', ({ author }) => author.verified === true)
  expect(known.author).toMatchObject({ key: theirs, nick: 'pia', verified: true, room_key: entered.author })
  const members = await node.client.call('room.members', { room })
  expect(new Set(members.map(({ key }) => key))).toEqual(new Set([ours, theirs]))

  await peer.tellRoom(room, 'all about cats', TOPIC)
  await until('the topic is shown', async () =>
    (await node.client.call('chat.rooms', {})).some((each) => each.room === room && each.topic === 'all about cats'),
  )
  await peer.tellRoom(room, 'purrs', ACTION)
  expect(await line('purrs')).toMatchObject({ room, kind: 'action' })
})

test('the daemon accepts an invitation that the peer sent it, and shows what was written before', async () => {
  const { room, author, invitation } = await peer.create('dogs')
  await peer.vouch(room)
  await peer.tellRoom(room, 'nobody here yet')
  await peer.sync('')
  await peer.write(ours, invitation)
  const offer = await until('the daemon shows the invitation', async () =>
    (await node.history()).find((message) => message.room === `@${theirs}` && message.invitation !== null),
  )
  expect(offer.invitation).toEqual({ room, name: 'dogs', replaces: null, joined: false })
  expect(await node.client.call('room.accept', { invitation })).toBe(room)
  const before = await line('nobody here yet')
  expect(before).toMatchObject({ room, encrypted: 'room', author: { key: theirs, verified: true, room_key: author } })
  await node.client.call('chat.send', { room, text: 'here I am' })
  const read = await reads(
    'the peer reads it',
    () => peer.read(room),
    (said) => said.some(({ text }) => text === 'here I am'),
  )
  expect(read.find(({ text }) => text === 'here I am')).toMatchObject({ kind: TEXT, identity: ours })
})

test('a rekey of the daemon is followed by the peer, and one of the peer is offered by the daemon', async () => {
  const room = await node.client.call('room.create', { name: 'cats' })
  await peer.accept(await node.client.call('room.invitation', { room }))
  await peer.sync(room)
  await peer.vouch(room)
  await peer.tellRoom(room, 'it is me')
  await line('it is me', ({ author }) => author.verified === true)

  const next = await node.client.call('room.rekey', { room, without: [] })
  const told = await reads(
    'the peer reads of the rekey',
    () => peer.read(room),
    (said) => said.some(({ kind }) => kind === REKEY),
  )
  expect(told.find(({ kind }) => kind === REKEY)).toMatchObject({ text: next, identity: ours })
  const [mail] = await reads(
    'the peer is invited',
    () => peer.mail(),
    (opened) => opened.length === 1,
  )
  expect(mail).toMatchObject({ author: ours, kind: TEXT })
  expect(await peer.accept(mail!.text.trim())).toMatchObject({ room: next })
  await node.client.call('chat.send', { room: next, text: 'moved' })
  await reads(
    'the peer reads on',
    () => peer.read(next),
    (said) => said.some(({ text }) => text === 'moved'),
  )

  await peer.vouch(next)
  const third = await peer.create('cats')
  await peer.tellRoom(next, third.room, REKEY)
  await peer.sync('')
  await peer.write(ours, third.invitation)
  const offer = await until('the daemon offers to follow', async () =>
    (await node.history()).find(({ invitation }) => invitation?.room === third.room && invitation.replaces !== null),
  )
  expect(offer.invitation).toEqual({ room: third.room, name: 'cats', replaces: next, joined: false })
  // Offered, not followed.
  expect((await node.client.call('chat.rooms', {})).some((each) => each.room === third.room && each.joined)).toBe(false)
})
