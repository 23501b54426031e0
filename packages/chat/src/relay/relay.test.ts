/** Who gets a post whole, and who is told of it. Source: docs/chat.md, *Relay*. */
import { describe, expect, test } from 'vitest'
import { CHAT_LIMITS } from '../limits.ts'
import { listenFeatured } from '../testing/featured-peer.ts'
import type { FeaturedPeer } from '../testing/featured-peer.ts'
import { bodyFor } from '../testing/raw-post.ts'
import type { RawPost } from '../testing/raw-post.ts'
import { RelayStage } from '../testing/relay-stage.ts'
import { wire } from '../testing/wire-messages.ts'

const MINUTE = 60_000

const hexOf = (id: Uint8Array): string => Buffer.from(id).toString('hex')
const idsOf = (values: readonly { readonly ids: readonly Uint8Array[] }[]): string[] =>
  values.flatMap(({ ids }) => ids.map(hexOf))
const gotWhole = (peers: readonly FeaturedPeer[], post: RawPost): number =>
  peers.filter((peer) => peer.valuesOf(wire.post).some(({ bytes }) => post.bytes.equals(bytes))).length
const wasTold = (peers: readonly FeaturedPeer[], post: RawPost): number =>
  peers.filter((peer) => idsOf(peer.valuesOf(wire.have)).includes(post.hex)).length

describe('a post of another', () => {
  test.each([
    ['1 KiB, 16 channels', 1_024, 16, { whole: 15, told: 0 }],
    ['a byte more than 1 KiB', 1_025, 16, { whole: 4, told: 11 }],
    ['17 channels', 300, 17, { whole: 4, told: 12 }],
    ['4 KiB, 3 channels', 4_096, 3, { whole: 2, told: 0 }],
  ])('%s', async (_, bytes, channels, wanted) => {
    await using stage = await RelayStage.open()
    const [from, ...others] = await stage.crowd(channels)
    const post = stage.post(bodyFor(bytes, 'x'))
    expect(post.bytes).toHaveLength(bytes)
    from!.post(post)
    await stage.clock.advance(49)
    expect([gotWhole(others, post), wasTold(others, post)]).toEqual([wanted.whole, 0])
    await stage.clock.advance(51)
    expect({ whole: gotWhole(others, post), told: wasTold(others, post) }).toEqual(wanted)
    expect([gotWhole([from!], post), wasTold([from!], post)]).toEqual([0, 0])
    expect(others.filter((peer) => gotWhole([peer], post) + wasTold([peer], post) > 1)).toEqual([])
  })

  test('the four are others each time', async () => {
    await using stage = await RelayStage.open()
    const [from, ...others] = await stage.crowd(20)
    const chosen = new Set<number>()
    for (let round = 0; round < 8; round += 1) {
      const post = stage.post(`${round}`)
      from!.post(post)
      await stage.settle()
      expect(gotWhole(others, post)).toBe(4)
      for (const [index, peer] of others.entries()) if (gotWhole([peer], post) === 1) chosen.add(index)
    }
    expect(chosen.size).toBeGreaterThan(8)
  })

  test('above 16 channels goes whole to those first that take little of this node: a crowd that floods it takes no place of others', async () => {
    let readings = 0
    await using stage = await RelayStage.open({ workMeter: { monotonicMs: () => (readings += 1) } })
    const [from, ...others] = await stage.crowd(21)
    const [quiet, loud] = [others.slice(0, 3), others.slice(3)]
    await stage.clock.advance(10_000)
    for (let round = 0; round < 4; round += 1) {
      for (let count = 0; count < 40; count += 1) {
        for (const peer of loud) peer.send(wire.have, { ids: [] })
        await stage.settle()
      }
      const post = stage.post(`${round}`)
      from!.post(post)
      await stage.settle()
      expect([gotWhole(quiet, post), gotWhole(loud, post)]).toEqual([3, 1])
    }
  })

  test('above 16 channels goes whole to one of each network first: a crowd of one network takes no place of others', async () => {
    await using stage = await RelayStage.open()
    const [from, ...others] = await stage.crowd(4)
    for (let count = 0; count < 20; count += 1) await stage.peer({}, `99.1.${count}.1`)
    for (let round = 0; round < 8; round += 1) {
      const post = stage.post(`${round}`)
      from!.post(post)
      await stage.settle()
      expect([gotWhole(others, post), gotWhole(stage.peers.slice(4), post)]).toEqual([3, 1])
    }
  })

  test('is stored before it is sent', async () => {
    await using stage = await RelayStage.open()
    const [from, other] = await stage.crowd(2)
    const post = stage.post('first here')
    stage.store.posts.onCommitted(() => expect(other!.valuesOf(wire.post)).toEqual([]))
    from!.post(post)
    await stage.settle()
    expect([stage.store.posts.holds(post.id), gotWhole([other!], post)]).toEqual([true, 1])
  })

  test('goes to nobody who sent it or told of it meanwhile', async () => {
    await using stage = await RelayStage.open()
    const [first, second, third, fourth] = await stage.crowd(4)
    const post = stage.post('everywhere')
    third!.send(wire.have, { ids: [post.id] })
    first!.post(post)
    second!.post(post)
    await stage.clock.advance(100)
    expect([first!, second!, third!, fourth!].map((peer) => gotWhole([peer], post) + wasTold([peer], post))).toEqual([0, 0, 0, 1])
  })

  test('that a quota dropped, and one that came before, go to nobody', async () => {
    await using stage = await RelayStage.open({ quotas: { perAuthorMinute: 1 } })
    const [from, other] = await stage.crowd(2)
    const posts = [stage.post('one'), stage.post('two')].sort((a, b) => a.id.compare(b.id))
    from!.post(...posts, ...posts)
    await stage.clock.advance(100)
    expect(posts.map((post) => gotWhole([other!], post) + wasTold([other!], post))).toEqual([1, 0])
  })

  test('many ids are told of in one message', async () => {
    await using stage = await RelayStage.open()
    const [from, ...others] = await stage.crowd(17)
    from!.post(...Array.from({ length: 40 }, (_, index) => stage.post(`${index}`)))
    await stage.clock.advance(100)
    for (const peer of others) {
      const { length } = idsOf(peer.valuesOf(wire.have))
      expect(length + peer.valuesOf(wire.post).length).toBe(40)
      expect(peer.valuesOf(wire.have).length).toBeLessThanOrEqual(2)
    }
  })
})

