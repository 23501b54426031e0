/** Somebody lies in pages and hints of rooms. Facts: docs/chat.md, *History*: the newcomer pages until he meets what he holds. */
import { describe, expect, test } from 'vitest'
import type { ChatNode } from '../testing/chat-node.ts'
import type { FeaturedListener, FeaturedPeer } from '../testing/featured-peer.ts'
import type { RawPost } from '../testing/raw-post.ts'
import { Stage, UNDISTURBED, manyPosts } from '../testing/stage.ts'
import { wire } from '../testing/wire-messages.ts'

const MINUTE = 60_000

interface PageValue {
  readonly request: number
  readonly room: string
  readonly beforeTime: number
  readonly limit: number
}

/** Carol is new. She dials a liar, who boasts of a full room and answers her pages with `lie`, and honest alice. */
async function carolBetween(
  lie: (page: PageValue, peer: FeaturedPeer, stage: Stage) => void,
): Promise<{ stage: Stage; carol: ChatNode; liar: FeaturedListener } & AsyncDisposable> {
  const stage = await Stage.open()
  const { chat } = stage
  let isNew = true
  const liar = await chat.listen({
    onMessage: ({ command, value }, peer) => {
      if (isNew) peer.send(wire.rooms, { rooms: [['dchat', chat.clock.nowMs(), 0, 90_000]] })
      isNew = false
      if (command === wire.page.name) lie(value as PageValue, peer, stage)
    },
  })
  for (let round = 0; round < 30; round += 1) await stage.delayMs()
  const carol = await stage.newcomer(liar)
  return { stage, carol, liar, [Symbol.asyncDispose]: () => stage[Symbol.asyncDispose]() }
}

async function isServedWell(carol: ChatNode, { chat, alice }: Stage): Promise<void> {
  const startMs = chat.clock.monotonicMs()
  const missing = (): number => [...idsOf(alice)].filter((id) => !carol.holds(id)).length
  await chat.until(() => missing() === 0, 2 * MINUTE)
  expect(chat.clock.monotonicMs() - startMs).toBeLessThanOrEqual(2 * MINUTE)
}

function idsOf({ store }: ChatNode): Buffer[] {
  return store.posts.places('dchat', { limit: 4_096 }).map(({ id }) => id)
}

function pages(liar: FeaturedListener): PageValue[] {
  return liar.peers.flatMap((peer) => peer.valuesOf(wire.page) as unknown as PageValue[])
}

function sendPage(peer: FeaturedPeer, page: PageValue, posts: readonly RawPost[], more: boolean): void {
  peer.post(...posts)
  peer.send(wire.pageend, { request: page.request, count: posts.length, more })
}

describe('a page', () => {
  test.each<readonly [string, (stage: Stage) => readonly RawPost[]]>([
    ['empty', () => []],
    ['the same each time', ({ chat }) => manyPosts(50, { time: chat.clock.nowMs() - 5_000 }).toReversed()],
  ])('that is %s, with more to come, again and again', async (_, makePosts) => {
    let posts: readonly RawPost[] | undefined
    await using at = await carolBetween((page, peer, stage) => {
      posts ??= makePosts(stage)
      sendPage(peer, page, posts, true)
    })
    await at.stage.chat.advance(MINUTE)
    expect(pages(at.liar).length).toBeLessThan(10)
    await isServedWell(at.carol, at.stage)
  })

  test('that never ends', async () => {
    await using at = await carolBetween((page, peer, stage) => {
      peer.post(...manyPosts(20, { time: stage.chat.clock.nowMs() - 5_000, name: `of ${page.request}` }))
    })
    await isServedWell(at.carol, at.stage)
    await at.stage.chat.advance(5 * MINUTE)
    expect(pages(at.liar).length).toBeLessThan(20)
  })

  test('that has thousands of posts where 200 were asked for: more than a page is not read at once', async () => {
    await using at = await carolBetween((page, peer, stage) => {
      if (page.request > 1_000_000 || page.room !== 'dchat') return
      sendPage(peer, page, manyPosts(1_500, { time: stage.chat.clock.nowMs() - 5_000 }).toReversed(), false)
    })
    const { stage, carol } = at
    await stage.chat.advance(2_000)
    expect(carol.set.posts).toBeLessThan(900)
    await isServedWell(carol, stage)
  })

  test('that is answered to nobody who asked', async () => {
    await using stage = await Stage.open()
    const liar = await stage.peer()
    for (let request = 0; request < 100; request += 1) liar.send(wire.pageend, { request, count: 9, more: true })
    await stage.chat.advance(1_000)
    expect(await stage.health()).toEqual(UNDISTURBED)
  })

  test('is asked for without end: who serves keeps a bounded queue and goes on serving others', async () => {
    await using stage = await Stage.open()
    const { chat, alice } = stage
    const giver = await stage.peer()
    giver.post(...manyPosts(1_000, { time: chat.clock.nowMs(), bytes: 4_000 }))
    await chat.advance(MINUTE)
    const taker = await stage.peer()
    taker.raw.stream.pause()
    const before = { beforeTime: Number.MAX_SAFE_INTEGER, beforeId: Buffer.alloc(32) }
    for (let request = 0; request < 1_000; request += 1) taker.send(wire.page, { request, room: 'dchat', limit: 200, ...before })
    await chat.advance(2_000)
    const queued = alice.node.p2p!.channels.map(({ queuedBytes }) => queuedBytes)
    expect(Math.max(...queued)).toBeLessThanOrEqual(1024 * 1024 + 200 * 8_700)
    expect(await stage.health()).toEqual(UNDISTURBED)
  })
})

test('hints of a thousand rooms that are not there cost a bounded number of questions', async () => {
  await using stage = await Stage.open()
  const { chat } = stage
  const liar = await chat.listen()
  const carol = await stage.newcomer(liar)
  for (let batch = 0; batch < 20; batch += 1) {
    const names = Array.from({ length: 100 }, (_, index) => `room${batch}.${index}`)
    liar.peers[0]!.send(wire.rooms, { rooms: names.map((name) => [name, chat.clock.nowMs(), 0, 5] as const) })
  }
  await chat.advance(MINUTE)
  expect(pages(liar).length + liar.peers[0]!.valuesOf(wire.sync).length).toBeLessThanOrEqual(2_500)
  expect(await stage.health()).toEqual(UNDISTURBED)
  // A hint is no room: nothing was kept.
  expect(carol.store.posts.rooms().filter(({ room }) => room.startsWith('room'))).toEqual([])
})
