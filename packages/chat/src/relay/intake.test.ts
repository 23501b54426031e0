/** What becomes of posts that come, and what they cost. Source: docs/chat.md, *Post*, *Relay* and *Memory*. */
import { describe, expect, test, vi } from 'vitest'
import { CHAT_LIMITS } from '../limits.ts'
import type { Post } from '../post/post.ts'
import { PostVerifier } from '../post/post-verifier.ts'
import { withBitTurned } from '../testing/raw-post.ts'
import { RelayStage } from '../testing/relay-stage.ts'
import { wire } from '../testing/wire-messages.ts'

const bans = (stage: RelayStage): string[][] => stage.node.p2p.hosts.bans.list().map(({ target, reason }) => [target, reason])

/** Answers when it is told to. */
class HeldVerifier {
  readonly waiting: { post: Post; answer: (isValid: boolean) => void }[] = []
  calls = 0

  verify(post: Post): Promise<boolean> {
    this.calls += 1
    return new Promise((answer) => this.waiting.push({ post, answer }))
  }

  answerAll(): void {
    for (const { answer } of this.waiting.splice(0)) answer(true)
  }
}

test('a valid post is stored, shown and told of', async () => {
  await using stage = await RelayStage.open()
  const told: string[] = []
  stage.posts.events.subscribe('post', ({ post, fate }) => told.push(`${fate} ${post.body}`))
  const peer = await stage.peer()
  const post = stage.post('hey')
  peer.post(post)
  await stage.settle()
  expect(stage.store.history({ limit: 10 }).messages).toMatchObject([{ id: post.hex, text: 'hey', own: false }])
  expect(stage.store.posts.read([post.id])).toEqual([post.bytes])
  expect(told).toEqual(['stored hey'])
  expect(stage.posts.counts).toMatchObject({ received: 1, stored: 1, duplicate: 0 })
})

test('what is kept of a post is not what the chunk held that it came in', async () => {
  await using stage = await RelayStage.open()
  const peer = await stage.peer()
  const posts = Array.from({ length: 50 }, (_, index) => stage.post(`number ${index}`))
  peer.post(...posts)
  await stage.settle()
  expect(stage.store.posts.read(posts.map(({ id }) => id))).toEqual(posts.map(({ bytes }) => bytes))
})

describe('a post that comes again', () => {
  test('is a duplicate, from whomever and however far the first has come, and is verified once', async () => {
    const verifier = new HeldVerifier()
    await using stage = await RelayStage.open({ deps: { verifier } })
    const peers = await stage.crowd(3)
    const post = stage.post('again')
    for (const peer of peers) peer.post(post, post)
    await stage.settle()
    expect([verifier.calls, stage.posts.counts.duplicate]).toEqual([1, 5])
    verifier.answerAll()
    await stage.settle()
    for (const peer of peers) peer.post(post)
    await stage.settle()
    expect([verifier.calls, stage.posts.counts.duplicate, stage.posts.counts.stored]).toEqual([1, 8, 1])
  })

  test('after a restart is known from the store, without a look at its signature', async () => {
    const verifier = new HeldVerifier()
    await using first = await RelayStage.open()
    const post = first.post('old')
    ;(await first.peer()).post(post)
    await first.settle()
    await using stage = await RelayStage.open({ store: first.store, net: first.net, deps: { verifier } })
    const holds = vi.spyOn(stage.store.posts, 'holds')
    ;(await stage.peer()).post(post, post, post)
    await stage.settle()
    expect([verifier.calls, stage.posts.counts.duplicate, holds.mock.calls.length]).toEqual([0, 3, 1])
  })

  test('that a quota dropped is dropped without a look at its signature', async () => {
    const verifier = new PostVerifier()
    let calls = 0
    const counting = {
      verify: (post: Post): Promise<boolean> => {
        calls += 1
        return Promise.resolve(verifier.verifySync(post))
      },
    }
    await using stage = await RelayStage.open({ quotas: { perAuthorMinute: 1 }, deps: { verifier: counting } })
    const peer = await stage.peer()
    const posts = [stage.post('one'), stage.post('two')].sort((a, b) => a.id.compare(b.id))
    peer.post(...posts)
    await stage.settle()
    expect([stage.posts.counts.stored, stage.posts.counts.outnumbered, calls]).toEqual([1, 1, 2])
    peer.post(...posts)
    await stage.settle()
    expect([stage.posts.counts.duplicate, calls]).toEqual([2, 2])
  })
})

