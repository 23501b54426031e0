import fc from 'fast-check'
import { ManualClock } from '@dchat/system'
import { expect, test } from 'vitest'
import type { MessageStore } from '../message-store.ts'
import type { NewPost, Quotas } from '../post-store.ts'
import { RECEIVED_MS, fillPosts, idOf, newPost, testStore } from '../testing/builders.ts'

const MINUTE_MS = 60_000
/** The first ms of a clock minute. */
const BEGIN_MS = Math.floor(RECEIVED_MS / MINUTE_MS) * MINUTE_MS

/** Which posts of one room docs/chat.md has offered, said once more and without a store: of all posts at once. */
function chosen(posts: readonly NewPost[], quotas: Pick<Quotas, 'perAuthorMinute' | 'perAuthor' | 'perRoom'>): Set<string> {
  const byAuthor = Map.groupBy(posts, (post) => post.author.toString('hex'))
  const ranked = [...byAuthor].flatMap(([key, ofAuthor]) => {
    const order = posts[0]?.room === '' ? newestOfKinds(ofAuthor) : inMinutes(ofAuthor, quotas.perAuthorMinute)
    return order.slice(0, quotas.perAuthor).map((post, rank) => ({ id: hexOf(post), key, rank }))
  })
  const best = ranked.toSorted((a, b) => a.rank - b.rank || (a.key > b.key ? -1 : 1))
  return new Set(best.slice(0, quotas.perRoom).map(({ id }) => id))
}

/** The newest minute first, in each its lowest ids. */
function inMinutes(posts: readonly NewPost[], perMinute: number): NewPost[] {
  const minutes = Map.groupBy(posts, ({ time }) => Math.floor(time / MINUTE_MS))
  const newestFirst = [...minutes].toSorted(([a], [b]) => b - a)
  return newestFirst.flatMap(([, inMinute]) => inMinute.toSorted((a, b) => Buffer.compare(a.id, b.id)).slice(0, perMinute))
}

function newestOfKinds(posts: readonly NewPost[]): NewPost[] {
  const newestFirst = posts.toSorted((a, b) => b.time - a.time || Buffer.compare(b.id, a.id))
  return newestFirst.filter((post, index) => newestFirst.findIndex(({ kind }) => kind === post.kind) === index)
}

const hexOf = ({ id }: { readonly id: Buffer }): string => id.toString('hex')

function offered(store: MessageStore, room: string): string[] {
  return store.posts.places(room, { limit: 4096 }).map(hexOf)
}

function open(quotas: Partial<Quotas>): MessageStore {
  return testStore({ quotas, clock: new ManualClock(RECEIVED_MS + 3_600_000), commitDelayMs: 0 })
}

/** Every store is given what the others offer, until none takes anything any more. */
async function exchange(stores: readonly MessageStore[], posts: readonly NewPost[], room: string): Promise<void> {
  const byId = new Map(posts.map((post) => [hexOf(post), post]))
  for (let changes = 1; changes > 0;) {
    changes = 0
    for (const [to, from] of stores.flatMap((one) => stores.map((other) => [one, other] as const))) {
      const missing = offered(from, room).filter((id) => !to.posts.holds(Buffer.from(id, 'hex')))
      const decided = await fillPosts(
        to,
        missing.map((id) => byId.get(id)!),
      )
      changes += decided.filter(({ fate }) => fate === 'stored').length
    }
  }
}

const quotas = fc.record({
  perAuthorMinute: fc.integer({ min: 1, max: 4 }),
  perAuthor: fc.integer({ min: 1, max: 8 }),
  perRoom: fc.integer({ min: 1, max: 14 }),
})
const drafts = fc.uniqueArray(
  fc.record({
    author: fc.integer({ min: 1, max: 4 }),
    time: fc.nat(4 * MINUTE_MS - 1),
    id: fc.nat(0xffff),
    kind: fc.constantFrom(2, 5),
  }),
  { selector: ({ id }) => id, maxLength: 40 },
)
const rooms = fc.constantFrom('dchat', '')
const set = fc
  .record({ room: rooms, drafts })
  .map(({ room, drafts: all }) =>
    all.map(({ author, time, id, kind }) =>
      newPost(`${id}`, { author, room, time: BEGIN_MS + time, id: idOf(id), kind: room === '' ? kind : 0 }),
    ),
  )

test('any order of arrival and any cut into commits gives the set that the rules choose of all posts', async () => {
  const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 20 })
  const orders = set.chain((posts) => fc.tuple(fc.constant(posts), fc.shuffledSubarray(posts, { minLength: posts.length }), cuts))
  const run = fc.asyncProperty(orders, quotas, async ([posts, order, sizes], bounds) => {
    await using store = open(bounds)
    const room = posts[0]?.room ?? 'dchat'
    const told = new Set<string>()
    store.posts.onSetChange((changes) => {
      for (const { added, removed } of changes) {
        for (const place of removed) expect(told.delete(hexOf(place))).toBe(true)
        for (const place of added) told.add(hexOf(place))
      }
    })
    const waiting = [...order]
    for (const size of sizes) await fillPosts(store, waiting.splice(0, size))
    await fillPosts(store, waiting)
    const best = chosen(posts, bounds)
    expect(new Set(offered(store, room))).toEqual(best)
    expect(told).toEqual(best)
    expect(store.posts.rooms().find((one) => one.room === room)?.posts ?? 0).toBe(best.size)
    for (const post of posts) expect(store.posts.holds(post.id) || store.posts.wasDropped(post.id)).toBe(true)
  })
  await fc.assert(run, { numRuns: 300 })
}, 180_000)

test('stores that have any parts of a set agree on the same choice once they exchanged what they offer', async () => {
  const parts = set.chain((posts) =>
    fc.tuple(fc.constant(posts), fc.array(fc.nat(6), { minLength: posts.length, maxLength: posts.length })),
  )
  const run = fc.asyncProperty(parts, quotas, async ([posts, places], bounds) => {
    await using first = open(bounds)
    await using second = open(bounds)
    await using third = open(bounds)
    const stores = [first, second, third]
    // 0 to 2: one of the stores has it; 3 to 5: two of them; 6: all.
    const isAt = (place: number, store: number): boolean => place === 6 || (place < 3 ? place === store : place - 3 !== store)
    for (const [index, store] of stores.entries())
      await fillPosts(
        store,
        posts.filter((_, at) => isAt(places[at]!, index)),
      )
    const room = posts[0]?.room ?? 'dchat'
    await exchange(stores, posts, room)
    const best = chosen(posts, bounds)
    for (const store of stores) expect(new Set(offered(store, room))).toEqual(best)
  })
  await fc.assert(run, { numRuns: 300 })
}, 180_000)
