/** Posts of private rooms: opened inside the commit, or when the room is joined. */
import { ManualClock, MemoryLogger } from '@dchat/system'
import { describe, expect, test } from 'vitest'
import type { StoredMessage } from '../message.ts'
import type { MessageStore } from '../message-store.ts'
import type { NewPost } from '../post-store.ts'
import { RECEIVED_MS, fillPosts, newPost, testStore, textsOf } from '../testing/builders.ts'
import { PRIVATE_ROOM, keyOf, openSealed, sealedPost, talkWith, text } from '../testing/sealed-builders.ts'

const open = (options = {}): MessageStore =>
  testStore({ clock: new ManualClock(), commitDelayMs: 0, reveal: openSealed, ...options })
const linesOf = (store: MessageStore): StoredMessage[] => store.history({ room: PRIVATE_ROOM, limit: 99 }).messages
const profile = (nick: string, author: number): NewPost => newPost(nick, { room: '', kind: 2, author })
const vouch = (identity: number, author: number, time = RECEIVED_MS): NewPost =>
  sealedPost({ as: 'member', identity: keyOf(identity) }, { author, time })
const takeBack = (post: NewPost, author = 1): NewPost =>
  sealedPost({ as: 'retraction', target: post.id }, { author, time: post.time + 1 })

/** Before the room is joined, or after. */
describe.each([true, false])('in a private room that is joined first: %s', (isJoinedFirst) => {
  async function filled(posts: readonly NewPost[], options = {}): Promise<MessageStore> {
    const store = open(options)
    if (isJoinedFirst) await store.rooms.join(PRIVATE_ROOM)
    for (const post of posts) await fillPosts(store, [post])
    await store.rooms.join(PRIVATE_ROOM)
    return store
  }

  test('what is opened has a line, and what is not has none and is offered all the same', async () => {
    const posts = [sealedPost(text('a')), sealedPost('closed'), sealedPost({ as: 'nothing' })]
    await using store = await filled(posts)
    expect(linesOf(store)).toMatchObject([{ text: 'a', kind: 'text', id: posts[0]!.id.toString('hex'), member: null }])
    expect(posts.map(({ id }) => store.posts.holds(id))).toEqual([true, true, true])
  })

  test('a reveal that throws, or says what no line can hold, is logged, and loses nothing', async () => {
    const logger = new MemoryLogger()
    const reveal = (post: { body: string }): ReturnType<typeof openSealed> => {
      if (post.body === 'throw') throw new Error('broken')
      return post.body === 'bad' ? text('\ud800') : openSealed(post as NewPost)
    }
    const bodies = ['throw', 'bad', sealedPost(text('fine')).body]
    const posts = bodies.map((body, index) => newPost(body, { room: PRIVATE_ROOM, kind: 17, time: RECEIVED_MS + index }))
    await using store = await filled(posts, { logger, reveal })
    expect(textsOf(linesOf(store))).toEqual(['fine'])
    expect(logger.records.filter(({ level }) => level === 'error')).toHaveLength(2)
    expect(posts.map(({ id }) => store.posts.holds(id))).toEqual([true, true, true])
  })

  test.each([
    ['after', (post: NewPost) => [post, takeBack(post)]],
    ['before', (post: NewPost) => [takeBack(post), post]],
  ])('a retraction that comes %s the post takes the text out of the line', async (_, order) => {
    const post = sealedPost(text('oops'))
    await using store = await filled(order(post))
    expect(linesOf(store)).toMatchObject([{ text: '', retracted: true }])
  })

  test('a retraction of another author, or of what stands in another room, has no effect', async () => {
    const post = sealedPost(text('stays'))
    const [one, other] = [newPost('one', { time: RECEIVED_MS + 9 }), newPost('other', { time: RECEIVED_MS + 10 })]
    await using store = await filled([post, takeBack(post, 2), one, takeBack(one), takeBack(other), other])
    expect(textsOf(linesOf(store))).toEqual(['stays'])
    expect(textsOf(store.history({ room: 'dchat', limit: 9 }).messages)).toEqual(['one', 'other'])
  })

  test('the newest certificate says who an author is, whichever comes first, also to lines that were there', async () => {
    const posts = [profile('ann', 11), sealedPost(text('a')), vouch(11, 1, RECEIVED_MS + 5), vouch(12, 1, RECEIVED_MS + 4)]
    await using store = await filled(posts)
    await fillPosts(store, [
      sealedPost(text('b'), { time: RECEIVED_MS + 9 }),
      sealedPost(text('c'), { author: 2, time: RECEIVED_MS + 10 }),
    ])
    const author = { authorKey: keyOf(1), member: keyOf(11), nick: 'ann' }
    expect(linesOf(store)).toMatchObject([
      { text: 'a', ...author },
      { text: 'b', ...author },
      { text: 'c', member: null, nick: null },
    ])
    expect(store.members.identityOf(PRIVATE_ROOM, keyOf(1))).toBe(keyOf(11))
    expect([11, 12, 1].map((key) => store.members.isMember(PRIVATE_ROOM, keyOf(key)))).toEqual([true, false, false])
    expect(store.members.isMember('dchat', keyOf(11))).toBe(false)
    expect(store.members.list(PRIVATE_ROOM)).toEqual([
      { author: keyOf(2), identity: null, lastSeen: RECEIVED_MS + 10 },
      { author: keyOf(1), identity: keyOf(11), lastSeen: RECEIVED_MS + 9 },
    ])
  })

  test('a rekey is a line of its author, and told with the room it names until it is taken back', async () => {
    const newRoom = `p.${'cd'.repeat(20)}`
    const rekey = sealedPost({ as: 'rekey', room: newRoom })
    await using store = await filled([rekey, vouch(11, 1)])
    expect(linesOf(store)).toMatchObject([{ kind: 'system', text: `this room goes on as ${newRoom}`, authorKey: keyOf(1) }])
    const known = {
      ...{ room: PRIVATE_ROOM, author: keyOf(1), identity: keyOf(11), newRoom, time: RECEIVED_MS },
      seq: linesOf(store)[0]!.seq,
    }
    expect([store.members.rekeysOf(PRIVATE_ROOM), store.members.rekeysTo(newRoom)]).toEqual([[known], [known]])
    expect([store.members.rekeysOf(newRoom), store.members.rekeysTo(PRIVATE_ROOM)]).toEqual([[], []])
    await fillPosts(store, [takeBack(rekey)])
    expect([store.members.rekeysOf(PRIVATE_ROOM), store.members.rekeysTo(newRoom)]).toEqual([[], []])
  })
})

