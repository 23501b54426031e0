/** The daemon's methods that say something, and those of rooms, people and the store; every result against the contract. */
import { MAX_POST_TEXT_BYTES, MAX_TEXT_BYTES, rpcError } from '@dchat/rpc'
import type { MethodName } from '@dchat/rpc'
import { METHODS, isOfSchema } from '@dchat/rpc/schemas'
import { ChatError } from '@dchat/chat'
import { describe, expect, test } from 'vitest'
import { INVITATION, KEY, ROOM, signedAuthor } from './testing/test-backend.ts'
import { backend, client, failure, soon, listen } from './methods.test-util.ts'

describe('texts', () => {
  test('send takes an empty one, as the reference does', async () => {
    expect(await client.call('send', { text: '' })).toBe(true)
    expect(backend.messages).toMatchObject([{ text: '' }])
  })

  const euros = (bytes: number): string => '€'.repeat(Math.floor(bytes / 3)) + 'x'.repeat(bytes % 3)

  test.each([
    ['send', MAX_TEXT_BYTES],
    ['chat.send', MAX_POST_TEXT_BYTES],
  ])('%s takes %i bytes and not one more', async (method, most) => {
    await client.callRaw(method, [euros(most)])
    expect(backend.messages[0]!.text).toBe(euros(most))
    expect(await failure(method, [euros(most + 1)])).toMatchObject({
      code: -32_602,
      message: 'invalid params',
      data: { kind: 'invalid_params', hint: `text has ${most + 1} bytes, at most ${most} are allowed` },
    })
    expect(backend.messages).toHaveLength(1)
  })

  test.each([
    ['send', [7]],
    ['send', [null]],
    ['send', []],
    ['send', ['\ud800']],
    ['send', ['a', 'b']],
    ['chat.send', ['']],
    ['chat.send', ['a', 'dchat', 'topic']],
    ['chat.send', ['a', 'dchat', 'system']],
    ['chat.send', ['a', '\udc00']],
    ['chat.send', ['a', '']],
    ['chat.send', ['a', '_dm']],
    ['chat.send', { text: 'a', room: 'dchat', to: 'ann' }],
    ['chat.topic', ['cats', 'x'.repeat(8_193)]],
    ['chat.set_nick', ['']],
    ['chat.set_nick', ['   ']],
    ['chat.set_nick', ['a\nb']],
    ['chat.set_nick', ['\u202eevil']],
    ['chat.set_nick', ['x'.repeat(33)]],
    ['chat.set_highlights', ['cats']],
    ['chat.set_highlights', [['a']]],
    ['chat.set_highlights', [['x'.repeat(65)]]],
    ['chat.set_highlights', [Array.from({ length: 101 }, (_, index) => `word ${index}`)]],
  ])('%s %j is refused', async (method, params) => {
    expect(await failure(method, params)).toMatchObject({ code: -32_602 })
    expect([backend.messages, backend.calls]).toEqual([[], []])
  })

  test('chat.send answers with the stored message', async () => {
    expect(await client.call('chat.send', { text: 'waves', kind: 'action' })).toMatchObject({
      seq: 1,
      room: 'dchat',
      kind: 'action',
      text: 'waves',
      own: true,
    })
    expect(await client.call('chat.send', { text: 'hi', room: 'other' })).toMatchObject({ seq: 2, room: 'other', kind: 'text' })
  })

  test('chat.send to somebody says it in the conversation with him, and holds it when it is asked to', async () => {
    expect(await client.call('chat.send', { text: 'hi', to: 'ann' })).toMatchObject({ room: `@${KEY}` })
    await client.call('chat.send', { text: 'hi', to: KEY, hold: true })
    expect(backend.calls).toEqual([
      ['chatSend', `@${KEY}`, false],
      ['chatSend', `@${KEY}`, true],
    ])
  })

  test('an invitation goes to nobody by mistake', async () => {
    const text = `come: dchat-room:cats:${'A'.repeat(43)}`
    const refused: [string, object][] = [
      ['send', { text }],
      ['chat.send', { text }],
      ['chat.send', { text, room: 'cats' }],
      ['chat.topic', { room: 'cats', text }],
    ]
    for (const [method, params] of refused) {
      const error = await failure(method, params)
      expect(error).toMatchObject({ code: -32_012, data: { kind: 'would_leak', retryable: false } })
      expect(JSON.stringify(error.data)).not.toContain('A'.repeat(43))
    }
    expect([backend.messages, backend.calls]).toEqual([[], []])
    await client.call('chat.send', { text, room: 'cats', in_clear: true })
    await client.call('chat.send', { text, to: 'ann' })
    await client.call('chat.send', { text, room: `p.${'0'.repeat(40)}` })
    await client.call('chat.topic', { room: 'cats', text, in_clear: true })
    expect(backend.messages.map((message) => message.text)).toEqual([text, text, text])
    expect(backend.calls.at(-1)).toEqual(['setTopic', 'cats', text])
  })

  test('a nick is normalised: one form, no space at its ends, 32 characters of any plane', async () => {
    expect(await client.call('chat.set_nick', { nick: '  Ａnn  B ' })).toEqual({ nick: 'Ann  B', tag: 'aaaaaaaaaa' })
    const nick = '𝒳'.normalize('NFKC') + '😀'.repeat(31)
    expect((await client.call('chat.set_nick', { nick })).nick).toBe(nick)
  })
})

