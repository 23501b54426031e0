/** Own encrypted posts: their lines come with them, or had waited for them. */
import { ManualClock } from '@dchat/system'
import { describe, expect, test } from 'vitest'
import type { NewMessage, StoredMessage } from '../message.ts'
import type { MessageStore } from '../message-store.ts'
import type { NewPost, PostLine } from '../post-store.ts'
import { countBytes } from '../row.ts'
import { RECEIVED_MS, fillPosts, idOf, newPost, ownLine, temporaryFolder, testStore, textsOf } from '../testing/builders.ts'
import { directPost, keyOf, sealedPost, talkWith, text, tried } from '../testing/sealed-builders.ts'

const OWN = 1
const open = (options = {}): MessageStore => testStore({ clock: new ManualClock(), commitDelayMs: 0, ...options })
const linesOf = (store: MessageStore, room: string): StoredMessage[] => store.history({ room, limit: 99 }).messages

/** An own direct message to author 2, with what is given besides. */
function ownDirect(said: string, with_: Partial<NewPost> = {}): NewPost {
  const line: PostLine = { room: talkWith(2), kind: 'text', text: said }
  return { ...directPost('closed', { author: OWN, own: true, id: idOf(said.length) }), line, ...with_ }
}

const waitingLine = (said: string, received = RECEIVED_MS): NewMessage =>
  ownLine(said, { room: talkWith(2), authorKey: keyOf(OWN), received })

describe('an own encrypted post', () => {
  test('is stored with its line in one commit, in whatever room that is, and opens the conversation', async () => {
    await using store = open()
    const told: unknown[] = []
    store.onCommitted((messages) => told.push(...messages.map(({ room, text: said }) => [room, said])))
    const post = ownDirect('hello')
    const [committed] = await fillPosts(store, [post])
    expect(told).toEqual([[talkWith(2), 'hello']])
    expect(committed).toMatchObject({ fate: 'stored', line: { seq: 1, own: true, authorKey: keyOf(OWN), time: post.time } })
    expect(linesOf(store, talkWith(2))).toEqual([committed!.line])
    expect([store.rooms.isJoined(talkWith(2)), store.posts.untriedCount()]).toEqual([true, 0])
    expect([store.ownSeq(post.id), store.pending()]).toEqual([1, [committed!.line]])
  })

  test('of a private room is not asked about when its line comes with it', async () => {
    const asked: string[] = []
    await using store = open({ reveal: ({ id }: NewPost) => void asked.push(id.toString('hex')) })
    const post = sealedPost('closed', { own: true })
    await store.rooms.join(post.room)
    await fillPosts(store, [{ ...post, line: { room: post.room, kind: 'action', text: 'waves' } }])
    expect([asked, textsOf(linesOf(store, post.room))]).toEqual([[], ['waves']])
    const other = sealedPost('closed', { time: RECEIVED_MS + 1 })
    await fillPosts(store, [other])
    expect(asked).toEqual([other.id.toString('hex')])
  })

  test('that a quota drops has no line', async () => {
    await using store = open({ quotas: { perAuthorMinute: 1 } })
    expect(await fillPosts(store, [ownDirect('a'), ownDirect('second')])).toMatchObject([
      { fate: 'stored' },
      { fate: 'outnumbered', line: null },
    ])
  })

  test('that is withdrawn and comes back is held, has one line, and is not tried', async () => {
    await using store = open()
    const post = ownDirect('hello')
    await fillPosts(store, [post])
    expect(store.posts.withdraw(post.id)).toBe(true)
    expect(linesOf(store, talkWith(2))).toMatchObject([{ delivery: { state: 'failed' } }])
    const { line: _, ...theirs } = post
    await fillPosts(store, [{ ...theirs, own: false }])
    expect(linesOf(store, talkWith(2))).toMatchObject([{ text: 'hello', delivery: { state: 'held', held: 1 } }])
    expect(store.posts.untriedCount()).toBe(0)
  })

  test('takes back an own line of its conversation, and of no other', async () => {
    await using store = open()
    const post = ownDirect('oops')
    await fillPosts(store, [post])
    const told: unknown[] = []
    store.onRetracted(({ seq, room }) => told.push([seq, room]))
    const takeBack = (room: string, number: number): NewPost => ({
      ...directPost('closed', { author: OWN, own: true, id: idOf(number), time: RECEIVED_MS + number }),
      takesBack: { room, id: post.id },
    })
    await fillPosts(store, [takeBack('dchat', 98)])
    expect(textsOf(linesOf(store, talkWith(2)))).toEqual(['oops'])
    await fillPosts(store, [takeBack(talkWith(2), 99)])
    expect(linesOf(store, talkWith(2))).toMatchObject([{ text: '', retracted: true }])
    expect(told).toEqual([[1, talkWith(2)]])
  })

  test.each([
    ['a line of an unknown kind', { line: { room: 'x', kind: 'shout' as 'text', text: '' } }],
    ['a text with lone surrogates', { line: { room: 'x', kind: 'text' as const, text: '\ud800' } }],
    ['a room of 1,025 units', { line: { room: 'x'.repeat(1025), kind: 'text' as const, text: '' } }],
    ['a seq that is not whole', { line: { room: 'x', kind: 'text' as const, text: '', seq: 1.5 } }],
    ['a target of 31 bytes', { takesBack: { room: 'x', id: Buffer.alloc(31) } }],
  ])('with %s is refused', async (_, with_) => {
    await using store = open()
    expect(() => store.posts.add({ ...directPost('closed', { own: true }), ...with_ })).toThrow(TypeError)
  })
})