test('a certificate makes no line, and is told as a change of the room, once', async () => {
  await using store = open()
  await store.rooms.join(PRIVATE_ROOM)
  const heard: string[] = []
  store.rooms.onChange((room) => heard.push(room))
  expect(await fillPosts(store, [vouch(11, 1)])).toMatchObject([{ fate: 'stored', line: null }])
  expect(heard).toEqual([PRIVATE_ROOM])
  await fillPosts(store, [vouch(12, 1, RECEIVED_MS - 1)])
  expect(heard).toEqual([PRIVATE_ROOM])
})

test('the lines of who is ignored are left out by the key that vouches for them too, everywhere', async () => {
  await using store = open({ searchIndex: true })
  store.rooms.list('tui')
  await store.rooms.join(PRIVATE_ROOM)
  await fillPosts(store, [sealedPost(text('word a'), { author: 1 }), sealedPost(text('word b'), { author: 2 })])
  store.names.ignore(keyOf(11), true)
  const seen = async (): Promise<unknown[]> => [
    textsOf(linesOf(store)).sort(),
    textsOf(await store.search({ query: 'word' })).sort(),
    store.recentTexts({ room: PRIVATE_ROOM }).sort(),
    store.rooms.list('tui').find(({ room }) => room === PRIVATE_ROOM)?.unread,
  ]
  const [a, b] = ['word a', 'word b']
  expect(await seen()).toEqual([[a, b], [a, b], [a, b], 2])
  await fillPosts(store, [vouch(11, 1)])
  expect(await seen()).toEqual([[b], [b], [b], 1])
  store.names.ignore(keyOf(11), false)
  expect(await seen()).toEqual([[a, b], [a, b], [a, b], 2])
  store.names.ignore(keyOf(1), true)
  expect(await seen()).toEqual([[b], [b], [b], 1])
})

test('what could not be opened is opened by leaving the room and joining it again', async () => {
  let hasKey = false
  await using store = open({ reveal: (post: NewPost) => (hasKey ? openSealed(post) : undefined) })
  await store.rooms.join(PRIVATE_ROOM)
  await fillPosts(store, [sealedPost(text('a'))])
  hasKey = true
  await fillPosts(store, [sealedPost(text('b'), { time: RECEIVED_MS + 1 })])
  expect(textsOf(linesOf(store))).toEqual(['b'])
  store.rooms.leave(PRIVATE_ROOM)
  await store.rooms.join(PRIVATE_ROOM)
  expect(textsOf(linesOf(store))).toEqual(['a', 'b'])
})

test('a room of another name has no members, and a conversation none either', async () => {
  await using store = open()
  for (const room of ['dchat', 'nowhere', talkWith(1)])
    expect([store.members.list(room), store.members.rekeysOf(room)]).toEqual([[], []])
})
