/** Own posts: written, kept without a peer, sent, delivered, sent again, taken back. Source: docs/chat.md, *Post* and *Relay*. */
import type { Channel } from '@dchat/net'
import type { CommittedPost, Delivery, MessageStore } from '@dchat/store'
import { RawPeer, handshakeFrames } from '@dchat/net/testing'
import { describe, expect, test } from 'vitest'
import type { HistoryHandler, HistoryHost } from '../history/history-peer.ts'
import { CHAT_LIMITS } from '../limits.ts'
import { decodePost } from '../post/decode-post.ts'
import type { Post } from '../post/post.ts'
import type { FeaturedPeer } from '../testing/featured-peer.ts'
import { bodyFor } from '../testing/raw-post.ts'
import { RelayStage } from '../testing/relay-stage.ts'
import { silentHistory } from '../testing/silent-history.ts'
import { WIRE_MESSAGES, wire } from '../testing/wire-messages.ts'

const say = (stage: RelayStage, body: string, room = 'dchat'): Promise<CommittedPost> =>
  stage.net.settle(stage.posts.publish({ room, kind: 0, body }))
const got = (peer: FeaturedPeer): string[] => peer.valuesOf(wire.post).map(({ bytes }) => decodePost(Buffer.from(bytes)).body)
const haveOf = (peer: FeaturedPeer, { post }: CommittedPost): void => peer.send(wire.have, { ids: [post.id] })

function deliveryOf(store: MessageStore, { line }: CommittedPost): Delivery | null {
  return store.history({ limit: 1_000 }).messages.find(({ seq }) => seq === line!.seq)!.delivery
}

describe('writing', () => {
  test('resolves with the line once it is durable, and says how far it came', async () => {
    await using stage = await RelayStage.open()
    const alone = await say(stage, 'alone')
    expect(alone.line).toMatchObject({
      text: 'alone',
      own: true,
      room: 'dchat',
      delivery: { state: 'stored', written: 0, held: 0 },
    })
    await stage.crowd(3)
    const heard = await say(stage, 'heard')
    expect(heard.line).toMatchObject({ text: 'heard', delivery: { state: 'sent', written: 3, held: 0 } })
    const { signer } = stage
    expect(decodePost(stage.store.posts.read([heard.post.id])[0]!)).toMatchObject({
      author: signer.key,
      time: stage.nowMs,
      kind: 0,
    })
  })

  test('a post whole to everybody, however long it is and however many they are', async () => {
    await using stage = await RelayStage.open()
    const peers = await stage.crowd(18)
    await say(stage, bodyFor(4_000, 'long'))
    await stage.settle()
    expect(peers.map((peer) => got(peer).length)).toEqual(peers.map(() => 1))
  })

  test('each post comes after those of the room that were there, and after the own ones of the same moment', async () => {
    await using stage = await RelayStage.open()
    const peer = await stage.peer()
    const theirs = [0, 5, 700].map((ms) => stage.post(`${ms}`, { time: stage.nowMs + ms }))
    peer.post(...theirs)
    await stage.settle()
    const { nowMs } = stage
    const written = await stage.net.settle(
      Promise.all(['a', 'b', 'c', 'd'].map((body) => stage.posts.publish({ room: 'dchat', kind: 0, body }))),
    )
    const posts = written.map(({ post }) => decodePost(post.bytes))
    expect(posts.map(({ time }) => time - nowMs)).toEqual([0, 1, 2, 3])
    // Of the others, the one that lies after our clock is not named.
    expect(posts[0]!.parents.map(hex)).toEqual([theirs[1]!, theirs[0]!].map(({ id }) => id.toString('hex')))
    for (const [index, post] of posts.slice(1).entries()) expect(post.parents[0]!.equals(posts[index]!.id)).toBe(true)
    const lines = stage.store.history({ limit: 10 }).messages.map(({ text }) => text)
    expect(lines).toEqual(['0', '5', 'a', 'b', 'c', 'd', '700'])
  })

  test('at most 8 parents are named, the newest', async () => {
    await using stage = await RelayStage.open()
    const posts: Post[] = []
    for (let index = 0; index < 12; index += 1) {
      posts.push(decodePost((await say(stage, `${index}`)).post.bytes))
      await stage.clock.advance(10)
    }
    const { parents } = decodePost((await say(stage, 'last')).post.bytes)
    expect(parents.map(hex)).toEqual(
      posts
        .slice(-8)
        .reverse()
        .map(({ id }) => hex(id)),
    )
  })

  test('a clock that was set back by more than a minute is believed', async () => {
    await using stage = await RelayStage.open()
    const first = await say(stage, 'first')
    Object.defineProperty(stage.clock, 'nowMs', { value: () => first.post.time - 3_600_000 })
    expect((await say(stage, 'second')).post.time).toBe(first.post.time - 3_600_000)
  })

  test('what breaks the grammar, and a 61st of a minute, is refused and nothing is stored', async () => {
    await using stage = await RelayStage.open()
    await expect(stage.posts.publish({ room: 'No Room', kind: 0, body: 'x' })).rejects.toMatchObject({
      code: 'CHAT_POST_MALFORMED',
    })
    const minute = stage.nowMs - (stage.nowMs % 60_000) + 60_000
    await stage.clock.advance(minute - stage.nowMs)
    for (let index = 0; index < 60; index += 1) await say(stage, `${index}`)
    await expect(stage.posts.publish({ room: 'dchat', kind: 0, body: 'too many' })).rejects.toMatchObject({
      code: 'CHAT_POST_REFUSED',
      data: { room: 'dchat', reason: 'outnumbered' },
    })
    expect((await say(stage, 'elsewhere', 'other')).fate).toBe('stored')
    expect(stage.store.history({ limit: 1_000, room: 'dchat' }).messages).toHaveLength(60)
    await stage.clock.advance(60_000)
    expect((await say(stage, 'next minute')).fate).toBe('stored')
  })

  test('a post of a room that is not kept is refused', async () => {
    await using stage = await RelayStage.open({ keep: 'joined' })
    await expect(stage.net.settle(stage.posts.publish({ room: 'other', kind: 0, body: 'x' }))).rejects.toMatchObject({
      code: 'CHAT_POST_REFUSED',
      data: { room: 'other', reason: 'unkept' },
    })
  })
})

