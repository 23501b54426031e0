/** Whatever came first: what encrypted posts say is a function of the set of posts. */
import fc from 'fast-check'
import { ManualClock, MemoryLogger } from '@dchat/system'
import { expect, test } from 'vitest'
import type { MessageStore } from '../message-store.ts'
import { openStore } from '../open-store.ts'
import type { NewPost } from '../post-store.ts'
import { RECEIVED_MS, fillPosts, newPost, temporaryFolder } from '../testing/builders.ts'
import { PRIVATE_ROOM, directPost, keyOf, openSealed, sealedPost, talkWith, text, tried } from '../testing/sealed-builders.ts'
import type { Content } from '../testing/sealed-builders.ts'

const NEW_ROOM = `p.${'cd'.repeat(20)}`
const AUTHORS = [1, 2, 3]

/** What is in a post; a retraction names the post with this number of those before it. */
const content = fc.oneof(
  { weight: 4, arbitrary: fc.record({ is: fc.constant('text' as const), said: fc.constantFrom('a', 'b') }) },
  { weight: 2, arbitrary: fc.record({ is: fc.constant('retraction' as const), of: fc.nat(20) }) },
  { weight: 2, arbitrary: fc.record({ is: fc.constant('member' as const), identity: fc.integer({ min: 11, max: 13 }) }) },
  { weight: 1, arbitrary: fc.record({ is: fc.constant('rekey' as const), room: fc.constantFrom(NEW_ROOM, PRIVATE_ROOM) }) },
  { weight: 1, arbitrary: fc.record({ is: fc.constant('closed' as const) }) },
)
const draft = fc.record({
  content,
  isDirect: fc.boolean(),
  author: fc.constantFrom(...AUTHORS),
  minute: fc.nat(5),
})
const act = fc.oneof(
  { weight: 6, arbitrary: fc.record({ at: fc.constant('add' as const), count: fc.integer({ min: 1, max: 4 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({ at: fc.constant('settle' as const), count: fc.integer({ min: 1, max: 4 }), isTwice: fc.boolean() }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ at: fc.constantFrom('join' as const, 'leave' as const, 'again' as const, 'reopen' as const) }),
  },
)

function makePosts(drafts: readonly (typeof draft extends fc.Arbitrary<infer T> ? T : never)[]): NewPost[] {
  const posts: NewPost[] = [newPost('ann', { room: '', kind: 2, author: 11 })]
  for (const [index, one] of drafts.entries()) {
    const how = { author: one.author, time: RECEIVED_MS + 60_000 * one.minute + index }
    posts.push((one.isDirect ? directPost : sealedPost)(contentOf(one.content, posts), how))
  }
  return posts
}

function contentOf(of: typeof content extends fc.Arbitrary<infer T> ? T : never, earlier: readonly NewPost[]): Content {
  switch (of.is) {
    case 'text':
      return text(of.said)
    case 'retraction':
      return { as: 'retraction', target: earlier[of.of % earlier.length]!.id }
    case 'member':
      return { as: 'member', identity: keyOf(of.identity) }
    case 'rekey':
      return { as: 'rekey', room: of.room }
    case 'closed':
      return 'closed'
  }
}

/** All that people see, but for the order in which it came. */
function seen(store: MessageStore): unknown {
  const rooms = [PRIVATE_ROOM, ...AUTHORS.map(talkWith)]
  const lines = rooms.map((room) =>
    store.history({ room, limit: 1000 }).messages.map((line) => ({ ...line, seq: 0, received: 0 })),
  )
  const rekeys = [...store.members.rekeysOf(PRIVATE_ROOM), ...store.members.rekeysTo(NEW_ROOM)]
  return {
    lines,
    members: store.members.list(PRIVATE_ROOM),
    rekeys: rekeys.map((rekey) => JSON.stringify({ ...rekey, seq: 0 })).toSorted(),
    open: store.rooms.list('tui').flatMap(({ room, joined }) => (joined ? [room] : [])),
    untried: store.posts.untriedCount(),
  }
}

function settle(store: MessageStore, count: number): void {
  store.posts.settle(store.posts.untried(count).map(tried))
}

test('any order of arrival, joining, settling and restarts ends in the same lines, members and rekeys', async () => {
  const order = fc.array(fc.nat(), { minLength: 30, maxLength: 30 })
  const run = fc.asyncProperty(
    fc.array(draft, { maxLength: 25 }),
    order,
    fc.array(act, { maxLength: 30 }),
    async (drafts, by, acts) => {
      const posts = makePosts(drafts)
      const options = {
        clock: new ManualClock(RECEIVED_MS + 600_000),
        logger: new MemoryLogger(),
        reveal: openSealed,
        commitDelayMs: 0,
      }
      await using plain = openStore({ ...options, path: ':memory:' })
      await plain.rooms.join(PRIVATE_ROOM)
      await fillPosts(plain, posts)
      settle(plain, 1024)
      using folder = temporaryFolder()
      const open = (): MessageStore => openStore({ ...options, path: folder.file('m.db'), searchIndex: false })
      let store = open()
      const left = posts
        .map((post, index) => ({ post, by: by[index]! }))
        .toSorted((a, b) => a.by - b.by)
        .map(({ post }) => post)
      for (const one of acts) {
        if (one.at === 'add') await fillPosts(store, left.splice(0, one.count))
        if (one.at === 'settle') {
          const taken = store.posts.untried(one.count).map(tried)
          store.posts.settle(taken)
          if (one.isTwice) store.posts.settle(taken)
        }
        if (one.at === 'join') await store.rooms.join(PRIVATE_ROOM)
        if (one.at === 'leave') store.rooms.leave(PRIVATE_ROOM)
        if (one.at === 'again') store.posts.tryAgain()
        if (one.at === 'reopen') {
          await store.close()
          store = open()
        }
      }
      await fillPosts(store, left)
      await store.rooms.join(PRIVATE_ROOM)
      settle(store, 1024)
      expect(seen(store)).toEqual(seen(plain))
      expect((await store.check()).problems).toEqual([])
      await store.close()
    },
  )
  await fc.assert(run, { numRuns: 60 })
}, 120_000)