describe("another's retraction in a conversation", () => {
  const post = directPost(text('oops'), { author: 2 })
  const takeBack = directPost({ as: 'retraction', target: post.id }, { author: 2, time: RECEIVED_MS + 1 })

  test.each([
    ['after', [post, takeBack]],
    ['before', [takeBack, post]],
  ])('counts when it is settled %s the line', async (_, order) => {
    await using store = open()
    await fillPosts(store, [post, takeBack])
    for (const one of order) store.posts.settle([tried(one)])
    expect(linesOf(store, talkWith(2))).toMatchObject([{ text: '', retracted: true }])
  })

  test('has no effect on what he, or another, said elsewhere', async () => {
    const elsewhere = newPost('public', { author: 2 })
    const wrong = [elsewhere, post].map(({ id }, index) => directPost({ as: 'retraction', target: id }, { author: 2 + index }))
    for (const posts of [
      [elsewhere, post, ...wrong],
      [...wrong, post, elsewhere],
    ]) {
      await using store = open()
      for (const one of posts) {
        await fillPosts(store, [one])
        store.posts.settle(store.posts.untried(9).map(tried))
      }
      expect(textsOf([...linesOf(store, 'dchat'), ...linesOf(store, talkWith(2))])).toEqual(['public', 'oops'])
    }
  })

  test('goes with its post', async () => {
    await using store = open({ quotas: { perAuthorMinute: 1 } })
    const high = directPost({ as: 'retraction', target: idOf(1) }, { author: 2, id: idOf(9) })
    await fillPosts(store, [high])
    store.posts.settle([tried(high)])
    await fillPosts(store, [directPost(text('stays'), { author: 2, id: idOf(1) })])
    store.posts.settle(store.posts.untried(9).map(tried))
    expect(textsOf(linesOf(store, talkWith(2)))).toEqual(['stays'])
    expect((await store.check()).problems.filter(({ what }) => what === 'dangling')).toEqual([])
  })
})

