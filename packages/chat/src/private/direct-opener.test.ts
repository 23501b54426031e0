/**
 * Trying direct messages within a twentieth of the time, whatever comes: the real store, real encryption, a manual clock, and a
 * stopwatch that says what a try costs. Source: docs/chat.md, *Encrypted kinds*; docs/limits.md.
 */
import { openStore } from '@dchat/store'
import type { MessageStore, NewPost } from '@dchat/store'
import { ManualClock, MemoryLogger } from '@dchat/system'
import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { PostKind } from '../post/post.ts'
import { DIRECT_ROOM } from '../post/rooms-by-kind.ts'
import { InnerKind } from '../sealed/inner-message.ts'
import { sealDirect } from '../sealed/direct-message.ts'
import { OwnBoxKeys } from '../testing/own-box-keys.ts'
import { creepUntil, creepWhile } from '../testing/real-work.ts'
import { SeededSigner } from '../testing/seeded-signer.ts'
import { DirectOpener } from './direct-opener.ts'

/** What a try costs by the stopwatch: five keys on a slow machine. */
const TRY_MS = 7
const MINUTE_MS = 60_000
/** enc[32] | ciphertext[256] | tag[16] */
const SMALLEST_BODY_BYTES = 304
const RECIPIENT = new SeededSigner('recipient').key

function keyOf(name: string): Buffer {
  return createHash('sha256').update(name).digest()
}

interface TableOptions {
  readonly store?: MessageStore
  readonly clock?: ManualClock
  readonly keys?: OwnBoxKeys
  /** Ms of the stopwatch for a try. @default 7 */
  readonly tryMs?: number
}

/** A store with direct messages, and who opens them. */
class Table implements AsyncDisposable {
  readonly clock: ManualClock
  readonly store: MessageStore
  readonly keys: OwnBoxKeys
  readonly logger = new MemoryLogger()
  readonly opener: DirectOpener
  /** How many posts each read asked for. */
  readonly reads: number[] = []
  /** How many posts each settlement noted. */
  readonly settled: number[] = []
  readonly #options: TableOptions
  /** The stopwatch was started, and not read again. */
  #isTrying = false
  #posts = 0

  private constructor(options: TableOptions) {
    this.#options = options
    this.clock = options.clock ?? new ManualClock()
    this.keys = options.keys ?? new OwnBoxKeys()
    this.store = options.store ?? openStore({ path: ':memory:', clock: this.clock, logger: this.logger, commitDelayMs: 0 })
    const { posts } = this.store
    this.opener = new DirectOpener({
      stored: {
        untried: (limit) => {
          this.reads.push(limit)
          return posts.untried(limit)
        },
        settle: (tried) => {
          this.settled.push(tried.length)
          posts.settle(tried)
        },
        onCommitted: (listener) => posts.onCommitted(listener),
      },
      boxKeys: this.keys,
      recipient: RECIPIENT,
      clock: this.clock,
      logger: this.logger,
      stopwatch: () => {
        this.#isTrying = !this.#isTrying
        return (options.tryMs ?? TRY_MS) * this.opener.counts.tried
      },
    })
  }

  static async open(options: TableOptions = {}): Promise<Table> {
    const table = new Table(options)
    if (table.keys.live().length === 0) await table.keys.make()
    return table
  }

