/** What is asked of whom after a `have`. Source: docs/chat.md, *Relay*. */
import { describe, expect, test } from 'vitest'
import { CHAT_LIMITS } from '../limits.ts'
import type { FeaturedPeer } from '../testing/featured-peer.ts'
import type { RawPost } from '../testing/raw-post.ts'
import { RelayStage } from '../testing/relay-stage.ts'
import { silentHistory } from '../testing/silent-history.ts'
import { wire } from '../testing/wire-messages.ts'

const hexOf = (id: Uint8Array): string => Buffer.from(id).toString('hex')
const wanted = (peer: FeaturedPeer): string[] => peer.valuesOf(wire.want).flatMap(({ ids }) => ids.map(hexOf))
const have = (peer: FeaturedPeer, ...posts: readonly Pick<RawPost, 'id'>[]): void =>
  peer.send(wire.have, { ids: posts.map(({ id }) => id) })
const idOf = (number: number): { id: Buffer } => {
  const id = Buffer.alloc(32, 9)
  id.writeUInt32LE(number)
  return { id }
}

describe('an unknown id', () => {
  test('is waited for 150 ms, then asked of one holder, then the next each 500 ms, three in all', async () => {
    await using stage = await RelayStage.open()
    const peers = await stage.crowd(4)
    const post = stage.post('where are you')
    for (const peer of peers) have(peer, post)
    const asked = (): number[] => peers.map((peer) => wanted(peer).length)
    await stage.clock.advance(149)
    expect(asked()).toEqual([0, 0, 0, 0])
    await stage.clock.advance(1)
    expect(asked()).toEqual([1, 0, 0, 0])
    await stage.clock.advance(499)
    expect(asked()).toEqual([1, 0, 0, 0])
    await stage.clock.advance(1)
    expect(asked()).toEqual([1, 1, 0, 0])
    await stage.clock.advance(500)
    expect(asked()).toEqual([1, 1, 1, 0])
    await stage.clock.advance(60_000)
    expect(asked()).toEqual([1, 1, 1, 0])
    expect(stage.posts.counts).toMatchObject({ wanted: 3, leftToHistory: 1 })
  })

  test('is not asked of a holder of which a page is awaited, before that has ended', async () => {
    const history = silentHistory()
    let isPaging = true
    const attach: typeof history.attach = (channel) => ({
      ...history.attach(channel),
      get isPaging() {
        return isPaging
      },
    })
    await using stage = await RelayStage.open({ deps: { history: () => ({ ...history, attach }) } })
    const holder = await stage.peer()
    const post = stage.post('in the page, or not')
    have(holder, post)
    await stage.clock.advance(5_000)
    expect(wanted(holder)).toEqual([])
    isPaging = false
    await stage.clock.advance(CHAT_LIMITS.WANT_NEXT_MS.value)
    expect(wanted(holder)).toEqual([post.hex])
  })

  test('that comes meanwhile is asked of nobody', async () => {
    await using stage = await RelayStage.open()
    const [teller, sender] = await stage.crowd(2)
    const post = stage.post('on its way')
    have(teller!, post)
    await stage.clock.advance(140)
    sender!.post(post)
    await stage.clock.advance(5_000)
    expect([wanted(teller!), wanted(sender!)]).toEqual([[], []])
  })

  test('is asked of the next when its holder is gone', async () => {
    await using stage = await RelayStage.open()
    const [first, second] = await stage.crowd(2)
    const post = stage.post('gone')
    have(first!, post)
    have(second!, post)
    first!.raw.stream.destroy()
    await stage.clock.advance(150)
    expect([wanted(first!), wanted(second!)]).toEqual([[], [post.hex]])
  })

  test('is served, stored and told on as news', async () => {
    await using stage = await RelayStage.open()
    const [holder, ...others] = await stage.crowd(3)
    const post = stage.post('news')
    have(holder!.serve([post]), post)
    await stage.clock.advance(200)
    expect(stage.store.posts.holds(post.id)).toBe(true)
    expect(others.map((peer) => peer.valuesOf(wire.post).map(({ bytes }) => post.bytes.equals(bytes)))).toEqual([[true], [true]])
    expect([holder!.valuesOf(wire.post), holder!.isClosed]).toEqual([[], false])
  })

  test.each([
    ['that comes on a long way, after the time for an answer, is told on as news', false],
    ['that history asks for as well is told on as news', true],
  ])('%s', async (_, isAskedByHistory) => {
    await using stage = await RelayStage.open()
    const [holder, ...others] = await stage.crowd(3)
    const post = stage.post('from far away')
    have(holder!, post)
    await stage.clock.advance(CHAT_LIMITS.WANT_FIRST_MS.value + CHAT_LIMITS.WANT_NEXT_MS.value)
    expect([wanted(holder!), stage.posts.counts.leftToHistory]).toEqual([[post.hex], 1])
    const lacked = isAskedByHistory ? [post.id] : []
    expect(stage.postChannelTo(holder!).ask(lacked, 'history')).toBe(lacked.length)
    await stage.clock.advance(CHAT_LIMITS.ASKED_EXPIRY_MS.value - CHAT_LIMITS.WANT_NEXT_MS.value - 1)
    holder!.post(post)
    await stage.settle()
    expect(others.map((peer) => peer.valuesOf(wire.post).map(({ bytes }) => post.bytes.equals(bytes)))).toEqual([[true], [true]])
  })
})