describe('without a peer', () => {
  test('posts are kept, and go to the first that comes, within the budget for unasked posts', async () => {
    await using stage = await RelayStage.open()
    const written: CommittedPost[] = []
    for (let index = 0; index < 180; index += 1) written.push(await say(stage, `${index}`, `r${index % 4}`))
    const peer = await stage.peer()
    await stage.clock.advance(100)
    expect(got(peer)).toEqual(written.slice(0, got(peer).length).map(({ post }) => post.body))
    expect(got(peer).length).toBeGreaterThanOrEqual(150)
    expect(got(peer).length + peer.valuesOf(wire.have).flatMap(({ ids }) => ids).length).toBe(180)
  })

  test('they go there after a restart too', async () => {
    await using first = await RelayStage.open()
    const written = await say(first, 'kept')
    await first.net.settle(first.posts.stop())
    await using stage = await RelayStage.open({ store: first.store, net: first.net })
    const peer = await stage.peer()
    await stage.clock.advance(100)
    expect(got(peer)).toEqual(['kept'])
    expect(deliveryOf(stage.store, written)).toEqual({ state: 'sent', written: 1, held: 0 })
  })

  test('a post that makes no line goes too', async () => {
    await using stage = await RelayStage.open()
    await stage.net.settle(stage.posts.publishProfile('ann'))
    const peer = await stage.peer()
    await stage.settle()
    expect(got(peer)).toEqual(['ann'])
  })

  test('who comes second is not sent what was sent', async () => {
    await using stage = await RelayStage.open()
    await say(stage, 'once')
    const [first, second] = await stage.crowd(2)
    await stage.settle()
    expect([got(first!), got(second!)]).toEqual([['once'], []])
  })

  test('of much that nobody got a channel that opens gets the newest; the rest is left to pages and repairs', async () => {
    await using stage = await RelayStage.open()
    for (let index = 0; index < 40; index += 1) {
      await say(stage, `${index} ${bodyFor(4_000, 'long')}`)
      await stage.clock.advance(2_000)
    }
    const peer = await stage.peer()
    await stage.settle()
    const numbers = got(peer).map((body) => Number(body.split(' ')[0]))
    expect(numbers).toEqual(Array.from({ length: 15 }, (_, index) => 25 + index))
  })

  test('everybody who comes is told a nick that no repair looks at yet, and nobody an older one', async () => {
    await using stage = await RelayStage.open()
    await stage.net.settle(stage.posts.publishProfile('ann'))
    const early = await stage.crowd(2)
    await stage.settle()
    await stage.clock.advance(CHAT_LIMITS.OWN_FRESH_MS.value + 1)
    const [late] = await stage.crowd(1)
    await stage.settle()
    expect([...early, late!].map(got)).toEqual([['ann'], ['ann'], []])
  })
})