  /** Another run on the same store. */
  again(): Promise<Table> {
    const { store, clock, keys } = this
    return Table.open({ ...this.#options, store, clock, keys })
  }

  /** Stores a direct message for us. */
  async write(author: string, text: string, time = this.clock.nowMs()): Promise<void> {
    const to = { author: keyOf(author), time, recipient: RECIPIENT, boxKey: this.keys.live()[0]!.publicKey }
    await this.put([this.#post(author, time, await sealDirect({ kind: InnerKind.Text, text }, to))])
  }

  /** Posts of as many authors in turn for somebody else, a millisecond apart, the first now; each costs a whole try. */
  flood(count: number, { authors = count, fromMs = this.clock.nowMs() } = {}): NewPost[] {
    return Array.from({ length: count }, (_, index) => {
      const body = Buffer.alloc(SMALLEST_BODY_BYTES, keyOf(`body ${this.#posts}`)).toString('base64url')
      return this.#post(`flooder ${index % authors}`, fromMs + index, body)
    })
  }

  async put(posts: readonly NewPost[]): Promise<void> {
    const stored = Promise.all(posts.map((post) => this.store.posts.append(post)))
    await creepWhile(this.clock, stored)
    for (const { fate } of await stored) if (fate !== 'stored') throw new Error(`a post was not stored: ${fate}`)
  }

  /** The first try is under way when it is told to stop. */
  async stopDuringTry(): Promise<void> {
    await Promise.resolve()
    if (!this.#isTrying) throw new Error('nothing is tried')
    await this.opener.stop()
  }

  linesOf(author: string): string[] {
    const room = `@${keyOf(author).toString('hex')}`
    return this.store.history({ limit: 1_000, room }).messages.map(({ text }) => text)
  }

  /** Moves time by `ms`; it stands still while a try is under way. */
  async run(ms: number): Promise<void> {
    let isOver = false
    this.clock.setTimer(ms, () => {
      isOver = true
    })
    while (!isOver) {
      await this.rest()
      await this.clock.runUntil(() => isOver || this.#isTrying)
    }
    await this.rest()
  }

  /** Until the opener waits for the clock, or has nothing to do. */
  async rest(): Promise<void> {
    do await this.clock.advance(0)
    while (this.#isTrying)
  }

  until(isDone: () => boolean): Promise<void> {
    return creepUntil(this.clock, isDone)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.opener.stop()
    if (this.#options.store === undefined) await this.store.close()
  }

  #post(author: string, time: number, body: string): NewPost {
    this.#posts += 1
    const id = keyOf(`post ${this.#posts} of ${author} at ${time}`)
    const bytes = Buffer.concat([Buffer.from(body), Buffer.alloc(64)])
    const kind = PostKind.DirectMessage
    return { id, time, author: keyOf(author), room: DIRECT_ROOM, kind, body, bytes, received: this.clock.nowMs(), own: false }
  }
}

describe('within the budget', () => {
  test('a lone message is opened at once', async () => {
    await using table = await Table.open()
    table.opener.start()
    await table.write('friend', 'hello')
    await table.rest()
    expect(table.linesOf('friend')).toEqual(['hello'])
    expect(table.opener.counts).toEqual({ tried: 1, opened: 1, failed: 0, spentMs: TRY_MS, waitedForBudget: 0 })
  })

  test('a flood never takes more than a twentieth of any 10 s, and what there is is used', async () => {
    await using table = await Table.open()
    await table.put(table.flood(3_000))
    table.opener.start()
    const spent: number[] = [0]
    for (let second = 0; second < 120; second += 1) {
      await table.run(1_000)
      spent.push(table.opener.counts.spentMs)
    }
    const windows = spent.slice(10).map((ms, index) => ms - spent[index]!)
    expect(Math.max(...windows)).toBeLessThanOrEqual(10_000 / 20)
    expect(Math.min(...windows)).toBeGreaterThan((10_000 / 20) * 0.85)
  })

  test('tries that are slower than the burst have their time too', async () => {
    await using table = await Table.open({ tryMs: 500 })
    await table.put(table.flood(30))
    table.opener.start()
    await table.run(3 * MINUTE_MS)
    const { tried, spentMs } = table.opener.counts
    expect(spentMs).toBeLessThanOrEqual((3 * MINUTE_MS) / 20 + 500)
    expect(tried).toBeGreaterThan(15)
  })

  test('what is read and noted is bounded, whatever waits', async () => {
    await using table = await Table.open()
    await table.put(table.flood(500))
    table.opener.start()
    await table.run(MINUTE_MS)
    expect(Math.max(...table.reads)).toBeLessThanOrEqual(17)
    expect(new Set(table.settled)).toEqual(new Set([16]))
  })
})

describe('in the middle of a flood', () => {
  test.each([
    ['of many keys, the message of somebody known is opened next', { authors: 2_000 }, true],
    ['of one key, the message of a stranger is opened next', { authors: 1 }, false],
  ])('%s', async (_, { authors }, isKnown) => {
    await using table = await Table.open()
    const { clock, store, opener } = table
    // What a stranger writes now is newer than what the one key has written.
    const fromMs = authors === 1 ? clock.nowMs() - 3_600_000 : clock.nowMs() + 300_000
    const step = authors === 1 ? 1_001 : 1
    await table.put(table.flood(2_000, { authors, fromMs }).map((post, index) => ({ ...post, time: fromMs + index * step })))
    if (isKnown) store.names.pin(keyOf('friend').toString('hex'), true)
    opener.start()
    await table.run(MINUTE_MS)
    const { tried } = opener.counts
    expect(tried).toBeGreaterThan(300)
    await table.write('friend', 'still there?')
    await table.until(() => opener.counts.opened === 1)
    // One was under way.
    expect(opener.counts.tried - tried).toBeLessThanOrEqual(2)
    expect(table.linesOf('friend')).toEqual(['still there?'])
  })

  test('of many keys, strangers have their turn once it is over', async () => {
    await using table = await Table.open()
    await table.put(table.flood(400, { fromMs: table.clock.nowMs() + 60_000 }))
    await table.write('stranger', 'patience')
    table.opener.start()
    await table.run(2 * MINUTE_MS)
    expect(table.linesOf('stranger')).toEqual(['patience'])
  })
})

describe('what is noted', () => {
  test('failures wait for company, but not for long; a stop notes them', async () => {
    await using table = await Table.open()
    table.opener.start()
    await table.put(table.flood(3))
    await table.rest()
    expect([table.opener.counts.failed, table.store.posts.untriedCount()]).toEqual([3, 3])
    await table.run(5_000)
    expect([table.settled, table.store.posts.untriedCount()]).toEqual([[3], 0])
    await table.put(table.flood(1))
    await table.rest()
    await table.opener.stop()
    expect([table.settled, table.store.posts.untriedCount()]).toEqual([[3, 1], 0])
  })

  test('nothing is tried twice, also by a later run', async () => {
    await using table = await Table.open()
    table.opener.start()
    await table.put(table.flood(20))
    await table.write('friend', 'hello')
    await table.run(10_000)
    await table.opener.stop()
    expect(table.opener.counts.tried).toBe(21)
    await using later = await table.again()
    later.opener.start()
    await later.run(10_000)
    expect(later.opener.counts.tried).toBe(0)
    expect(table.linesOf('friend')).toEqual(['hello'])
  })

  test('what was tried and not noted when the daemon died is tried again, and shown once', async () => {
    await using table = await Table.open()
    await table.put(table.flood(5))
    await table.write('friend', 'hello')
    table.opener.start()
    await table.until(() => table.opener.counts.tried === 6)
    await using later = await table.again()
    later.opener.start()
    await later.run(10_000)
    expect(table.linesOf('friend')).toEqual(['hello'])
    expect(table.store.posts.untriedCount()).toBe(0)
  })

  test('what cannot be noted is tried again later, and said in the log', async () => {
    await using table = await Table.open()
    const { store, opener, logger } = table
    const settle = store.posts.settle.bind(store.posts)
    let isFull = true
    store.posts.settle = (tried) => {
      if (isFull) throw new Error('disk full')
      settle(tried)
    }
    opener.start()
    await table.write('friend', 'hello')
    await table.run(10_000)
    expect([opener.counts.tried, table.linesOf('friend')]).toEqual([1, []])
    isFull = false
    await table.run(60_000)
    expect([opener.counts.tried, table.linesOf('friend')]).toEqual([2, ['hello']])
    expect(logger.records.filter(({ level }) => level === 'warn')).toHaveLength(1)
  })
})

describe('keys', () => {
  test('without any nothing is tried until there is one', async () => {
    const keys = new OwnBoxKeys()
    await keys.make()
    await using table = await Table.open({ keys })
    await table.write('friend', 'hello')
    keys.dropOldest()
    table.opener.start()
    await table.run(1_000)
    expect([table.opener.counts.tried, table.store.posts.untriedCount()]).toEqual([0, 1])
    await keys.make()
    await table.run(1_000)
    expect(table.opener.counts.tried).toBe(1)
  })

  test('all that are live open messages, those that are gone do not', async () => {
    await using table = await Table.open()
    const { keys, opener } = table
    await table.write('friend', 'to the first key')
    await keys.make()
    await table.write('friend', 'to the second key')
    await keys.make()
    keys.dropOldest()
    opener.start()
    await table.run(1_000)
    expect(table.linesOf('friend')).toEqual(['to the second key'])
    expect(opener.counts).toMatchObject({ tried: 2, opened: 1, failed: 1 })
  })
})

describe('a stop', () => {
  test('waits for the try under way, whose line is there', async () => {
    await using table = await Table.open()
    await table.write('friend', 'hello')
    table.opener.start()
    await table.stopDuringTry()
    expect([table.linesOf('friend'), table.store.posts.untriedCount()]).toEqual([['hello'], 0])
  })

  test('ends the wait for the budget, leaves no timer and no listener, and may be repeated', async () => {
    await using table = await Table.open({ tryMs: 60_000 })
    const timers = table.clock.pendingTimers
    await table.put(table.flood(10))
    table.opener.start()
    await table.rest()
    expect(table.opener.counts.waitedForBudget).toBe(1)
    await table.opener.stop()
    await table.opener.stop()
    expect([table.clock.pendingTimers, table.opener.counts.tried]).toEqual([timers, 1])
    await table.put(table.flood(1))
    await table.run(120_000)
    expect(table.opener.counts.tried).toBe(1)
  })
})
