/** What a hostile or broken peer gains from the commands of history: nothing that lasts. Wire: docs/chat.md, *History*. */
import { hash } from 'node:crypto'
import { LocalNet } from '@dchat/net/testing'
import { openStore } from '@dchat/store'
import { silentLogger } from '@dchat/system'
import { expect, test } from 'vitest'
import type { FeaturedListener, FeaturedPeer } from '../testing/featured-peer.ts'
import { listenFeatured } from '../testing/featured-peer.ts'
import { heldIds, holdPosts, postSeries } from '../testing/held-posts.ts'
import { MODE, idList, rawFrame } from '../testing/raw-negentropy.ts'
import { rawPost } from '../testing/raw-post.ts'
import type { RawPost } from '../testing/raw-post.ts'
import { RelayStage } from '../testing/relay-stage.ts'
import { SeededSigner } from '../testing/seeded-signer.ts'
import { wire } from '../testing/wire-messages.ts'
import { HISTORY_LIMITS } from './history-limits.ts'

const LIMITS = HISTORY_LIMITS
const HOUR = 3_600_000
const URL = 'tcp://50.0.0.1:26661/'
const EQUAL = rawFrame()

/** What a peer answers; nothing by default. */
interface Manners {
  /** @default silence */
  page?(request: number, room: string, peer: FeaturedPeer): void
  /** The frame of an answer; undefined: none. @default the two sides are equal */
  sync?(room: string, frames: number): Buffer | undefined
  /** Rooms it says it has. @default none */
  rooms?: readonly (readonly [string, number, number, number])[]
}

type Sync = { session: number; room: string; since: number; until: number; frame: Uint8Array }

/** A node that has dialled a peer in the hands of a test. */
class Rig implements AsyncDisposable {
  readonly stage: RelayStage
  readonly #listener: FeaturedListener

  private constructor(stage: RelayStage, listener: FeaturedListener) {
    this.stage = stage
    this.#listener = listener
  }

  static async open(manners: Manners = {}, held: readonly RawPost[] = []): Promise<Rig> {
    const net = new LocalNet()
    const store = openStore({ path: ':memory:', clock: net.clock, logger: silentLogger })
    await net.settle(holdPosts(store, held))
    const stage = await RelayStage.open({ net, store })
    let frames = 0
    const listener = await stage.net.settle(
      listenFeatured(stage.net.network.transport('50.0.0.1'), URL, {
        clock: stage.clock,
        onMessage: ({ command, value }, peer) => {
          if (command === 'version') stage.clock.defer(() => peer.send(wire.rooms, { rooms: manners.rooms ?? [] }))
          if (command === 'page') {
            const { request, room } = value as { request: number; room: string }
            manners.page?.(request, room, peer)
          }
          if (command === 'sync') {
            const request = value as Sync
            // The sessions of who dialled have even numbers; what is odd is an answer.
            if (request.session % 2 > 0) return
            frames += 1
            const frame = manners.sync === undefined ? EQUAL : manners.sync(request.room, frames)
            if (frame !== undefined) peer.send(wire.sync, { ...request, frame })
          }
        },
      }),
    )
    await stage.net.settle(stage.node.p2p.connect(URL))
    return new Rig(stage, listener)
  }

  get peer(): FeaturedPeer {
    return this.#listener.peers[0]!
  }

  get counts() {
    return this.stage.posts.historyCounts
  }

  advance(ms: number): Promise<void> {
    return this.stage.clock.advance(ms)
  }

  requests(room: string): Sync[] {
    return this.peer.valuesOf(wire.sync).filter((each) => each.room === room)
  }

  /** Whether the peer is still there, and was not banned. */
  get isAtPeace(): boolean {
    return !this.peer.isClosed && this.stage.node.p2p.hosts.bans.list().length === 0
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stage[Symbol.asyncDispose]()
    await this.stage.net.settle(this.stage.store.close())
    await this.#listener.close()
  }
}