describe('two channels to one remote', () => {
  const HOST = '50.0.0.1'
  const URL = `tcp://${HOST}:26661/`
  const says = { version: { extSendAddr: [URL] } }

  /** A node that has dialled a peer, and was dialled by it; by one that only says that it is that peer; and by another. */
  async function doubled(): Promise<{
    stage: RelayStage
    dialled: FeaturedPeer
    inbound: FeaturedPeer
    liar: FeaturedPeer
    other: FeaturedPeer
  }> {
    const stage = await RelayStage.open()
    const listening = listenFeatured(stage.net.network.transport(HOST), URL, { clock: stage.clock })
    const listener = await stage.net.settle(listening)
    const inbound = await stage.peer(says, HOST)
    await stage.net.settle(stage.node.p2p.connect(URL))
    await stage.settle()
    const [liar, other] = [await stage.peer(says), await stage.peer()]
    return { stage, dialled: listener.peers[0]!, inbound, liar, other }
  }

  const got = (peers: readonly FeaturedPeer[], post: RawPost): string[] =>
    peers.map((peer) => (gotWhole([peer], post) === 1 ? 'whole' : wasTold([peer], post) === 1 ? 'told' : 'nothing'))

  test('bring news whole once, on the one that was dialled; who only says that he is there is another', async () => {
    const { stage, dialled, inbound, liar, other } = await doubled()
    await using _ = stage
    const [news, old] = [stage.post('news'), stage.post('old', { time: stage.nowMs - 11 * MINUTE })]
    other.post(news, old)
    await stage.clock.advance(100)
    expect(got([dialled, inbound, liar], news)).toEqual(['whole', 'told', 'whole'])
    expect(got([dialled, inbound, liar], old)).toEqual(['whole', 'whole', 'whole'])
  })

  test('have what one of them brought only told of on the other; what a liar brought first is sent', async () => {
    const { stage, dialled, inbound, liar, other } = await doubled()
    await using _ = stage
    const [byInbound, byDialled, byLiar] = ['inbound', 'dialled', 'liar'].map((from) => stage.post(from))
    inbound.post(byInbound!)
    dialled.post(byDialled!)
    liar.post(byLiar!)
    await stage.clock.advance(100)
    expect(got([dialled, liar, other], byInbound!)).toEqual(['told', 'whole', 'whole'])
    expect(got([inbound, liar, other], byDialled!)).toEqual(['told', 'whole', 'whole'])
    expect(got([dialled, inbound, other], byLiar!)).toEqual(['whole', 'told', 'whole'])
  })

  test('are one again when the one that was dialled is gone', async () => {
    const { stage, dialled, inbound, other } = await doubled()
    await using _ = stage
    dialled.raw.stream.destroy()
    await stage.settle()
    const post = stage.post('alone')
    other.post(post)
    await stage.clock.advance(100)
    expect(got([inbound], post)).toEqual(['whole'])
  })
})