describe('an offence', () => {
  test.each([
    ['a bad signature', (post: Buffer) => flip(post, post.length - 60)],
    ['a byte left over', (post: Buffer) => Buffer.concat([post, Buffer.of(0)])],
    ['a byte short', (post: Buffer) => post.subarray(0, -1)],
    ['another version', (post: Buffer) => flip(post, 0)],
    ['nothing at all', () => Buffer.alloc(0)],
  ])('%s: the peer is banned, others notice nothing', async (_, spoil) => {
    await using stage = await RelayStage.open()
    const [forger, honest] = [await stage.peer(), await stage.peer()]
    forger.post({ bytes: spoil(stage.post('spoilt').bytes) })
    await stage.settle()
    expect(forger.isClosed).toBe(true)
    expect(bans(stage)).toEqual([['60.0.0.1', 'NET_PROTOCOL_OFFENCE']])
    honest.post(stage.post('fine'))
    await stage.settle()
    expect(stage.store.history({ limit: 10 }).messages.map(({ text }) => text)).toEqual(['fine'])
    expect(honest.valuesOf(wire.post)).toEqual([])
  })

  test('only ends the channel under the relaxed policy', async () => {
    await using stage = await RelayStage.open({ banPolicy: 'relaxed' })
    const forger = await stage.peer()
    forger.post(withBitTurned(stage.post('x'), 8 * 100))
    await stage.settle()
    expect([forger.isClosed, bans(stage)]).toEqual([true, []])
  })

  test('is one again when another peer sends the same', async () => {
    await using stage = await RelayStage.open()
    const bad = stage.post('bad')
    const forged = { ...bad, bytes: flip(bad.bytes, bad.bytes.length - 60) }
    for (const forger of await stage.crowd(2)) {
      forger.post(forged)
      await stage.settle()
    }
    expect(new Set(bans(stage).map(([target]) => target))).toEqual(new Set(['60.0.0.1', '61.0.0.1']))
    expect(stage.posts.counts.forged).toBe(2)
  })
})

describe('time', () => {
  test('a post more than 10 minutes ahead is dropped, and taken when it comes again in time', async () => {
    await using stage = await RelayStage.open()
    const peer = await stage.peer()
    const [soon, late] = [600_000, 600_001].map((ms) => stage.post(`${ms}`, { time: stage.nowMs + ms }))
    const texts = (): string[] => stage.store.history({ limit: 10 }).messages.map(({ text }) => text)
    peer.post(soon!, late!)
    await stage.settle()
    expect([texts(), stage.posts.counts.early]).toEqual([['600000'], 1])
    peer.post(late!)
    await stage.settle()
    expect([texts(), peer.isClosed]).toEqual([['600000', '600001'], false])
  })

  test('a time that no number holds is far ahead', async () => {
    await using stage = await RelayStage.open()
    const peer = await stage.peer()
    peer.post(stage.post('end of time', { time: 2n ** 64n - 1n }))
    await stage.settle()
    expect([stage.posts.counts.early, peer.isClosed]).toEqual([1, false])
  })

  test('a post older than the low-water time of its room is dropped before its signature is looked at', async () => {
    await using stage = await RelayStage.open({ quotas: { maxAgeDays: 1 }, deps: { verifier: new HeldVerifier() } })
    const peer = await stage.peer()
    peer.post(stage.post('ancient', { time: stage.nowMs - 2 * 86_400_000 }))
    await stage.settle()
    expect([stage.posts.counts.outdated, peer.isClosed]).toEqual([1, false])
  })
})

describe('back-pressure', () => {
  const MOST = CHAT_LIMITS.VERIFY_WAITING.value

  test('no more than 1,024 posts wait for verification; those that bring them wait unread, and nothing is lost', async () => {
    const verifier = new HeldVerifier()
    await using stage = await RelayStage.open({ deps: { verifier } })
    const peers = await stage.crowd(20)
    const posts = peers.flatMap((_, from) =>
      Array.from({ length: 100 }, (__, index) => stage.post(`${from} ${index}`, { room: `room${from}.${index % 2}` })),
    )
    for (const [from, peer] of peers.entries()) peer.post(...posts.slice(from * 100, (from + 1) * 100))
    await stage.settle()
    expect(verifier.waiting.length).toBeGreaterThan(MOST - 2 * peers.length)
    expect(verifier.waiting.length).toBeLessThanOrEqual(MOST)
    expect(stage.posts.counts.held).toBeGreaterThan(0)
    while (verifier.waiting.length > 0) {
      verifier.answerAll()
      await stage.settle()
    }
    expect(stage.posts.counts.stored).toBe(posts.length)
    expect(peers.filter(({ isClosed }) => isClosed)).toEqual([])
  })

  test('nothing is held any more after the stop', async () => {
    const verifier = new HeldVerifier()
    const stage = await RelayStage.open({ deps: { verifier } })
    for (const [from, peer] of (await stage.crowd(12)).entries()) {
      peer.post(...Array.from({ length: 100 }, (_, index) => stage.post(`${from} ${index}`)))
    }
    await stage.settle()
    await stage[Symbol.asyncDispose]()
    verifier.answerAll()
    await stage.settle()
    expect([stage.clock.pendingTimers, stage.posts.counts.stored]).toEqual([0, 0])
  })
})

function flip(bytes: Buffer, at: number): Buffer {
  const flipped = Buffer.from(bytes)
  flipped[at]! ^= 2
  return flipped
}