describe('delivery', () => {
  test('counts channels written to and peers that hold it, and is told as it changes', async () => {
    await using stage = await RelayStage.open()
    const told: Delivery[] = []
    const [first, second, third] = await stage.crowd(3)
    const written = await say(stage, 'hey')
    stage.store.onDelivery((seq, delivery) => {
      if (seq === written.line!.seq) told.push(delivery)
    })
    await stage.clock.advance(100)
    haveOf(first!, written)
    await stage.clock.advance(100)
    second!.post(written.post)
    first!.send(wire.have, { ids: [written.post.id] })
    await stage.clock.advance(100)
    const late = await stage.peer()
    late.send(wire.want, { ids: [written.post.id] })
    late.send(wire.want, { ids: [written.post.id] })
    await stage.clock.advance(100)
    const { seq } = written.line!
    const mirrored = [901, 902].map(
      (id) => ({ info: { id, url: `tcp://9.0.0.1:${id}/` }, clock: stage.clock }) as unknown as Channel,
    )
    for (const channel of mirrored) stage.posts.noteWritten(seq, channel)
    expect(stage.posts.deliveryOf(seq)).toEqual({ state: 'held', written: 6, held: 2 })
    await stage.clock.advance(100)
    const { peers, isComplete } = stage.posts.reachOf(seq)
    expect(isComplete).toBe(true)
    expect(peers.map(({ state }) => state).toSorted()).toEqual(['held', 'held', 'written', 'written', 'written', 'written'])
    expect(peers.slice(-2)).toEqual(
      mirrored.map(({ info: { id, url } }) => ({ url, channelId: id, state: 'written', atMs: stage.clock.nowMs() - 100 })),
    )
    expect(told).toEqual([
      { state: 'sent', written: 3, held: 0 },
      { state: 'held', written: 3, held: 1 },
      { state: 'held', written: 3, held: 2 },
      { state: 'held', written: 4, held: 2 },
      { state: 'held', written: 6, held: 2 },
    ])
    expect(got(third!)).toEqual(['hey'])
  })

  test('of a retraction is not that of the line it takes back', async () => {
    await using stage = await RelayStage.open()
    const written = await say(stage, 'oops')
    const [first] = await stage.crowd(1)
    await stage.clock.advance(100)
    haveOf(first!, written)
    await stage.crowd(2)
    await stage.net.settle(stage.posts.publish({ room: 'dchat', kind: 4, body: written.post.id.toString('hex') }))
    await stage.clock.advance(100)
    expect(deliveryOf(stage.store, written)).toEqual({ state: 'held', written: 1, held: 1 })
    expect(got(first!)).toEqual(['oops', written.post.id.toString('hex')])
  })

  test('one commit notes what many peers tell at once', async () => {
    await using stage = await RelayStage.open()
    const peers = await stage.crowd(10)
    const written = await say(stage, 'hey')
    await stage.clock.advance(100)
    let told = 0
    stage.store.onDelivery(() => (told += 1))
    for (const peer of peers) haveOf(peer, written)
    await stage.clock.advance(100)
    expect([told, deliveryOf(stage.store, written)]).toEqual([1, { state: 'held', written: 10, held: 10 }])
  })

  test('two channels of one peer are one peer', async () => {
    await using stage = await RelayStage.open()
    const written = await say(stage, 'hey')
    const own = ['tcp://90.0.0.1:1/'] as const
    for (let count = 0; count < 2; count += 1) {
      const transport = stage.net.network.transport(`9${count}.0.0.2`)
      const stream = await stage.net.settle(transport.dial(stage.node.url, { signal: new AbortController().signal }))
      const peer = new RawPeer(stream, { clock: stage.clock, onMessage: () => {}, messages: WIRE_MESSAGES }).open()
      peer.send(handshakeFrames({ features: [['dchat.posts', 1]], extSendAddr: [...own] }))
      await stage.settle()
      peer.sendMessage(wire.have, { ids: [written.post.id] })
      await stage.clock.advance(100)
    }
    expect(deliveryOf(stage.store, written)).toMatchObject({ state: 'held', held: 1 })
  })

  test('goes on from what was stored after a restart', async () => {
    const first = await RelayStage.open()
    const store = first.store
    await first.crowd(2)
    const written = await say(first, 'hey')
    await first.clock.advance(100)
    haveOf(first.peers[0]!, written)
    await first.clock.advance(100)
    await first.net.settle(first.posts.stop())
    {
      await using stage = await RelayStage.open({ store, net: first.net })
      const peers = await stage.crowd(3)
      await stage.clock.advance(100)
      expect(deliveryOf(store, written)).toEqual({ state: 'held', written: 2, held: 1 })
      peers[2]!.send(wire.want, { ids: [written.post.id] })
      for (const peer of peers.slice(0, 2)) haveOf(peer, written)
      await stage.clock.advance(100)
      expect(deliveryOf(store, written)).toEqual({ state: 'held', written: 3, held: 2 })
    }
    await first[Symbol.asyncDispose]()
  })

  test('a finished reconciliation shows what the other side holds, but for what it lacked', async () => {
    const hosts: HistoryHost[] = []
    const history = (host: HistoryHost): HistoryHandler => {
      hosts.push(host)
      return silentHistory()
    }
    await using stage = await RelayStage.open({ deps: { history } })
    const before = await say(stage, 'before')
    await stage.clock.advance(1_000)
    const since = stage.nowMs
    const [held, lacked, elsewhere] = [
      await say(stage, 'held'),
      await say(stage, 'lacked'),
      await say(stage, 'elsewhere', 'other'),
    ]
    await stage.store.rooms.join('other')
    await stage.peer()
    await stage.clock.advance(100)
    const lackedIds = [lacked.post.id]
    hosts[0]!.noteReconciled(stage.posts.channels[0]!, { room: 'dchat', since, until: stage.nowMs, lacked: lackedIds })
    await stage.clock.advance(100)
    expect([before, held, lacked].map((one) => deliveryOf(stage.store, one)!.state)).toEqual(['sent', 'held', 'sent'])
    expect(elsewhere.fate).toBe('stored')
  })
})