const full = (rig: { nowMs: number }, room = 'dchat') => [room, rig.nowMs, 0, 100_000] as const

test.each([
  [
    'are empty, with more to follow',
    (request: number, peer: FeaturedPeer) => peer.send(wire.pageend, { request, count: 0, more: true }),
  ],
  ['count more than came', (request: number, peer: FeaturedPeer) => peer.send(wire.pageend, { request, count: 7, more: true })],
])('pages that %s end the room with that peer', async (_, answer) => {
  const rooms = [full({ nowMs: 1_795_000_000_000 })]
  await using rig = await Rig.open({ rooms, page: (request, _room, peer) => answer(request, peer) })
  await rig.advance(10_000)
  expect(rig.peer.valuesOf(wire.page)).toHaveLength(1)
  expect([rig.counts.pageFaults, rig.counts.repairs, rig.isAtPeace]).toEqual([1, 1, true])
})

test('a page that never ends is given up after 30 seconds, whatever trickles in, and its posts are not unasked', async () => {
  const posts = postSeries({ count: LIMITS.PAGE_POSTS.value + 5, fromMs: 1_795_000_000_000 - HOUR }).toReversed()
  await using rig = await Rig.open({
    rooms: [full({ nowMs: 1_795_000_000_000 })],
    page: (_request, _room, peer) => peer.post(...posts),
  })
  await rig.advance(1_000)
  expect(heldIds(rig.stage.store, 'dchat')).toHaveLength(posts.length)
  expect([rig.stage.posts.counts.throttled, rig.stage.posts.progress.state]).toEqual([0, 'paging'])
  await rig.advance(LIMITS.PAGE_IDLE_MS.value)
  expect(rig.stage.posts.progress.state).toBe('idle')
  expect([rig.counts.pageFaults, rig.counts.repairs, rig.isAtPeace]).toEqual([1, 1, true])
})

test('pages of a post each are taken eight times, and one that comes in drops is over after a minute', async () => {
  const posts = postSeries({ count: 100, fromMs: 1_795_000_000_000 - HOUR }).toReversed()
  let sent = 0
  const one: Manners = {
    rooms: [full({ nowMs: 1_795_000_000_000 })],
    page: (request, _room, peer) => {
      peer.post(posts[sent++]!)
      peer.send(wire.pageend, { request, count: 1, more: true })
    },
  }
  await using short = await Rig.open(one)
  await short.advance(10_000)
  expect(short.peer.valuesOf(wire.page)).toHaveLength(LIMITS.PAGES_SHORT.value)
  await using slow = await Rig.open({ rooms: one.rooms! })
  for (const post of posts.slice(0, 40)) {
    slow.peer.post(post)
    await slow.advance(2_000)
  }
  expect([slow.counts.pageFaults, slow.isAtPeace]).toEqual([1, true])
})

test('the end of a page that nobody asked for means nothing', async () => {
  await using rig = await Rig.open()
  for (let request = 0; request < 100; request += 1) rig.peer.send(wire.pageend, { request, count: 200, more: true })
  await rig.advance(1_000)
  expect([rig.counts.strayPageEnds, rig.counts.pages, rig.isAtPeace]).toEqual([100, 0, true])
})

test('rooms from the end of time, against the grammar and without end cost nothing that lasts', async () => {
  await using rig = await Rig.open({
    page: (request, _room, peer) => peer.send(wire.pageend, { request, count: 0, more: false }),
  })
  for (let message = 0; message < 60; message += 1) {
    const rooms = Array.from(
      { length: 128 },
      (_, index) => [`r${message}.${index}`, 2 ** 52, 0, 4_000_000_000] as [string, number, number, number],
    )
    rooms[0] = ['No Such Room!', 1, 1, 1]
    rig.peer.send(wire.rooms, { rooms })
  }
  await rig.advance(60_000)
  const asked = rig.peer.valuesOf(wire.page)
  expect([asked.length <= LIMITS.ROOMS_HEARD.value, rig.counts.hastyRooms, rig.isAtPeace]).toEqual([true, 51, true])
  expect(asked.every(({ room }) => room.startsWith('r'))).toBe(true)
  expect(rig.stage.posts.progress.state).toBe('idle')
})