describe('a line that waits', () => {
  test('is an own line without id and time, pending, in its conversation, over restarts', async () => {
    using folder = temporaryFolder()
    const first = open({ path: folder.file('m.db') })
    const told: string[] = []
    first.onCommitted((messages) => told.push(...textsOf(messages)))
    const stored = await first.appendWaiting(waitingLine('later'), keyOf(2))
    expect(stored).toEqual({ seq: 1, ...waitingLine('later'), retracted: false, mention: false, member: null })
    expect([told, first.rooms.isJoined(talkWith(2))]).toEqual([['later'], true])
    await first.close()
    await using store = open({ path: folder.file('m.db') })
    expect([store.pending(), linesOf(store, talkWith(2))]).toEqual([[stored], [stored]])
    await store.appendWaiting(waitingLine('to another'), keyOf(3))
    const [one, other] = [
      { seq: 1, recipient: keyOf(2), kind: 'text', text: 'later' },
      { seq: 2, recipient: keyOf(3), kind: 'text', text: 'to another' },
    ]
    expect([store.waiting(), store.waiting(keyOf(3)), store.waiting(keyOf(4))]).toEqual([[one, other], [other], []])
    expect((await store.check({ full: true })).problems).toEqual([])
  })

  test('becomes the line of its post: its place and id, told, its delivery as it was, counted as it should be', async () => {
    await using store = open({ searchIndex: true, searchBounds: { batchLines: 1, newestLines: 1, blockLines: 2 } })
    const { seq } = await store.appendWaiting(waitingLine('waits long'), keyOf(2))
    await store.append(ownLine('said since', { room: talkWith(2), received: RECEIVED_MS + 5 }))
    await store.append(ownLine('far away', { room: 'dchat', received: RECEIVED_MS + 1 }))
    const told: StoredMessage[] = []
    store.onBound((line) => told.push(line))
    const post = ownDirect('waits long', {
      time: RECEIVED_MS + 9,
      line: { room: talkWith(2), kind: 'text', text: 'waits long', seq },
    })
    const [committed] = await fillPosts(store, [post])
    const bound = {
      ...{ ...waitingLine('waits long'), seq, id: post.id.toString('hex'), time: post.time },
      ...{ retracted: false, mention: false, member: null },
    }
    expect([told, committed!.line]).toEqual([[bound], bound])
    expect(textsOf(linesOf(store, talkWith(2)))).toEqual(['said since', 'waits long'])
    expect([store.waiting(), store.ownSeq(post.id), store.stats().messages]).toEqual([[], seq, 3])
    const lines = store.history({ since: 0, limit: 9 }).messages
    expect((await store.check({ full: true })).problems.filter(({ what }) => what !== 'ids')).toEqual([])
    expect(lines.reduce((sum, line) => sum + countBytes(line), 0)).toBeLessThan(store.stats().bytes)
    expect(textsOf(await store.search({ query: 'waits' }))).toEqual(['waits long'])
  })

  test('is readable with its post by whatever nick its author has by then', async () => {
    await using store = open()
    const { seq } = await store.appendWaiting(waitingLine('later'), keyOf(2))
    await fillPosts(store, [newPost('ann', { room: '', kind: 2, author: OWN })])
    await fillPosts(store, [ownDirect('later', { line: { room: talkWith(2), kind: 'text', text: 'later', seq } })])
    expect(linesOf(store, talkWith(2))).toMatchObject([{ seq, nick: 'ann', text: 'later' }])
  })

  test('is found at its new place by a search that stops early', async () => {
    const clock = new ManualClock()
    const bounds = { batchLines: 1, newestLines: 1, blockLines: 2, fewLines: 1, windowBlocks: 1 }
    await using store = open({ clock, searchIndex: true, searchBounds: bounds })
    const { seq } = await store.appendWaiting(waitingLine('a word'), keyOf(2))
    for (let index = 1; index <= 20; index += 1) {
      await store.append(ownLine(`a word ${index}`, { room: 'dchat', received: RECEIVED_MS + 10 * index }))
    }
    while ((await store.check()).counts.unindexed > 0) await clock.advance(1000)
    const line = { room: talkWith(2), kind: 'text' as const, text: 'a word', seq }
    await fillPosts(store, [ownDirect('a word', { time: RECEIVED_MS + 195, line })])
    expect(textsOf(await store.search({ query: 'word', limit: 2 }))).toEqual(['a word', 'a word 20'])
  })

  test('that retention took is made anew with its post', async () => {
    await using store = open()
    const { seq } = await store.appendWaiting(waitingLine('gone'), keyOf(2))
    store.setBounds({ maxBytes: 1, maxAgeDays: 365 })
    await store.flush()
    expect([store.waiting(), store.pending(), store.stats().messages]).toEqual([[], [], 0])
    store.setBounds({ maxBytes: 1_000_000, maxAgeDays: 365 })
    const bound: unknown[] = []
    store.onBound((line) => bound.push(line))
    const [committed] = await fillPosts(store, [
      ownDirect('gone', { line: { room: talkWith(2), kind: 'text', text: 'gone', seq } }),
    ])
    expect([committed!.line?.seq, bound]).toEqual([seq + 1, []])
    expect((await store.check()).problems.filter(({ what }) => what !== 'ids')).toEqual([])
  })

  test('of another room, or that has a post, is not taken over', async () => {
    await using store = open()
    const { seq } = await store.appendWaiting(waitingLine('a'), keyOf(2))
    const elsewhere = ownDirect('elsewhere', { line: { room: talkWith(3), kind: 'text', text: 'elsewhere', seq } })
    const first = ownDirect('a', { line: { room: talkWith(2), kind: 'text', text: 'a', seq } })
    const second = ownDirect('second', { line: { room: talkWith(2), kind: 'text', text: 'second', seq } })
    const decided = await fillPosts(store, [elsewhere, first, second])
    expect(decided.map(({ line }) => line?.seq)).toEqual([2, seq, 3])
  })

  test('can be dropped: it stays, has failed, and is told so, once', async () => {
    await using store = open()
    const { seq } = await store.appendWaiting(waitingLine('never mind'), keyOf(2))
    const told: unknown[] = []
    store.onDelivery((of, { state }) => told.push([of, state]))
    expect([store.dropWaiting(seq), store.dropWaiting(seq), store.dropWaiting(99)]).toEqual([true, false, false])
    expect([told, store.waiting(), store.pending()]).toEqual([[[seq, 'failed']], [], []])
    expect(linesOf(store, talkWith(2))).toMatchObject([{ text: 'never mind', delivery: { state: 'failed' } }])
    const late = ownDirect('never mind', { line: { room: talkWith(2), kind: 'text', text: 'never mind', seq } })
    expect(await fillPosts(store, [late])).toMatchObject([{ line: { seq, delivery: { state: 'stored' } } }])
    expect(told).toEqual([
      [seq, 'failed'],
      [seq, 'stored'],
    ])
  })

  test.each([
    ['an unsigned line of another', { own: false, delivery: null }],
    ['a line with an id', { id: 'ab' }],
    ['a line with a time', { time: 5 }],
    ['a line without a delivery', { delivery: null }],
  ])('is not %s', async (_, with_) => {
    await using store = open()
    await expect(store.appendWaiting({ ...waitingLine('x'), ...with_ }, keyOf(2))).rejects.toThrow(TypeError)
    await expect(store.appendWaiting(waitingLine('x'), 'somebody')).rejects.toThrow(TypeError)
    expect(store.stats().messages).toBe(0)
  })
})

