/** Every way of lying about history that is tried. Facts: docs/chat.md, *History* and *Negentropy v1*. */
import { MODE, idList, rawNegentropy, withBitTurned, wire } from '@dchat/chat/testing'
import type { FeaturedPeer } from '@dchat/chat/testing'
import { bytesOf } from '../floods/flood-frames.ts'
import type { Ground, Lie, PageQuestion, SyncQuestion } from './lie.ts'

const ROOM = 'dchat'
/** About what one frame lists. */
const LISTED = 1_800
const NOTHING = Buffer.alloc(0)
const LARGEST = Number.MAX_SAFE_INTEGER

const seconds = (ms: number): number => Math.floor(ms / 1_000)

/** Says that it has more of the room than anybody. */
function boast(peer: FeaturedPeer): void {
  peer.send(wire.rooms, { rooms: [[ROOM, Date.now(), 0, 90_000]] })
}

function answer(question: SyncQuestion, peer: FeaturedPeer, frame: Buffer): void {
  peer.send(wire.sync, { ...question, frame })
}

function endPage({ request }: PageQuestion, peer: FeaturedPeer, end: { count: number; more: boolean }): void {
  peer.send(wire.pageend, { request, ...end })
}

/** A frame that says that it holds these, and knows of nothing else. */
const claim = (ids: readonly Buffer[]): Buffer => rawNegentropy(['infinity', MODE.ids, idList(ids)])

const invented = ({ random }: Ground, count: number): Buffer[] => Array.from({ length: count }, () => bytesOf(random, 32))

/** So many ranges of a second each, none of which ever agrees. */
function differing({ random }: Ground, count: number): Buffer {
  const start = seconds(Date.now()) - 2 * count
  return rawNegentropy(
    ...Array.from({ length: count }, (_, index) => [{ seconds: start + index }, MODE.fingerprint, bytesOf(random, 16)] as const),
  )
}

const PAGING: readonly Lie[] = [
  {
    name: 'cursor-that-loops',
    greet: boast,
    page: (question, peer, ground) => {
      const posts = (looped ??= ground.make(60))
      peer.post(...posts)
      endPage(question, peer, { count: posts.length, more: true })
    },
  },
  {
    name: 'empty-pages',
    greet: boast,
    page: (question, peer) => endPage(question, peer, { count: 0, more: true }),
  },
  {
    name: 'pages-out-of-order',
    greet: boast,
    page: (question, peer, ground) => {
      const posts = ground.make(30)
      for (const index of posts.keys()) peer.post(posts[(index * 7) % posts.length]!, posts[index]!)
      endPage(question, peer, { count: posts.length + ground.random.int(60), more: true })
    },
  },
  {
    name: 'page-of-the-future',
    greet: (peer) =>
      peer.send(wire.rooms, {
        rooms: Array.from(
          { length: 128 },
          (_, index) => [index === 0 ? ROOM : `future${index}`, LARGEST, 0, 0xffff_ffff] as const,
        ),
      }),
    page: (question, peer, ground) => {
      const posts = [2n ** 64n - 1n, 2n ** 63n, BigInt(Date.now()) + 86_400_000n, 0n].flatMap((time) => ground.make(2, time))
      peer.post(...posts)
      endPage(question, peer, { count: posts.length, more: true })
    },
  },
  { name: 'silence', isSlow: true, greet: boast, page: () => {}, sync: () => {} },
  {
    name: 'trickled-page',
    isSlow: true,
    greet: boast,
    page: (question, peer, ground) => {
      if (question.room === ROOM) ground.every(2_000, () => peer.post(...ground.make(1)))
      else endPage(question, peer, { count: 0, more: false })
    },
  },
]

let looped: ReturnType<Ground['make']> | undefined

const RECONCILING: readonly Lie[] = [
  { name: 'sums-that-never-agree', sync: (question, peer, ground) => answer(question, peer, differing(ground, 64)) },
  { name: 'ranges-that-always-split', sync: (question, peer, ground) => answer(question, peer, differing(ground, 1_024)) },
  {
    name: 'restarts-for-ever',
    sync: (question, peer) => peer.send(wire.sync, { ...question, since: question.since + 60_000, frame: NOTHING }),
  },
  {
    name: 'frames-that-are-none',
    sync: (question, peer, { random }) => answer(question, peer, Buffer.concat([Buffer.of(0x61), bytesOf(random, 40)])),
  },
  {
    name: 'posts-of-the-end-of-time',
    isSlow: true,
    sync: (question, peer, ground) => {
      const ids = ground.make(8, 2n ** 63n).map(({ id }) => id)
      answer(question, peer, rawNegentropy([{ seconds: 2 ** 50 }, MODE.ids, idList(ids)]))
    },
    want: (_, peer, ground) => peer.post(...ground.make(8, 2n ** 63n)),
  },
  {
    name: 'other-posts-than-wanted',
    isSlow: true,
    sync: (question, peer, ground) => answer(question, peer, claim(invented(ground, 200))),
    want: (ids, peer, ground) => peer.post(...ground.make(Math.min(ids.length, 100))),
  },
  {
    name: 'broken-posts',
    sync: (question, peer, ground) => answer(question, peer, claim(invented(ground, 20))),
    // Within the text, so that the signature alone tells.
    want: (_, peer, ground) => peer.post(...ground.make(4).map((post) => withBitTurned(post, 8 * (post.bytes.length - 70)))),
  },
  {
    name: 'ids-that-nobody-has',
    isSlow: true,
    sync: (question, peer, ground) => answer(question, peer, claim(invented(ground, LISTED))),
  },
  {
    name: 'hoarded-posts',
    isSlow: true,
    sync: (question, peer, { gap }) => {
      if (question.room === ROOM) answer(question, peer, claim(gap.slice(-LISTED).map(({ id }) => id)))
      else answer(question, peer, rawNegentropy())
    },
    // One now and then: it is never idle.
    want: (ids, peer, ground) => {
      const wanted = new Set(ids.map((id) => Buffer.from(id).toString('hex')))
      const posts = ground.gap.filter(({ hex }) => wanted.has(hex)).values()
      ground.every(5_000, () => peer.post(...[posts.next().value].filter((post) => post !== undefined)))
    },
  },
]

const TELLING: readonly Lie[] = [
  {
    name: 'told-of-ids-that-nobody-has',
    greet: (peer, ground) => {
      peer.send(wire.rooms, { rooms: [] })
      ground.every(50, () => peer.send(wire.have, { ids: invented(ground, 256) }))
    },
  },
  {
    name: 'told-of-what-it-hoards',
    greet: (peer, ground) => {
      const { gap, random } = ground
      peer.send(wire.rooms, { rooms: [] })
      ground.every(50, () => {
        const from = random.int(Math.max(1, gap.length - 256))
        peer.send(wire.have, { ids: gap.slice(from, from + 256).map(({ id }) => id) })
      })
    },
  },
]

export const LIES: readonly Lie[] = [...PAGING, ...RECONCILING, ...TELLING]