test('who claims posts that it does not have is waited for 30 seconds, then left alone for 10 minutes if there are others', async () => {
  const claimed = idList(Array.from({ length: 500 }, (_, index) => hash('sha256', `${index}`, 'buffer')))
  await using rig = await Rig.open({ sync: () => rawFrame(['infinity', MODE.ids, claimed]) })
  const repaired: string[] = []
  rig.stage.posts.events.subscribe('repaired', (room) => repaired.push(room))
  await rig.advance(1_000)
  expect(rig.counts).toMatchObject({ sessions: 3, failedSessions: 0 })
  expect(rig.stage.posts.progress).toMatchObject({ state: 'reconciling', received: 0 })
  await rig.advance(LIMITS.SYNC_IDLE_MS.value)
  expect(rig.counts).toMatchObject({ sessions: 3, finishedSessions: 2, failedSessions: 1 })
  expect(repaired).toEqual([])
  expect([rig.stage.posts.progress.state, rig.isAtPeace]).toEqual(['idle', true])
  const wants = rig.peer.valuesOf(wire.want).reduce((sum, { ids }) => sum + ids.length, 0)
  expect(wants).toBe(500)
})

test('who sends what it claims in drops is left alone after 10 minutes', async () => {
  const posts = postSeries({ count: 100, fromMs: 1_795_000_000_000 - HOUR })
  const claimed = rawFrame(['infinity', MODE.ids, idList(posts.map(({ id }) => id))])
  await using rig = await Rig.open({ sync: (room) => (room === 'dchat' ? claimed : EQUAL) })
  for (const post of posts) {
    await rig.advance(20_000)
    if (rig.counts.failedSessions === 0) rig.peer.post(post)
  }
  const took = heldIds(rig.stage.store, 'dchat').length * 20_000
  expect(took).toBe(LIMITS.REPAIR_LONGEST_MS.value - 20_000)
})

test('answers without end are over after 64 frames', async () => {
  const other = (frames: number): Buffer =>
    rawFrame(['infinity', MODE.fingerprint, hash('sha256', `${frames}`, 'buffer').subarray(0, 16)])
  await using rig = await Rig.open(
    { sync: (room, frames) => (room === 'dchat' ? other(frames) : EQUAL) },
    postSeries({ count: 500, fromMs: 1_795_000_000_000 - HOUR }),
  )
  await rig.advance(5_000)
  expect(rig.requests('dchat')).toHaveLength(LIMITS.SYNC_FRAMES.value)
  expect([rig.counts.failedSessions, rig.counts.finishedSessions, rig.isAtPeace]).toEqual([1, 2, true])
})

test.each([
  ['is no frame', Buffer.from('what')],
  ['is of another version', Buffer.of(0x62)],
  [
    'has a range too many',
    rawFrame(
      ...Array.from(
        { length: LIMITS.SYNC_RANGES.value + 1 },
        (_, seconds) => [{ seconds: seconds + 1 }, 0, Buffer.alloc(0)] as const,
      ),
    ),
  ],
])('an answer that %s ends its session, and two of them the repair', async (_, frame) => {
  await using rig = await Rig.open({ sync: () => frame })
  await rig.advance(5_000)
  expect([rig.counts.repairs, rig.counts.finishedSessions, rig.isAtPeace]).toEqual([1, 0, true])
  expect(rig.counts.failedSessions).toBeGreaterThanOrEqual(LIMITS.REPAIR_FAILURES.value)
})