describe('the newest of an author in the empty room', () => {
  test('is what he published last of a kind', async () => {
    await using store = open()
    const key = (body: string, ms: number, author = 2): NewPost =>
      newPost(body.repeat(32), { room: '', kind: 5, author, time: RECEIVED_MS + ms })
    await fillPosts(store, [
      key('aa', 5),
      key('bb', 9),
      key('cc', 1),
      key('dd', 99, 3),
      newPost('ann', { room: '', kind: 2, author: 2 }),
    ])
    expect(store.posts.newestOf(Buffer.alloc(32, 2), 5)).toEqual({ time: RECEIVED_MS + 9, body: 'bb'.repeat(32) })
    expect(store.posts.newestOf(Buffer.alloc(32, 2), 2)).toEqual({ time: RECEIVED_MS, body: 'ann' })
    expect([store.posts.newestOf(Buffer.alloc(32, 3), 2), store.posts.newestOf(Buffer.alloc(32, 4), 5)]).toEqual([
      undefined,
      undefined,
    ])
  })

  test('is unknown in an empty store', async () => {
    await using store = open()
    expect(store.posts.newestOf(Buffer.alloc(32, 2), 5)).toBeUndefined()
  })
})

test('after close every method for encrypted posts throws STORE_CLOSED', async () => {
  const store = open()
  await store.close()
  const closed = expect.objectContaining({ code: 'STORE_CLOSED' })
  for (const use of [
    () => store.posts.untried(1),
    () => store.posts.untriedCount(),
    () => store.posts.settle([]),
    () => store.posts.tryAgain(),
    () => store.posts.newestOf(Buffer.alloc(32), 5),
    () => store.waiting(),
    () => store.dropWaiting(1),
    () => store.members.list('x'),
    () => store.members.rekeysTo('x'),
  ]) {
    expect(use).toThrow(closed)
  }
  await expect(store.appendWaiting(waitingLine('x'), keyOf(2))).rejects.toMatchObject({ code: 'STORE_CLOSED' })
  await expect(store.rooms.join(talkWith(2))).rejects.toMatchObject({ code: 'STORE_CLOSED' })
})
