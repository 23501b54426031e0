/** The life of box keys on a manual clock: real files, stores, posts and repairs. */
import { chmodSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { newBoxSecret, openBoxKey } from '../sealed/box-key.ts'
import { directPost } from '../testing/direct-post.ts'
import { holdPosts } from '../testing/held-posts.ts'
import { KeyStage } from '../testing/key-stage.ts'
import { BoxKeys } from './box-keys.ts'
import { HOUR, DAY, WEEK, publishedBy, messageTo, opens, settleAll, chatError } from './box-keys.test-util.ts'

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