describe('an old post', () => {
  test('is told of up to 10 minutes after it was written, no longer', async () => {
    await using stage = await RelayStage.open()
    const [from, ...others] = await stage.crowd(17)
    const [young, old] = [10 * MINUTE - 100, 10 * MINUTE + 1].map((ms) => stage.post(`${ms}`, { time: stage.nowMs - ms }))
    from!.post(young!, old!)
    await stage.clock.advance(90)
    expect([gotWhole(others, young!), wasTold(others, young!)]).toEqual([4, 12])
    expect([gotWhole(others, old!), wasTold(others, old!)]).toEqual([4, 0])
  })

  test('is no news on a channel on which sets are compared, unless it is young', async () => {
    await using stage = await RelayStage.open()
    const [from, other] = await stage.crowd(2)
    from!.send(wire.sync, { session: 1, room: 'dchat', since: 0, until: 1, frame: Buffer.from('a') })
    const [gap, news] = [stage.post('gap', { time: stage.nowMs - 11 * MINUTE }), stage.post('news')]
    from!.post(gap, news)
    await stage.settle()
    expect([gap, news].map((post) => [stage.store.posts.holds(post.id), gotWhole([other!], post)])).toEqual([
      [true, 0],
      [true, 1],
    ])
    await stage.clock.advance(10 * MINUTE)
    const later = stage.post('later', { time: stage.nowMs - 11 * MINUTE })
    from!.post(later)
    await stage.settle()
    expect(gotWhole([other!], later)).toBe(1)
  })

  test('that history asked for is sent to nobody', async () => {
    await using stage = await RelayStage.open()
    const [from, other] = await stage.crowd(2)
    const post = stage.post('asked for')
    expect(stage.postChannelTo(from!).ask([post.id], 'history')).toBe(1)
    from!.post(post)
    await stage.clock.advance(100)
    expect([stage.store.posts.holds(post.id), gotWhole([other!], post), wasTold([other!], post)]).toEqual([true, 0, 0])
  })
})