test('a peer that is silent is waited for 30 seconds; its late answers are dropped, not answered', async () => {
  await using rig = await Rig.open({ sync: () => undefined })
  await rig.advance(1_000)
  const requests = rig.peer.valuesOf(wire.sync)
  await rig.advance(LIMITS.SYNC_IDLE_MS.value)
  expect(rig.counts.failedSessions).toBe(requests.length)
  for (const request of requests) rig.peer.send(wire.sync, { ...request, frame: EQUAL })
  await rig.advance(1_000)
  expect([rig.counts.lateAnswers, rig.counts.answeredFrames, rig.peer.valuesOf(wire.sync).length]).toEqual([
    requests.length,
    0,
    requests.length,
  ])
})

test('an answerer that always begins later is followed four times', async () => {
  let since = 0
  await using rig = await Rig.open({ sync: () => undefined })
  await rig.advance(1_000)
  const [first] = rig.requests('dchat')
  for (let restart = 1; restart <= 10; restart += 1) {
    since = first!.since + restart * HOUR
    rig.peer.send(wire.sync, { ...first!, since, frame: Buffer.alloc(0) })
    await rig.advance(100)
  }
  expect(rig.requests('dchat').map((each) => (each.since - first!.since) / HOUR)).toEqual([0, 1, 2, 3, 4])
  expect([rig.counts.failedSessions, rig.isAtPeace]).toEqual([1, true])
})

test('an answerer that begins at the end of time, or no later, ends the session', async () => {
  await using rig = await Rig.open({ sync: () => undefined })
  await rig.advance(1_000)
  rig.peer.send(wire.sync, { ...rig.requests('dchat')[0]!, since: Number.MAX_SAFE_INTEGER, frame: Buffer.alloc(0) })
  rig.peer.send(wire.sync, { ...rig.requests('')[0]!, since: 5, frame: Buffer.alloc(0) })
  await rig.advance(1_000)
  expect([rig.counts.finishedSessions, rig.counts.failedSessions]).toEqual([1, 1])
})

const WHOLE = { since: 1_790_000_000_000, until: 1_795_000_000_000 }

test('a request is answered from what is held: its posts, or none', async () => {
  const posts = postSeries({ count: 5, fromMs: 1_795_000_000_000 - HOUR })
  await using rig = await Rig.open({}, posts)
  const frame = rawFrame(['infinity', MODE.ids, idList([])])
  for (const room of ['dchat', 'nowhere', 'Not A Room']) rig.peer.send(wire.sync, { session: 5, room, ...WHOLE, frame })
  await rig.advance(1_000)
  const answers = rig.peer.valuesOf(wire.sync).filter(({ session }) => session === 5)
  expect(answers.map(({ room, since, until, frame: answer }) => ({ room, since, until, frame: Buffer.from(answer) }))).toEqual([
    { room: 'dchat', ...WHOLE, frame: rawFrame(['infinity', MODE.ids, idList(posts.map(({ id }) => id))]) },
    { room: 'nowhere', ...WHOLE, frame },
    { room: 'Not A Room', ...WHOLE, frame },
  ])
})

test('a request for more than is kept is told where to begin, and answered there', async () => {
  await using rig = await Rig.open()
  const frame = rawFrame(['infinity', MODE.ids, idList([])])
  const request = { session: 5, room: 'dchat', since: 0, until: WHOLE.until, frame }
  const answers = (): Sync[] => rig.peer.valuesOf(wire.sync).filter(({ session }) => session === 5)
  rig.peer.send(wire.sync, request)
  await rig.advance(1_000)
  const [refusal] = answers()
  expect([refusal!.frame.length, refusal!.since >= rig.stage.store.posts.lowWater('dchat')]).toEqual([0, true])
  rig.peer.send(wire.sync, { ...request, since: refusal!.since })
  await rig.advance(1_000)
  expect([answers()[1]!.since, Buffer.from(answers()[1]!.frame)]).toEqual([refusal!.since, frame])
})

