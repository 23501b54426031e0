/** Sets of rooms over the real store, built a slice at a time while the store goes on. Source: docs/decisions/0016-posts.md. */
import { openStore } from '@dchat/store'
import type { MessageStore, NewPost, Quotas } from '@dchat/store'
import { ManualClock, SeededRandom, silentLogger } from '@dchat/system'
import { describe, expect, test } from 'vitest'
import type { IdSet } from '../reconcile/id-set.ts'
import { rawPost } from '../testing/raw-post.ts'
import { SeededSigner } from '../testing/seeded-signer.ts'
import { RECONCILE_LIMITS } from '../reconcile/reconcile-limits.ts'
import { IdSets } from './id-sets.ts'

const NOW_MS = 1_795_000_000_000
const SLICE = RECONCILE_LIMITS.ID_SETS_SLICE.value
const MINUTE_MS = 60_000
const SIGNER = new SeededSigner('id sets')

/** Posts in minutes of their own, and the store and the sets, whose turns the test takes. */
class Bench implements AsyncDisposable {
  readonly store: MessageStore
  readonly sets: IdSets
  readonly #turns: (() => void)[] = []
  #made = 0

  constructor({ quotas = {}, maxRecords }: { quotas?: Partial<Quotas>; maxRecords?: number } = {}) {
    this.store = openStore({ path: ':memory:', clock: new ManualClock(NOW_MS), logger: silentLogger, quotas, commitDelayMs: 0 })
    const clock = { defer: (run: () => void) => void this.#turns.push(run) }
    this.sets = new IdSets(maxRecords === undefined ? {} : { maxRecords }, { posts: this.store.posts, clock })
    this.sets.start()
  }

  post(room: string, time: number): NewPost {
    const body = `post ${this.#made++}`
    const { bytes, id } = rawPost({ signer: SIGNER, room, time, body })
    return { id, time, author: SIGNER.key, room, kind: 0, body, bytes, received: NOW_MS, own: true }
  }

  /** `count` posts of a room, a minute apart, from `backMinutes` ago on. */
  async fill(room: string, count: number, backMinutes = count): Promise<void> {
    const posts = Array.from({ length: count }, (_, index) => this.post(room, NOW_MS - (backMinutes - index) * MINUTE_MS))
    await Promise.all(posts.map((post) => this.store.posts.append(post)))
  }

  get turnsWaiting(): number {
    return this.#turns.length
  }

  turn(): void {
    this.#turns.shift()?.()
  }

  async build(room: string): Promise<IdSet> {
    const built = this.sets.get(room)
    // The set is asked for in a later microtask than this one.
    await Promise.resolve()
    while (this.turnsWaiting > 0) this.turn()
    return built
  }

  offered(room: string): string[] {
    return this.store.posts.places(room, { limit: 4_096 }).map(({ id }) => id.toString('hex'))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.sets.stop()
    await this.store.close()
  }
}

function idsOf(set: IdSet): string[] {
  const view = set.view(0, Number.MAX_SAFE_INTEGER)
  return Array.from({ length: view.size }, (_, index) => view.id(index).toString('hex'))
}

describe('a set', () => {
  test('holds what the store offers of its room, of any number of slices, and none of another', async () => {
    await using bench = new Bench()
    await bench.fill('dchat', 2 * SLICE + 7)
    await bench.fill('other', 3)
    expect(idsOf(await bench.build('dchat')).toSorted()).toEqual(bench.offered('dchat').toSorted())
    expect(idsOf(await bench.build('other')).toSorted()).toEqual(bench.offered('other').toSorted())
    expect(idsOf(await bench.build('nowhere'))).toEqual([])
    expect(bench.sets.records).toBe(2 * SLICE + 10)
  })

  test('loses nothing of what comes and goes before, between and after its slices', async () => {
    await using bench = new Bench({ quotas: { perAuthorMinute: 2, perRoom: 2_600 } })
    const random = new SeededRandom(4)
    await bench.fill('dchat', 2_500)
    const built = bench.sets.get('dchat')
    for (let slices = 0; slices < 5; slices++) {
      bench.turn()
      // Into minutes that are full, behind what was read and before it; and beyond what the room may hold.
      const posts = Array.from({ length: 150 }, () =>
        bench.post('dchat', NOW_MS - random.int(2_500) * MINUTE_MS + random.int(MINUTE_MS)),
      )
      const decided = await Promise.all(posts.map((post) => bench.store.posts.append(post)))
      const kept = decided.filter(({ fate }) => fate === 'stored')
      for (const { post } of kept.slice(0, 20)) bench.store.posts.withdraw(post.id)
    }
    expect(bench.turnsWaiting).toBe(0)
    const set = await built
    expect(set.size).toBeGreaterThan(2_000)
    expect(idsOf(set).toSorted()).toEqual(bench.offered('dchat').toSorted())
    expect(bench.sets.records).toBe(set.size)
  })

  test('is built once for all who ask', async () => {
    await using bench = new Bench()
    await bench.fill('dchat', 10)
    const [one, other] = [bench.sets.get('dchat'), bench.build('dchat')]
    expect(await one).toBe(await other)
    expect(await bench.sets.get('dchat')).toBe(await one)
    expect(bench.turnsWaiting).toBe(0)
  })
})

test('of more records than may be kept, the rooms asked for longest ago are dropped, and built anew when asked for', async () => {
  await using bench = new Bench({ maxRecords: 25 })
  for (const room of ['a', 'b', 'c']) await bench.fill(room, 10)
  const first = await bench.build('a')
  const second = await bench.build('b')
  expect(await bench.build('a')).toBe(first)
  await bench.build('c')
  expect(bench.sets.records).toBe(20)
  expect(await bench.build('a')).toBe(first)
  await bench.fill('c', 2, 5)
  const again = await bench.build('b')
  expect(again).not.toBe(second)
  expect(idsOf(again).toSorted()).toEqual(bench.offered('b').toSorted())
  expect(bench.sets.records).toBe(20)
})

test('a room with more records than may be kept is kept while it is the last that was asked for', async () => {
  await using bench = new Bench({ maxRecords: 5 })
  await bench.fill('a', 10)
  const set = await bench.build('a')
  await bench.fill('a', 1, 20)
  expect([set.size, bench.sets.records, await bench.build('a')]).toEqual([11, 11, set])
})

describe('who waits for a set', () => {
  test('hears that it is stopped, and nothing is heard of the store any more', async () => {
    await using bench = new Bench()
    await bench.fill('dchat', 2 * SLICE)
    const built = bench.sets.get('dchat')
    bench.turn()
    bench.sets.stop()
    bench.sets.stop()
    await expect(built).rejects.toMatchObject({ code: 'NET_STOPPED' })
    await expect(bench.sets.get('dchat')).rejects.toMatchObject({ code: 'NET_STOPPED' })
    await bench.fill('dchat', 3, 1)
    bench.turn()
    expect([bench.turnsWaiting, bench.sets.records]).toEqual([0, 0])
  })

  test('hears why the store could not be read, and may ask again', async () => {
    await using bench = new Bench()
    await bench.fill('dchat', 5)
    await bench.store.close()
    await expect(bench.build('dchat')).rejects.toMatchObject({ code: 'STORE_CLOSED' })
    await expect(bench.build('dchat')).rejects.toMatchObject({ code: 'STORE_CLOSED' })
    expect(bench.sets.records).toBe(0)
  })
})