describe('rooms, own lines, people and the store', () => {
  test.each<[MethodName, unknown[], unknown[]]>([
    ['chat.join', ['cats'], ['join', 'cats']],
    ['chat.leave', ['cats'], ['leave', 'cats']],
    ['chat.topic', ['cats', ''], ['setTopic', 'cats', '']],
    ['chat.mark_read', ['cats', 7], ['markRead', 'cats', 7, 'default']],
    ['chat.mark_read', ['cats', 7, 'phone'], ['markRead', 'cats', 7, 'phone']],
    ['chat.mute', ['cats', 'none'], ['mute', 'cats', 'none']],
    ['chat.retract', [KEY], ['retract', KEY]],
    ['chat.retry', [3], ['retry', 3]],
    ['chat.ignore', [KEY, true], ['ignore', KEY, true]],
    ['identity.import', ['data', 'word'], ['importIdentity', 'data', 'word']],
    ['identity.pin', [KEY, false], ['pin', KEY, false]],
    ['store.backup', ['/tmp/a.db'], ['backup', '/tmp/a.db']],
    ['room.invite', [ROOM, 'ann'], ['invite', ROOM, 'ann', false]],
    ['room.invite', [ROOM, KEY, true], ['invite', ROOM, KEY, true]],
    ['room.forget', [ROOM], ['forget', ROOM]],
  ])('%s %j', async (method, params, call) => {
    expect(await client.callRaw(method, params)).toBe(true)
    expect(backend.calls).toEqual([call])
  })

  test('private rooms are made, joined and moved, and their members listed', async () => {
    expect(await client.call('room.create', { name: 'cats' })).toBe(ROOM)
    expect(await client.call('room.accept', { invitation: INVITATION })).toBe(ROOM)
    expect(await client.call('room.members', { room: ROOM })).toMatchObject([{ nick: 'ann', verified: true }])
    expect(await client.call('room.rekey', { room: ROOM, without: 'bob' })).toBe(ROOM)
    expect(await client.call('room.rekey', { room: ROOM, without: ['bob', KEY] })).toBe(ROOM)
    expect(await client.call('room.invitation', { room: ROOM })).toBe(INVITATION)
    expect(backend.calls).toEqual([
      ['create', 'cats'],
      ['accept', INVITATION],
      ['members', ROOM],
      ['rekey', ROOM, ['bob']],
      ['rekey', ROOM, ['bob', KEY]],
      ['invitation', ROOM],
    ])
    for (const room of ['cats', 'p.', `@${KEY}`]) expect(await failure('room.members', [room])).toMatchObject({ code: -32_602 })
    expect(await failure('room.rekey', [ROOM, 7])).toMatchObject({ code: -32_602 })
  })

  test.each<[ChatError, number, string]>([
    [new ChatError('CHAT_NO_BOX_KEY', { key: KEY, reason: 'unknown' }), -32_010, 'no box key of the other'],
    [new ChatError('CHAT_NO_BOX_KEY', { key: KEY, reason: 'expired' }), -32_010, '35 days'],
    [new ChatError('CHAT_NO_BOX_KEY', { key: KEY, reason: 'unusable' }), -32_010, 'keeps nothing secret'],
    [new ChatError('CHAT_TOO_MANY_HELD', { maxMessages: 9 }), -32_003, '9 messages'],
    [new ChatError('CHAT_TEXT_TOO_LONG', { bytes: 4_093, maxBytes: 4_092 }), -32_602, 'at most 4092'],
    [new ChatError('CHAT_ROOM_LOCKED', { room: ROOM }), -32_004, 'room.accept'],
    [new ChatError('CHAT_ROOM_NAME', { reason: 'it is empty' }), -32_602, 'it is empty'],
    [new ChatError('CHAT_INVITATION_MALFORMED', { reason: 'it is short' }), -32_602, 'it is short'],
    [new ChatError('CHAT_NO_MEMBER', { room: ROOM, key: KEY }), -32_004, 'no other member'],
    [new ChatError('CHAT_ROOMS_FULL', { maxRooms: 5 }), -32_003, '5 private rooms'],
    [new ChatError('CHAT_REKEY_BROKEN', { room: ROOM, newRoom: ROOM, invited: 1, left: 2 }), -32_007, '2 are left'],
    [new ChatError('CHAT_KEYS_UNWRITABLE', { path: '/secret/place', reason: 'EACCES' }), -32_007, 'the log of the daemon'],
  ])('%s is told in plain words', async (error, code, hint) => {
    backend.failure = error
    const told = await failure('room.accept', [INVITATION])
    expect(told).toMatchObject({ code, data: { hint: expect.stringContaining(hint) as string } })
    expect(told.data!.hint).not.toMatch(/AAAA|\/secret/)
  })

  test('what is not there, and what comes too late, is said', async () => {
    expect(await failure('chat.retract', ['c'.repeat(64)])).toMatchObject({
      code: -32_004,
      data: { hint: 'no own post has this id' },
    })
    expect(await failure('chat.cancel', [9])).toMatchObject({ code: -32_004 })
    backend.store({ own: true })
    backend.failure = rpcError('too_late')
    expect(await failure('chat.cancel', [1])).toMatchObject({ code: -32_009, data: { kind: 'too_late', retryable: false } })
  })

  test('lists and searches', async () => {
    backend.store({ text: 'one', own: true, delivery: { state: 'stored', written: 0, held: 0 } })
    backend.store({ text: 'none' })
    expect((await client.call('chat.search', { query: 'one' })).messages.map(({ seq }) => seq)).toEqual([1, 2])
    expect((await client.call('chat.search', { query: 'one', limit: 1 })).messages.map(({ seq }) => seq)).toEqual([2])
    expect((await client.call('chat.pending', [])).map(({ seq }) => seq)).toEqual([1])
    expect(await client.call('chat.rooms', { client: 'phone' })).toMatchObject([{ room: 'dchat' }])
    expect(backend.calls).toEqual([['list', 'phone']])
    for (const query of ['', ' \t', 'a '.repeat(17), '😀'.repeat(129)])
      expect(await failure('chat.search', [query])).toMatchObject({ code: -32_602 })
  })

  test('identity.verify takes somebody as people name him, and tells his key', async () => {
    expect(await client.call('identity.verify', { key: 'ann' })).toMatchObject({ key: KEY, nick: 'ann' })
    expect(await client.call('identity.verify', { key: KEY })).toMatchObject({ key: KEY })
  })

  test('subscribers hear of rooms, people and progress', async () => {
    const heard = listen(client)
    const subscription = await client.call('chat.subscribe', { room: 'cats' })
    const sync = { state: 'paging', room: 'cats', received: 3, expected: 9, peers: 2 } as const
    backend.events.publish('room', 'cats')
    backend.events.publish('room', 'dogs')
    backend.events.publish('author', signedAuthor(KEY, 'ann'))
    backend.events.publish('progress', sync)
    await soon(() => heard.length, 3)
    expect(heard).toEqual([
      { method: 'chat.room', params: { subscription, room: 'cats' } },
      { method: 'chat.nick', params: { subscription, author: signedAuthor(KEY, 'ann') } },
      { method: 'chat.progress', params: { subscription, sync } },
    ])
  })
})