describe('a line', () => {
  test('is sent again to those who are not known to hold it', async () => {
    await using stage = await RelayStage.open()
    const written = await say(stage, 'again')
    const [first] = await stage.crowd(1)
    await stage.clock.advance(100)
    const second = await stage.peer()
    expect([got(first!), got(second)]).toEqual([['again'], []])
    stage.posts.retry(written.line!.seq)
    await stage.clock.advance(100)
    expect([got(first!), got(second)]).toEqual([['again'], ['again']])
    expect(deliveryOf(stage.store, written)).toEqual({ state: 'sent', written: 2, held: 0 })
  })

  test('can be taken back while nobody was sent it', async () => {
    await using stage = await RelayStage.open()
    const [kept, cancelled] = [await say(stage, 'kept'), await say(stage, 'cancelled')]
    stage.posts.cancel(cancelled.line!.seq)
    expect(deliveryOf(stage.store, cancelled)).toEqual({ state: 'failed', written: 0, held: 0 })
    const peer = await stage.peer()
    peer.send(wire.want, { ids: [cancelled.post.id] })
    await stage.clock.advance(100)
    expect(got(peer)).toEqual(['kept'])
    expect(stage.store.pending()).toEqual([])
    const { seq } = kept.line!
    expect(() => stage.posts.cancel(seq)).toThrow(
      expect.objectContaining({ code: 'CHAT_ALREADY_SENT', data: { seq, written: 1, held: 0 } }),
    )
    for (const unknown of [cancelled.line!.seq, 4_711]) {
      expect(() => stage.posts.cancel(unknown)).toThrow(expect.objectContaining({ code: 'CHAT_NO_OWN_POST' }))
      expect(() => stage.posts.retry(unknown)).toThrow(expect.objectContaining({ code: 'CHAT_NO_OWN_POST' }))
    }
  })

  test('that was taken back stays so after a restart', async () => {
    await using first = await RelayStage.open()
    const cancelled = await say(first, 'cancelled')
    first.posts.cancel(cancelled.line!.seq)
    await first.net.settle(first.posts.stop())
    await using stage = await RelayStage.open({ store: first.store, net: first.net })
    const peer = await stage.peer()
    await stage.clock.advance(100)
    expect([got(peer), stage.store.posts.holds(cancelled.post.id)]).toEqual([[], false])
  })
})

function hex(bytes: Buffer): string {
  return bytes.toString('hex')
}
