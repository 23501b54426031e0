/** The life of box keys on a manual clock: real files, stores, posts and repairs. */
import { chmodSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { inspect } from 'node:util'
import type { LocalNet } from '@dchat/net/testing'
import { describe, expect, test } from 'vitest'
import { postIdOf } from '../post/decode-post.ts'
import { DIRECT_ROOM } from '../post/rooms-by-kind.ts'
import { openDirect } from '../sealed/direct-message.ts'
import { newBoxSecret, openBoxKey } from '../sealed/box-key.ts'
import { directPost } from '../testing/direct-post.ts'
import type { DirectPost } from '../testing/direct-post.ts'
import { listenFeatured } from '../testing/featured-peer.ts'
import type { FeaturedPeerOptions } from '../testing/featured-peer.ts'
import { holdPosts } from '../testing/held-posts.ts'
import { KeyStage } from '../testing/key-stage.ts'
import { ourResponder } from '../testing/reconcile-exchange.ts'
import { wire } from '../testing/wire-messages.ts'
import { BoxKeys } from './box-keys.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const WEEK = 7 * DAY

const chatError = (code: string, data: object = {}): unknown =>
  expect.objectContaining({ code, data: expect.objectContaining(data) as unknown })

/** The box key of the node that its store offers. */
const publishedBy = ({ store, stage }: KeyStage): string | undefined => store.posts.newestOf(stage.signer.key, 5)?.body

/** A direct message to the key that the node has published. */
function messageTo(keys: KeyStage, text: string): Promise<DirectPost> {
  const boxKey = Buffer.from(publishedBy(keys)!, 'hex')
  return directPost({ text, time: keys.clock.nowMs(), recipient: keys.stage.signer.key, boxKey })
}

async function opens({ keys, stage }: KeyStage, post: DirectPost): Promise<string | undefined> {
  return (await openDirect(post, { recipient: stage.signer.key, keys: keys.live() }))?.text
}

/** Notes that all direct messages were tried, as whoever tries them does. */
function settleAll({ store }: KeyStage): void {
  store.posts.settle(store.posts.untried(1_000).map((post) => ({ post, revealed: undefined })))
}

describe('a box key', () => {
  test('is made at the first start, readable by its owner alone, and published', async () => {
    await using keys = await KeyStage.open()
    expect(keys.live).toHaveLength(1)
    expect(publishedBy(keys)).toBe(keys.live[0])
    expect([readdirSync(keys.data), statSync(keys.path).mode & 0o777]).toEqual([['box-keys'], 0o600])
    expect(keys.secrets).toHaveLength(1)
    expect((await openBoxKey(keys.secrets[0]!.secret)).publicKey.toString('hex')).toBe(keys.live[0])
    expect(await opens(keys, await messageTo(keys, 'hello'))).toBe('hello')
  })

  test('is the same one after a restart, and is not published again', async () => {
    await using keys = await KeyStage.open()
    const { live, secrets } = keys
    const places = keys.store.posts.newest('', { count: 9, notAfter: keys.clock.nowMs() })
    await keys.advance(DAY)
    await keys.start(await keys.stop())
    expect([keys.live, keys.secrets]).toEqual([live, secrets])
    expect(keys.store.posts.newest('', { count: 9, notAfter: keys.clock.nowMs() })).toEqual(places)
  })

  test('is followed by the next after 7 days, which is published in its place', async () => {
    await using keys = await KeyStage.open()
    const [first] = keys.live
    const told: string[][] = []
    keys.keys.onChange((live) => told.push(live.map(({ publicKey }) => publicKey.toString('hex'))))
    const message = await messageTo(keys, 'to the first')
    await keys.advance(WEEK - HOUR)
    expect([keys.live, publishedBy(keys), told]).toEqual([[first], first, []])
    await keys.advance(HOUR)
    const [second] = keys.live
    expect(second).not.toBe(first)
    expect([keys.live, publishedBy(keys), told]).toEqual([[second, first], second, [[second, first]]])
    expect(await opens(keys, message)).toBe('to the first')
    expect(await opens(keys, await messageTo(keys, 'to the second'))).toBe('to the second')
  })

  test('is followed by the next at the start, when the node was off then', async () => {
    await using keys = await KeyStage.open()
    const [first] = keys.live
    const store = await keys.stop()
    await keys.net.clock.advance(8 * DAY)
    await keys.start(store)
    expect(keys.live).toEqual([expect.not.stringContaining(first!), first])
    expect(publishedBy(keys)).toBe(keys.live[0])
  })

  test('is published anew when the store has lost it', async () => {
    await using keys = await KeyStage.open()
    const [place] = keys.store.posts.newest('', { count: 1, notAfter: keys.clock.nowMs() })
    keys.store.posts.withdraw(place!.id)
    expect(publishedBy(keys)).toBeUndefined()
    await keys.advance(HOUR)
    expect(publishedBy(keys)).toBe(keys.live[0])
  })

  test('of another identity is left as it is', async () => {
    await using keys = await KeyStage.open()
    const { secrets } = keys
    const other = keys.newKeys(keys.stage, keys.store, 'ab'.repeat(32))
    await keys.keys.stop()
    await other.start()
    expect(other.live().map(({ publicKey }) => publicKey.toString('hex'))).not.toEqual(keys.live)
    expect(keys.secrets.slice(0, 1)).toEqual(secrets)
    await other.stop()
  })

  test('shows nothing secret', async () => {
    await using keys = await KeyStage.open()
    const shown = `${inspect([keys.keys, keys.keys.live()], { depth: 9, showHidden: true })} ${JSON.stringify(keys.keys)}`
    for (const encoding of ['hex', 'base64', 'base64url'] as const)
      expect(shown).not.toContain(keys.secrets[0]!.secret.toString(encoding).slice(0, 20))
  })
})

describe('a private half is deleted', () => {
  test('35 days after it was made, once `_dm` was repaired and the peer holds the newest key', async () => {
    await using keys = await KeyStage.open()
    const [first] = keys.live
    const [secret] = keys.secrets
    const held = keys.keys.secrets()[0]!.secret
    await keys.meet()
    await keys.advance(HOUR)
    await keys.part()
    const message = await messageTo(keys, 'recorded')
    await keys.advance(35 * DAY - 2 * HOUR)
    expect([keys.live.length, keys.live.at(-1)]).toEqual([5, first])
    expect(await opens(keys, message)).toBe('recorded')
    await keys.advance(2 * HOUR)
    expect([keys.live.length, keys.live.at(-1)]).toEqual([6, first]) // the newest is not known to any peer
    await keys.meet()
    await keys.advance(HOUR)
    expect(keys.live).toHaveLength(5)
    expect(keys.live).not.toContain(first)
    expect(await opens(keys, message)).toBeUndefined()
    expect(readFileSync(keys.path, 'latin1')).not.toContain(secret!.secret.toString('hex'))
    expect(held).toEqual(Buffer.alloc(32))
    expect(readdirSync(keys.data)).toEqual(['box-keys'])
  })

  test('not before the first repair of `_dm` since the start, and then at once for all that were off for long', async () => {
    await using keys = await KeyStage.open()
    await keys.advance(15 * DAY)
    const [third, second, first] = keys.live
    const store = await keys.stop()
    await keys.net.clock.advance(40 * DAY)
    await keys.start(store)
    await keys.advance(DAY)
    expect(keys.live.slice(1)).toEqual([third, second, first])
    await keys.meet()
    await keys.advance(5 * MINUTE)
    expect(keys.live).toHaveLength(1)
    expect(publishedBy(keys)).toBe(keys.live[0])
  })

  test('not before what the repair brought was tried, and then within the minute', async () => {
    await using keys = await KeyStage.open()
    const [first] = keys.live
    const late = await messageTo(keys, 'late')
    await keys.net.settle(holdPosts(keys.other.store, [late]))
    await keys.advance(36 * DAY)
    await keys.meet()
    await keys.advance(5 * HOUR)
    expect(keys.store.posts.untriedCount()).toBe(1)
    expect(keys.live).toContain(first)
    expect(await opens(keys, late)).toBe('late')
    settleAll(keys)
    await keys.advance(MINUTE)
    expect(keys.live).not.toContain(first)
    expect(await opens(keys, late)).toBeUndefined()
  })

  test('a day after the repair though a flood is not tried by then', async () => {
    await using keys = await KeyStage.open()
    const [first] = keys.live
    await keys.net.settle(holdPosts(keys.other.store, [await messageTo(keys, 'one of many')]))
    await keys.advance(36 * DAY)
    await keys.meet()
    await keys.advance(HOUR)
    await keys.part()
    await keys.advance(22 * HOUR)
    expect([keys.store.posts.untriedCount(), keys.live.includes(first!)]).toEqual([1, true])
    await keys.advance(2 * HOUR)
    expect([keys.store.posts.untriedCount(), keys.live.includes(first!)]).toEqual([1, false])
  })

  test('not while no peer takes the newest key', async () => {
    await using keys = await KeyStage.open({ peers: (net) => listenAlone(net, { reconciles: () => true, takes: false }) })
    const [first] = keys.live
    await keys.advance(36 * DAY)
    await keys.meet()
    await keys.advance(3 * HOUR)
    expect(keys.stage.posts.historyCounts.failedSessions).toBe(0)
    expect(keys.live).toContain(first)
  })

  test('not while peers repair all but `_dm`', async () => {
    const reconciles = (room: string): boolean => room !== DIRECT_ROOM
    await using keys = await KeyStage.open({ peers: (net) => listenAlone(net, { reconciles, takes: true }) })
    const [first] = keys.live
    await keys.advance(36 * DAY)
    await keys.meet()
    await keys.advance(3 * HOUR)
    expect(keys.stage.posts.historyCounts.finishedSessions).toBeGreaterThan(3)
    expect(keys.stage.posts.isHeld('box_key')).toBe(true)
    expect(keys.live).toContain(first)
  })

  test('of more than 16 the oldest, where no peer was ever met', async () => {
    await using keys = await KeyStage.open()
    const [first] = keys.live
    await keys.advance(15 * WEEK)
    expect([keys.live.length, keys.live.at(-1)]).toEqual([16, first])
    await keys.advance(WEEK)
    expect([keys.live.length, keys.live.includes(first!)]).toEqual([16, false])
    expect(keys.secrets).toHaveLength(16)
  })
})

describe('a clock', () => {
  test('that is months ahead for a day deletes nothing, and what was made under it is followed by a key of today', async () => {
    await using keys = await KeyStage.open()
    await keys.advance(10 * DAY)
    const before = keys.live
    const message = await messageTo(keys, 'written to the key that everybody knows')
    keys.clock.aheadMs = 100 * DAY
    await keys.meet()
    await keys.advance(3 * HOUR)
    expect(keys.live.slice(1)).toEqual(before)
    keys.clock.aheadMs = 0
    await keys.advance(2 * HOUR)
    expect(keys.live.slice(2)).toEqual(before)
    expect(await opens(keys, message)).toBe('written to the key that everybody knows')
    expect(publishedBy(keys)).toBe(keys.live[0])
    expect(keys.other.store.posts.newestOf(keys.stage.signer.key, 5)?.body).toBe(keys.live[0])
    // Nothing of it stays for longer than it should.
    await keys.part()
    await keys.advance(36 * DAY)
    await keys.meet()
    await keys.advance(2 * HOUR)
    expect(keys.live.filter((key) => before.includes(key))).toEqual([])
    expect(keys.live.length).toBeLessThanOrEqual(6)
  })

  test('that is decades behind for a while deletes nothing, and all goes on when it is set', async () => {
    await using keys = await KeyStage.open()
    await keys.advance(10 * DAY)
    const before = keys.live
    const message = await messageTo(keys, 'still here')
    keys.clock.aheadMs = -10_000 * DAY
    await keys.meet()
    await keys.advance(3 * HOUR)
    expect(keys.live.slice(-2)).toEqual(before)
    keys.clock.aheadMs = 0
    await keys.advance(2 * HOUR)
    expect(keys.live.slice(-2)).toEqual(before)
    expect(await opens(keys, message)).toBe('still here')
    expect(publishedBy(keys)).toBe(keys.live[0])
    expect(keys.other.store.posts.newestOf(keys.stage.signer.key, 5)?.body).toBe(keys.live[0])
  })

  test('that jumps back and forth makes no more than 16 keys, and the one that others know stays', async () => {
    await using keys = await KeyStage.open()
    const [first] = keys.live
    for (let jump = 1; jump <= 20; jump += 1) {
      keys.clock.aheadMs = jump % 2 === 0 ? 0 : 20 * DAY
      await keys.advance(2 * HOUR)
    }
    expect([keys.live.length, keys.live.at(-1)]).toEqual([16, first])
  })
})

describe('keys that an export brought', () => {
  test('join those that are here, each once, and count from the next start on', async () => {
    await using keys = await KeyStage.open()
    await keys.advance(8 * DAY)
    const own = keys.live
    const identity = keys.stage.signer.key.toString('hex')
    const brought = { secret: await newBoxSecret(), made: keys.clock.nowMs() - 3 * DAY }
    const publicKey = (await openBoxKey(brought.secret)).publicKey.toString('hex')
    keys.keys.bring(identity, [...keys.keys.secrets(), brought])
    keys.keys.bring(identity, [brought])
    keys.keys.bring('cd'.repeat(32), [brought])
    expect(keys.live).toEqual(own)
    expect(keys.secrets).toHaveLength(4)
    await keys.start(await keys.stop())
    expect(keys.live).toEqual([own[0], publicKey, own[1]])
    expect(keys.secrets).toHaveLength(4)
  })

  test('have all messages that nobody could open tried again at that start, and at no other', async () => {
    await using keys = await KeyStage.open()
    const secret = await newBoxSecret()
    const { publicKey: boxKey } = await openBoxKey(secret)
    const recipient = keys.stage.signer.key
    const message = await directPost({ text: 'for later', time: keys.clock.nowMs(), recipient, boxKey })
    await keys.net.settle(holdPosts(keys.store, [message]))
    settleAll(keys)
    await keys.advance(8 * DAY) // a key that is made here opens nothing that came before
    await keys.start(await keys.stop())
    expect(keys.store.posts.untriedCount()).toBe(0)
    keys.keys.bring(recipient.toString('hex'), [{ secret, made: keys.clock.nowMs() - DAY }])
    await keys.start(await keys.stop())
    expect(keys.store.posts.untriedCount()).toBe(1)
    expect(await opens(keys, message)).toBe('for later')
    settleAll(keys)
    await keys.start(await keys.stop())
    expect(keys.store.posts.untriedCount()).toBe(0)
  })

  test('are 16 at most', async () => {
    await using keys = await KeyStage.open()
    const identity = keys.stage.signer.key.toString('hex')
    const now = keys.clock.nowMs()
    const brought = await Promise.all(
      Array.from({ length: 16 }, async (_, index) => ({ secret: await newBoxSecret(), made: now - index * DAY - DAY })),
    )
    keys.keys.bring(identity, brought)
    expect(keys.secrets.map(({ made }) => Math.round((now - made) / DAY))).toEqual([
      15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0,
    ])
  })
})

describe('a file', () => {
  test.each<[string, (path: string) => void, string]>([
    ['is damaged', (path) => writeFileSync(path, '{"version": 1, "entries": [{}]}'), 'CHAT_KEYS_DAMAGED'],
    ['is of a newer version', (path) => writeFileSync(path, '{"version": 2}'), 'CHAT_KEYS_VERSION'],
    ['others may read', (path) => chmodSync(path, 0o644), 'CHAT_KEYS_EXPOSED'],
  ])('that %s stops the start, and is left as it is', async (_, change, code) => {
    await using keys = await KeyStage.open()
    await keys.keys.stop()
    change(keys.path)
    const before = [readFileSync(keys.path, 'utf8'), statSync(keys.path).mode]
    const again = keys.newKeys(keys.stage, keys.store)
    await expect(again.start()).rejects.toThrow(chatError(code, { path: keys.path }))
    expect([readFileSync(keys.path, 'utf8'), statSync(keys.path).mode]).toEqual(before)
    await again.stop()
  })

  test('that cannot be made stops the start', async () => {
    await using keys = await KeyStage.open()
    const { store, stage, clock, logger } = keys
    const deps = { store, posts: stage.posts, clock, logger, identity: stage.signer.key.toString('hex') }
    const nowhere = new BoxKeys('/proc/dchat-box-keys', deps)
    await expect(nowhere.start()).rejects.toThrow(chatError('CHAT_KEYS_UNWRITABLE'))
    await nowhere.stop()
  })

  test('that cannot be written leaves the keys as they are, until it can', async () => {
    await using keys = await KeyStage.open()
    const [first] = keys.live
    const content = readFileSync(keys.path)
    rmSync(keys.data, { recursive: true })
    writeFileSync(keys.data, '')
    await keys.advance(8 * DAY)
    expect(keys.live).toEqual([first])
    expect(keys.logger.records.filter(({ message }) => message === 'The box keys could not be changed')).not.toEqual([])
    expect(JSON.stringify(keys.logger.records)).not.toContain(content.toString())
    rmSync(keys.data)
    await keys.advance(HOUR)
    expect(keys.live).toHaveLength(2)
    expect(keys.secrets).toHaveLength(2)
  })
})

test('stop leaves nothing, in any state', async () => {
  await using keys = await KeyStage.open()
  const timers = keys.net.clock.pendingTimers
  const listeners = keys.stage.posts.events.listenerCount()
  await keys.keys.stop()
  await keys.keys.stop()
  expect(keys.net.clock.pendingTimers).toBe(timers - 1)
  expect(keys.stage.posts.events.listenerCount()).toBe(listeners - 1)
  const again = keys.newKeys(keys.stage, keys.store)
  await again.stop()
  const starting = again.start()
  await again.stop()
  await starting
  expect(keys.net.clock.pendingTimers).toBe(timers - 1)
  expect(keys.stage.posts.events.listenerCount()).toBe(listeners - 1)
  expect(keys.secrets).toHaveLength(1)
})

/** Somebody who reconciles some rooms, as one who holds nothing, and may say that he takes what he is given. @returns his address */
async function listenAlone(
  net: LocalNet,
  how: { readonly reconciles: (room: string) => boolean; readonly takes: boolean },
): Promise<readonly string[]> {
  const respond = ourResponder([], { frameMaxBytes: 61_440, maxRanges: 1_024 })
  const url = net.urlOf(100)
  const onMessage: FeaturedPeerOptions['onMessage'] = ({ command, value }, peer) => {
    if (command === wire.post.name && how.takes) {
      const { bytes } = value as { readonly bytes: Uint8Array }
      peer.send(wire.have, { ids: [postIdOf(Buffer.from(bytes))] })
    }
    if (command !== wire.sync.name) return
    const { session, room, since, until, frame } = value as SyncValue
    if (!how.reconciles(room)) return
    void Promise.resolve(respond(Buffer.from(frame))).then((answer) =>
      peer.send(wire.sync, { session, room, since, until, frame: answer }),
    )
  }
  await listenFeatured(net.network.transport(new URL(url).hostname), url, { clock: net.clock, onMessage })
  return [url]
}

interface SyncValue {
  readonly session: number
  readonly room: string
  readonly since: number
  readonly until: number
  readonly frame: Uint8Array
}