describe('an id is not asked for', () => {
  test('when the post is stored, on its way, or was dropped by a quota', async () => {
    let isAnswering = true
    const answers: (() => void)[] = []
    const verify = (): Promise<boolean> =>
      new Promise((resolve) => {
        if (isAnswering) resolve(true)
        else answers.push(() => resolve(true))
      })
    await using stage = await RelayStage.open({ quotas: { perAuthorMinute: 1 }, deps: { verifier: { verify } } })
    const [sender, teller] = await stage.crowd(2)
    const posts = [stage.post('stored'), stage.post('dropped')]
    sender!.post(...posts)
    await stage.settle()
    expect([stage.posts.counts.stored, stage.posts.counts.outnumbered]).toEqual([1, 1])
    isAnswering = false
    const passing = stage.post('passing', { room: 'other' })
    sender!.post(passing)
    have(teller!, ...posts, passing)
    await stage.clock.advance(5_000)
    expect(wanted(teller!)).toEqual([])
    for (const answer of answers) answer()
    await stage.settle()
  })
})

describe('bounds', () => {
  test('at most 1,024 ids of one teller are wanted, and 4,096 in all; those of others are not shut out', async () => {
    await using stage = await RelayStage.open()
    const peers = await stage.crowd(6)
    for (const [from, peer] of peers.slice(0, 5).entries()) {
      for (let part = 0; part < 5; part += 1) {
        have(peer, ...Array.from({ length: 250 }, (_, index) => idOf(from * 10_000 + part * 250 + index)))
      }
    }
    await stage.clock.advance(200)
    expect(peers.map((peer) => wanted(peer).length)).toEqual([1_024, 1_024, 1_024, 1_024, 0, 0])
    expect(stage.posts.counts.leftToHistory).toBe(4 * (1_250 - 1_024) + 1_250)
    for (const peer of peers)
      for (const { ids } of peer.valuesOf(wire.want)) expect(ids.length).toBeLessThanOrEqual(CHAT_LIMITS.HAVE_IDS.value)
    // They are given up after a while, and there is room again.
    await stage.clock.advance(5_000)
    have(peers[5]!, idOf(99_999))
    await stage.clock.advance(200)
    expect(wanted(peers[5]!)).toHaveLength(1)
  })

  test('1,024 outstanding a channel and 2,500 asked for in a second', async () => {
    await using stage = await RelayStage.open()
    const channel = stage.postChannelTo(await stage.peer())
    const ids = (from: number, count: number): Buffer[] => Array.from({ length: count }, (_, index) => idOf(from + index).id)
    const ask = (from: number, count: number): number => channel.ask(ids(from, count), 'history')
    expect([ask(0, 1_000), ask(1_000, 100), ask(2_000, 1)]).toEqual([1_000, 24, 0])
    expect([channel.outstanding, channel.wasAsked(idOf(1_023).id), channel.wasAsked(idOf(1_024).id)]).toEqual([
      1_024,
      true,
      false,
    ])
    // What does not come in 30 s is no longer waited for.
    await stage.clock.advance(30_000)
    expect([channel.outstanding, channel.askRoom]).toEqual([0, 1_024])
    let asked = 0
    for (let from = 10_000; from < 20_000; from += 1_000) {
      const taken = ids(from, ask(from, 1_000))
      for (const id of taken) expect(channel.settleAsked(id, Buffer.alloc(0))).toBe('history')
      asked += taken.length
    }
    expect(asked).toBe(2_500)
    await stage.clock.advance(100)
    expect(channel.askRoom).toBe(250)
  })

  test('nothing runs on when nothing is wanted, or after the stop', async () => {
    const stage = await RelayStage.open()
    const peer = await stage.peer()
    await stage.clock.advance(1_000)
    const idle = stage.clock.pendingTimers
    have(peer, idOf(1))
    await stage.settle()
    expect(stage.clock.pendingTimers).toBe(idle + 1)
    await stage.clock.advance(2_000)
    expect(stage.clock.pendingTimers).toBe(idle)
    have(peer, idOf(2))
    await stage.settle()
    await stage[Symbol.asyncDispose]()
    expect(stage.clock.pendingTimers).toBe(0)
  })
})