test('of one session 64 frames are answered, of broken ones none, and nobody is banned for it', async () => {
  await using rig = await Rig.open()
  const frame = rawFrame(['infinity', MODE.ids, idList([])])
  for (let count = 0; count < 70; count += 1) rig.peer.send(wire.sync, { session: 5, room: 'dchat', ...WHOLE, frame })
  rig.peer.send(wire.sync, { session: 7, room: 'dchat', ...WHOLE, frame: Buffer.of(0x61, 0xff) })
  rig.peer.send(wire.sync, { session: 9, room: 'dchat', ...WHOLE, frame: Buffer.alloc(0) })
  await rig.advance(1_000)
  expect(rig.peer.valuesOf(wire.sync).filter(({ session }) => session === 5)).toHaveLength(LIMITS.SYNC_FRAMES.value)
  expect([rig.counts.refusedFrames, rig.isAtPeace]).toEqual([6 + 2, true])
})

test('a flood of requests is answered in turn, four at a time, and ends nothing', async () => {
  await using rig = await Rig.open({}, postSeries({ count: 50, fromMs: 1_795_000_000_000 - HOUR }))
  const frame = rawFrame(['infinity', MODE.ids, idList([])])
  for (let session = 1; session < 1_000; session += 2) rig.peer.send(wire.sync, { session, room: 'dchat', ...WHOLE, frame })
  await rig.advance(1_000)
  expect(rig.peer.valuesOf(wire.sync).filter(({ session }) => session < 1_000)).toHaveLength(500)
  expect(rig.isAtPeace).toBe(true)
})

test.each([
  ['the whole page', 9, 9, 9, false],
  ['at most 200', 65_535, 300, 200, true],
  ['nothing where nothing is asked for', 0, 9, 0, true],
  ['what there is', 50, 9, 9, false],
])('a page is served: %s', async (_, limit, held, count, more) => {
  await using rig = await Rig.open({}, postSeries({ count: held, fromMs: 1_795_000_000_000 - HOUR }))
  rig.peer.send(wire.page, {
    request: 3,
    room: 'dchat',
    beforeTime: Number.MAX_SAFE_INTEGER,
    beforeId: Buffer.alloc(32, 0xff),
    limit,
  })
  await rig.advance(1_000)
  expect(rig.peer.valuesOf(wire.pageend)).toEqual([{ request: 3, count, more }])
  expect(rig.peer.valuesOf(wire.post)).toHaveLength(count)
})

test('who asks for pages and does not read is not read either, and gets all of it when it reads again', async () => {
  const signer = new SeededSigner('long')
  const posts = Array.from({ length: LIMITS.PAGE_POSTS.value }, (_, index) =>
    rawPost({ signer, time: 1_795_000_000_000 - HOUR + index * 1_100, body: 'x'.repeat(8_000) }),
  )
  await using rig = await Rig.open({}, posts)
  await rig.advance(1_000)
  rig.peer.raw.stream.pause()
  for (const request of [1, 2, 3]) {
    rig.peer.send(wire.page, {
      request,
      room: 'dchat',
      beforeTime: Number.MAX_SAFE_INTEGER,
      beforeId: Buffer.alloc(32, 0xff),
      limit: 200,
    })
  }
  await rig.advance(5_000)
  const { channel } = rig.stage.posts.channels[0]!
  expect(channel.queuedBytes).toBeGreaterThan(1_000_000)
  expect(channel.queuedBytes).toBeLessThan(1024 * 1024 + 10_000)
  expect(channel.heldMs).toBeGreaterThan(4_000)
  rig.peer.raw.stream.resume()
  await rig.advance(5_000)
  expect(rig.peer.valuesOf(wire.pageend)).toEqual([1, 2, 3].map((request) => ({ request, count: 200, more: false })))
  expect([rig.peer.valuesOf(wire.post).length, channel.isStopped]).toEqual([600, false])
})