describe('what a channel is sent unasked', () => {
  const BURST = CHAT_LIMITS.UNASKED_SENT_BURST.value
  const RATE = CHAT_LIMITS.UNASKED_SENT_PER_SEC.value
  const KEPT = CHAT_LIMITS.UNASKED_KEPT.value

  test('is a burst of 150 posts and 16 a second; the rest it is told of', async () => {
    await using stage = await RelayStage.open()
    // As many as one peer may bring at once, twice.
    const [first, second, other] = await stage.crowd(3)
    const posts = Array.from({ length: 200 }, (_, index) => stage.post(`${index}`, { room: `r${index % 5}` }))
    first!.post(...posts.slice(0, 100))
    second!.post(...posts.slice(100))
    await stage.settle()
    const own = Array.from({ length: 40 }, (_, index) => ({ room: `r${index % 5}`, kind: 0, body: `own ${index}` }))
    const publishAll = (): Promise<unknown> => stage.net.settle(Promise.all(own.map((draft) => stage.posts.publish(draft))))
    await publishAll()
    await stage.clock.advance(100)
    const { length } = other!.valuesOf(wire.post)
    expect(length).toBeGreaterThanOrEqual(BURST)
    expect(length).toBeLessThanOrEqual(BURST + 2)
    expect(idsOf(other!.valuesOf(wire.have))).toHaveLength(240 - length)
    await stage.clock.advance(1_000)
    other!.received.length = 0
    await publishAll()
    await stage.clock.advance(60)
    expect(other!.valuesOf(wire.post).length).toBeGreaterThanOrEqual(RATE)
    expect(other!.valuesOf(wire.post).length).toBeLessThanOrEqual(RATE + 3)
  })

  test('is kept in part for own posts and those of channels that brought fewer lately: a flood leaves 50', async () => {
    await using stage = await RelayStage.open()
    const [flooder, quiet, other] = await stage.crowd(3)
    flooder!.post(...Array.from({ length: 190 }, (_, index) => stage.post(`flood ${index}`, { room: `r${index % 5}` })))
    await stage.clock.advance(100)
    expect(other!.valuesOf(wire.post).length).toBeLessThanOrEqual(BURST - KEPT + 2)
    const lines = Array.from({ length: 20 }, (_, index) => stage.post(`line ${index}`))
    quiet!.post(...lines)
    await stage.settle()
    expect(lines.map((line) => gotWhole([other!], line))).toEqual(lines.map(() => 1))
    const before = other!.valuesOf(wire.post).length
    await stage.net.settle(stage.posts.publish({ room: 'dchat', kind: 0, body: 'of this node' }))
    expect(other!.valuesOf(wire.post)).toHaveLength(before + 1)
    // What nobody took comes back to the flooder.
    await stage.clock.advance(5_000)
    const later = Array.from({ length: 20 }, (_, index) => stage.post(`later flood ${index}`))
    flooder!.post(...later)
    await stage.settle()
    expect(later.filter((post) => gotWhole([other!], post) === 1).length).toBeGreaterThan(4)
  })

  test('is only told of while more than 256 KiB wait for it, and of no more than 1,024', async () => {
    await using stage = await RelayStage.open()
    const other = await stage.peer()
    const channel = stage.postChannelTo(other)
    const asked = { asked: true }
    const ids = Array.from({ length: 1_200 }, (_, index) => stage.post(`${index}`).id)
    other.raw.stream.pause()
    while (channel.channel.queuedBytes < CHAT_LIMITS.RELAY_QUEUE_BYTES.value) {
      expect(channel.sendWhole(Buffer.alloc(8_000), ids[0]!, asked)).toBe(true)
    }
    expect(channel.sendWhole(Buffer.alloc(300), ids[1]!, { asked: false })).toBe(false)
    expect(
      ids
        .slice(1)
        .map((id) => channel.announce(id))
        .filter(Boolean),
    ).toHaveLength(1_024)
    expect([channel.sendHaves(), stage.posts.counts.leftToHistory]).toEqual([true, 1_199 - 1_024])
    other.raw.stream.resume()
    await stage.settle()
    expect([channel.sendHaves(), channel.sendHaves()]).toEqual([false, false])
    await stage.settle()
    expect(other.valuesOf(wire.have).map(({ ids: told }) => told.length)).toEqual([256, 256, 256, 256])
  })
})
