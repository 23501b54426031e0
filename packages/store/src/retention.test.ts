import { statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { ManualClock, MemoryLogger, SystemClock } from '@dchat/system'
import { describe, expect, test } from 'vitest'
import type { NewMessage } from './message.ts'
import { openStore } from './open-store.ts'
import {
  RECEIVED_MS,
  allTexts,
  fill,
  fillPosts,
  line,
  newPost,
  ownLine,
  post,
  temporaryFolder,
  testStore,
} from './testing/builders.ts'

const DAY_MS = 86_400_000

/** The counted bytes of one of `message`. */
async function bytesOf(message: NewMessage): Promise<number> {
  await using store = testStore()
  await fill(store, [message])
  return store.stats().bytes
}

describe('bounds that change', () => {
  test('a smaller size takes lines at once, a larger one lets more in', async () => {
    const size = await bytesOf(line('a'))
    await using store = testStore({ maxBytes: 3 * size })
    await fill(store, [line('a'), line('b'), line('c')])
    store.setBounds({ maxBytes: 2 * size, maxAgeDays: 365 })
    await store.flush()
    expect(allTexts(store)).toEqual(['b', 'c'])
    store.setBounds({ maxBytes: 4 * size, maxAgeDays: 365 })
    await fill(store, [line('d'), line('e')])
    expect(allTexts(store)).toEqual(['b', 'c', 'd', 'e'])
  })

  test('a shorter age takes lines at once', async () => {
    const clock = new ManualClock(RECEIVED_MS + 5 * DAY_MS)
    await using store = testStore({ clock })
    await fill(store, [line('old'), { ...line('new'), received: RECEIVED_MS + 4 * DAY_MS }])
    store.setBounds({ maxBytes: 1_000_000, maxAgeDays: 2 })
    await store.flush()
    expect(allTexts(store)).toEqual(['new'])
  })

  test.each([
    { maxBytes: 0, maxAgeDays: 1 },
    { maxBytes: 1, maxAgeDays: 0 },
  ])('%j is refused', async (bounds) => {
    await using store = testStore()
    expect(() => store.setBounds(bounds)).toThrow(RangeError)
  })
})

describe('bound by bytes', () => {
  test('lines that fill it exactly stay; one byte more and the oldest goes', async () => {
    const maxBytes = 3 * (await bytesOf(line('a')))
    await using store = testStore({ maxBytes })
    await fill(store, [line('a'), line('b'), line('c')])
    expect(store.stats()).toEqual({ messages: 3, bytes: maxBytes, lastSeq: 3 })
    await using crossed = testStore({ maxBytes: maxBytes - 1 })
    await fill(crossed, [line('a'), line('b'), line('c')])
    expect(allTexts(crossed)).toEqual(['b', 'c'])
    expect(crossed.stats().bytes).toBe((maxBytes / 3) * 2)
  })

  test('unsigned lines of others go first, own lines last, each oldest first', async () => {
    const lines = [ownLine('own 1'), post('post 1', 'a1'), line('line 1'), ownLine('own 2'), post('post 2', 'a2'), line('line 2')]
    const sizes = new Map(await Promise.all(lines.map(async (one) => [one.text, await bytesOf(one)] as const)))
    const goes = ['line 1', 'line 2', 'post 1', 'post 2', 'own 1', 'own 2']
    for (let kept = 0; kept <= goes.length; kept += 1) {
      const staying = goes.slice(goes.length - kept)
      const maxBytes = Math.max(
        1,
        staying.reduce((sum, text) => sum + sizes.get(text)!, 0),
      )
      await using store = testStore({ maxBytes })
      await fill(store, lines)
      expect(allTexts(store).toSorted()).toEqual(staying.toSorted())
    }
  })

  test('holds under load from one commit to the next, and seq goes on', async () => {
    await using store = testStore({ maxBytes: 50_000 })
    let highest = 0
    store.onCommitted(() => (highest = Math.max(highest, store.stats().bytes)))
    for (let count = 0; count < 20; count += 1) {
      await fill(
        store,
        Array.from({ length: 1000 }, (_, index) => line(`line ${count * 1000 + index}`)),
      )
    }
    expect(highest).toBeLessThan(50_000 + 4 * 1024 * 1024)
    expect(store.stats().bytes).toBeLessThanOrEqual(50_000)
    expect(store.stats().lastSeq).toBe(20_000)
    const texts = allTexts(store)
    expect(texts).toEqual(Array.from({ length: texts.length }, (_, index) => `line ${20_000 - texts.length + index}`))
  })

  test('holds for a store that is opened with a lower bound; the file gives its space back', async () => {
    using folder = temporaryFolder()
    const options = { path: folder.file('messages.db'), clock: new SystemClock(), logger: new MemoryLogger() }
    const big = openStore(options)
    await fill(
      big,
      Array.from({ length: 400 }, (_, index) => line(`${index} ${'x'.repeat(50_000)}`)),
    )
    await big.close()
    const before = statSync(options.path).size
    const small = openStore({ ...options, maxBytes: 1_000_000 })
    await small.append(ownLine('at once'))
    await small.flush()
    expect(small.stats().bytes).toBeLessThanOrEqual(1_000_000)
    expect(allTexts(small).at(-1)).toBe('at once')
    await small.close()
    expect(before).toBeGreaterThan(20_000_000)
    expect(statSync(options.path).size).toBeLessThan(12_000_000)
  })

  test('deliveries go with their lines', async () => {
    using folder = temporaryFolder()
    await using store = testStore({ path: folder.file('m.db'), maxBytes: await bytesOf(ownLine('a')) })
    await fill(store, [ownLine('a'), ownLine('b')])
    const told: number[] = []
    store.onDelivery((seq) => told.push(seq))
    store.setDelivery(1, { state: 'sent', written: 1, held: 0 })
    store.setDelivery(2, { state: 'sent', written: 1, held: 0 })
    await store.flush()
    expect(told).toEqual([2])
    const db = new DatabaseSync(folder.file('m.db'), { readOnly: true })
    expect(db.prepare('SELECT seq FROM deliveries').all()).toEqual([{ seq: 2 }])
    db.close()
  })
})

describe('bound by age', () => {
  const daysAgo = (days: number, extraMs = 0): { received: number } => ({ received: RECEIVED_MS - days * DAY_MS + extraMs })

  test('what is older than the bound by a millisecond goes at the next hour, own lines too', async () => {
    const clock = new ManualClock()
    await using store = testStore({ clock, maxAgeDays: 2 })
    await fill(store, [line('old', daysAgo(2)), ownLine('own', daysAgo(2)), line('young', daysAgo(2, 3_600_000))])
    expect(store.stats().messages).toBe(3)
    await clock.advance(3_600_000 - 1)
    expect(store.stats().messages).toBe(3)
    await clock.advance(1)
    expect(allTexts(store)).toEqual(['young'])
    await clock.advance(3_600_000)
    expect(store.stats()).toMatchObject({ messages: 0, bytes: 0, lastSeq: 3 })
  })

  test('holds at opening, in slices, past lines from the future', async () => {
    using folder = temporaryFolder()
    const options = { path: folder.file('messages.db'), clock: new ManualClock(), logger: new MemoryLogger() }
    const old = Array.from({ length: 3000 }, (_, index) => line(`old ${index}`, daysAgo(366)))
    const first = openStore({ ...options, maxAgeDays: 1000 })
    await fill(first, [line('future', daysAgo(-5)), ...old, line('young', daysAgo(364)), line('old behind it', daysAgo(366))])
    await first.close()
    await using second = openStore(options)
    await second.flush()
    expect(allTexts(second)).toEqual(['future', 'young', 'old behind it'])
  })
})

describe('a clock that is set a year ahead', () => {
  /** A clock that somebody sets. */
  class SetClock extends ManualClock {
    aheadMs = 0
    override nowMs(): number {
      return super.nowMs() + this.aheadMs
    }
    /** As that of a system, which counts parts of milliseconds. */
    override monotonicMs(): number {
      return super.monotonicMs() * 1.000_000_1 + 0.3
    }
  }
  const YEAR_MS = 366 * DAY_MS
  const received = { received: RECEIVED_MS }

  test('removes nothing, neither while the store is open nor at the next opening, until it is confirmed', async () => {
    using folder = temporaryFolder()
    const clock = new SetClock()
    let isConfirmed = true
    const isClockConfirmed = (): boolean => isConfirmed
    const options = { path: folder.file('messages.db'), clock, logger: new MemoryLogger(), isClockConfirmed }
    const first = openStore(options)
    await fill(first, [line('a line', received)])
    await fillPosts(first, [newPost('a post', { time: RECEIVED_MS })])
    const texts = allTexts(first)
    clock.aheadMs = YEAR_MS
    isConfirmed = false
    await clock.advance(2 * 3_600_000)
    expect([allTexts(first), first.posts.rooms().map(({ posts }) => posts)]).toEqual([texts, [1]])
    await first.close()

    await using second = openStore(options)
    await clock.advance(3_600_000)
    await second.flush()
    expect(allTexts(second)).toEqual(texts)
    isConfirmed = true
    await clock.advance(3_600_000)
    await second.flush()
    expect([second.stats().messages, second.posts.rooms().map(({ posts }) => posts)]).toEqual([0, [0]])
  })

  test('and that nobody confirms lets lines grow old by the time that the store is open', async () => {
    const clock = new SetClock()
    await using store = testStore({ clock, maxAgeDays: 2 })
    await fill(store, [line('a line', received)])
    clock.aheadMs = YEAR_MS
    await clock.advance(2 * DAY_MS - 3_600_000)
    expect(allTexts(store)).toEqual(['a line'])
    await clock.advance(2 * 3_600_000)
    expect(allTexts(store)).toEqual([])
  })

  test('a clock that is set back removes nothing', async () => {
    const clock = new SetClock()
    await using store = testStore({ clock, maxAgeDays: 2 })
    await fill(store, [line('a line', received)])
    clock.aheadMs = -YEAR_MS
    await clock.advance(DAY_MS)
    clock.aheadMs = 0
    await clock.advance(3_600_000)
    expect(allTexts(store)).toEqual(['a line'])
  })
})

const outOfRange = [{ maxBytes: 0 }, { maxBytes: 1.5 }, { maxAgeDays: 0 }, { maxAgeDays: NaN }, { commitDelayMs: -1 }]

test.each(outOfRange)('refuses %j', (options) => {
  expect(() => testStore(options)).toThrow(RangeError)
})