test('every result is as the contract describes it', async () => {
  backend.store()
  const calls: [MethodName, unknown[]][] = [
    ['ping', []],
    ['send', ['a']],
    ['recv', []],
    ['p2p.get_info', []],
    ['dnet.switch', [false]],
    ['dnet.subscribe_events', []],
    ['rpc.auth', ['any']],
    ['chat.send', ['a']],
    ['chat.history', []],
    ['chat.subscribe', []],
    ['chat.set_nick', ['ann']],
    ['chat.unsubscribe', ['chat-2']],
    ['chat.search', ['a']],
    ['chat.export', []],
    ['chat.rooms', []],
    ['chat.join', ['cats']],
    ['chat.leave', ['cats']],
    ['chat.topic', ['cats', 'whiskers']],
    ['chat.mark_read', ['cats', 1]],
    ['chat.mute', ['cats', 'all']],
    ['chat.forget', ['cats']],
    ['chat.retract', [KEY]],
    ['chat.pending', []],
    ['chat.delivery', [2]],
    ['chat.retry', [1]],
    ['chat.cancel', [1]],
    ['chat.ignore', [KEY, true]],
    ['chat.ignored', []],
    ['chat.highlights', []],
    ['chat.set_highlights', [['cats']]],
    ['identity.get', []],
    ['identity.export', ['correct horse battery']],
    ['identity.import', ['data', 'word']],
    ['identity.verify', [KEY]],
    ['identity.pin', [KEY, true]],
    ['store.check', []],
    ['store.backup', ['/tmp/a.db']],
    ['p2p.disconnect', [7]],
    ['hosts.list', []],
    ['net.status', []],
    ['net.subscribe', []],
    ['bans.list', []],
    ['bans.add', ['9.9.9.9']],
    ['bans.remove', ['9.9.9.9']],
    ['node.get_info', []],
    ['log.set_level', ['info']],
    ['rpc.discover', []],
    ['help', []],
    ['node.stop', []],
  ]
  for (const [name, params] of calls) {
    const result = await client.callRaw(name, params)
    expect([name, isOfSchema(METHODS.get(name)!.result, result)]).toEqual([name, true])
  }
})
