/** Somebody lies in reconciliations. Facts: docs/chat.md, *History*: sessions, frames, ranges and what is asked for are bounded. */
import { hash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { HISTORY_LIMITS } from '../history/history-limits.ts'
import { CHAT_LIMITS } from '../limits.ts'
import type { ChatNode } from '../testing/chat-node.ts'
import type { FeaturedListener, FeaturedPeer } from '../testing/featured-peer.ts'
import { MODE, idList, rawFrame } from '../testing/raw-negentropy.ts'
import { Stage, UNDISTURBED } from '../testing/stage.ts'
import { wire } from '../testing/wire-messages.ts'
import type { SyncValue } from '../testing/wire-messages.ts'

const MINUTE = 60_000
let invented = 0
/** An id that nobody has. */
function randomId(): Buffer {
  invented += 1
  return hash('sha256', `invented ${invented}`, 'buffer')
}
const seconds = (stage: Stage): number => Math.floor(stage.chat.clock.nowMs() / 1000)

/** Carol dials a liar who answers her `sync` with `lie`, and alice, who is honest. */
async function carolBetween(
  lie: (said: SyncValue, turn: number, stage: Stage) => Partial<SyncValue> | undefined,
): Promise<{ stage: Stage; carol: ChatNode; liar: FeaturedListener } & AsyncDisposable> {
  const stage = await Stage.open()
  const { chat } = stage
  let turn = 0
  const liar = await chat.listen({
    onMessage: ({ command, value }, peer) => {
      if (command === wire.page.name) {
        peer.send(wire.pageend, { request: (value as { request: number }).request, count: 0, more: false })
      }
      if (command !== wire.sync.name) return
      turn += 1
      const answer = lie(value as SyncValue, turn, stage)
      if (answer !== undefined) peer.send(wire.sync, { ...(value as SyncValue), ...answer })
    },
  })
  for (let round = 0; round < 40; round += 1) await stage.delayMs()
  await chat.advance(15_000)
  const carol = await stage.newcomer(liar)
  return { stage, carol, liar, [Symbol.asyncDispose]: () => stage[Symbol.asyncDispose]() }
}

function syncs(liar: FeaturedListener): SyncValue[] {
  return liar.peers.flatMap((peer) => peer.valuesOf(wire.sync))
}

async function isServedWell(carol: ChatNode, stage: Stage): Promise<boolean> {
  const { alice } = stage
  const delays = [await stage.delayMs(stage.bob, carol), await stage.delayMs(carol, stage.bob)]
  await stage.chat.until(() => carol.set.digest === alice.set.digest)
  return delays.every((ms) => ms < 200) && carol.node.p2p!.peers.length >= 1
}

describe('who answers with lies', () => {
  test('claims ids that he lacks: they are asked for, so many at a time, and given up', async () => {
    await using at = await carolBetween((said, _, stage) =>
      said.frame.length === 0
        ? undefined
        : {
            frame: rawFrame(
              [{ seconds: seconds(stage) - 100 }, MODE.ids, idList(Array.from({ length: 1_800 }, randomId))],
              ['infinity', MODE.skip, Buffer.alloc(0)],
            ),
          },
    )
    const { stage, carol, liar } = at
    await stage.chat.advance(5_000)
    const wanted = liar.peers.flatMap((peer) => peer.valuesOf(wire.want)).flatMap(({ ids }) => ids)
    expect(wanted.length).toBeGreaterThan(0)
    expect(wanted.length).toBeLessThanOrEqual(CHAT_LIMITS.ASKED_OUTSTANDING.value)
    expect(await isServedWell(carol, stage)).toBe(true)
    await stage.chat.advance(30 * MINUTE)
    expect(await isServedWell(carol, stage)).toBe(true)
    expect(stage.chat.bans).toBe(0)
  })

  test.each([64, HISTORY_LIMITS.SYNC_RANGES.value + 1])(
    'claims for ever that none of %i ranges matches: a session ends after so many frames',
    async (count) => {
      await using at = await carolBetween((_, __, stage) => ({ frame: manyRanges(stage, count) }))
      const { stage, carol, liar } = at
      await stage.chat.advance(4 * MINUTE)
      const frames = new Map<number, number>()
      for (const { session } of syncs(liar)) frames.set(session, (frames.get(session) ?? 0) + 1)
      expect(frames.size).toBeGreaterThan(0)
      expect(Math.max(...frames.values())).toBeLessThanOrEqual(HISTORY_LIMITS.SYNC_FRAMES.value)
      expect(await isServedWell(carol, stage)).toBe(true)
      expect(stage.chat.bans).toBe(0)
    },
  )

  test('sends the initiator back to a later beginning again and again: the session ends', async () => {
    await using at = await carolBetween((said) => ({ frame: Buffer.alloc(0), since: said.since + 1_000 }))
    const { stage, carol, liar } = at
    await stage.chat.advance(4 * MINUTE)
    expect(syncs(liar).length).toBeLessThanOrEqual(HISTORY_LIMITS.SYNC_FRAMES.value * 8)
    expect(await isServedWell(carol, stage)).toBe(true)
  })

  test('never answers: the session ends, others go on', async () => {
    await using at = await carolBetween(() => undefined)
    const { stage, carol, liar } = at
    await stage.chat.advance(9 * MINUTE)
    expect(syncs(liar).length).toBeLessThan(40)
    expect(await isServedWell(carol, stage)).toBe(true)
    expect(stage.chat.bans).toBe(0)
  })

  test('answers sessions that are not there: ignored', async () => {
    await using at = await carolBetween((said) => ({ session: (said.session + 77) % 2 ** 32, frame: rawFrame() }))
    const { stage, carol } = at
    await stage.chat.advance(MINUTE)
    expect(await isServedWell(carol, stage)).toBe(true)
  })

  test.each<readonly [string, (stage: Stage) => Buffer]>([
    ['an id list cut short', () => Buffer.from('61000002ff', 'hex')],
    ['a mode that is none', () => rawFrame(['infinity', 3, Buffer.alloc(0)])],
    ['a varint without end', () => Buffer.concat([Buffer.of(0x61), Buffer.alloc(60, 0xff)])],
    [
      'a prefix of 33 bytes',
      (stage) => rawFrame([{ seconds: seconds(stage), prefix: Buffer.alloc(33) }, MODE.skip, Buffer.alloc(0)]),
    ],
    ['a count that is far too large', () => Buffer.from('610000028fffffffffffff7f', 'hex')],
  ])('sends %s: that session ends, and others go on', async (_, frame) => {
    await using at = await carolBetween((__, ___, stage) => ({ frame: frame(stage) }))
    const { stage, carol, liar } = at
    await stage.chat.advance(MINUTE)
    expect(syncs(liar).length).toBeGreaterThan(0)
    expect(syncs(liar).length).toBeLessThanOrEqual(20)
    expect(await isServedWell(carol, stage)).toBe(true)
  })
})

function manyRanges(stage: Stage, count: number): Buffer {
  const start = seconds(stage) - 10 * count
  return rawFrame(
    ...Array.from({ length: count }, (_, index) => {
      return [{ seconds: start + index }, MODE.fingerprint, randomId().subarray(0, 16)] as const
    }),
  )
}

describe('who asks with lies', () => {
  async function asking(stage: Stage, frames: readonly Buffer[], changes: Partial<SyncValue> = {}): Promise<FeaturedPeer> {
    const liar = await stage.peer()
    const now = stage.chat.clock.nowMs()
    for (const [index, frame] of frames.entries()) {
      liar.send(wire.sync, { session: index, room: 'dchat', since: 0, until: now, ...changes, frame })
    }
    return liar
  }

  test('hundreds of sessions at once are answered one by one, and others notice nothing', async () => {
    await using stage = await Stage.open()
    const open = rawFrame(['infinity', MODE.fingerprint, randomId().subarray(0, 16)])
    const liar = await asking(
      stage,
      Array.from({ length: 500 }, () => open),
    )
    await stage.chat.advance(5_000)
    expect(await stage.health()).toEqual(UNDISTURBED)
    expect(liar.valuesOf(wire.sync).length).toBeLessThanOrEqual(500)
    expect(stage.chat.bans).toBe(0)
  })

  test('the largest frames, whose answers nobody reads, make nothing grow', async () => {
    await using stage = await Stage.open()
    for (let round = 0; round < 50; round += 1) await stage.delayMs()
    await stage.chat.advance(15_000)
    const liar = await stage.peer()
    liar.raw.stream.pause()
    const ids = rawFrame(['infinity', MODE.ids, idList(Array.from({ length: 1_900 }, randomId))])
    for (let index = 0; index < 200; index += 1) {
      liar.send(wire.sync, { session: index, room: 'dchat', since: 0, until: stage.chat.clock.nowMs(), frame: ids })
    }
    await stage.chat.advance(5_000)
    const channel = stage.alice.node.p2p!.channels.find(({ info }) => info.url.includes('//130.'))
    expect(channel?.queuedBytes ?? 0).toBeLessThanOrEqual(2 * 1024 * 1024)
    expect(await stage.health()).toEqual(UNDISTURBED)
  })

  test.each<readonly [string, Partial<SyncValue>]>([
    ['a room nobody has', { room: 'nowhere' }],
    ['a room name that is none', { room: 'No Room\n' }],
    ['an end before the beginning', { since: 2_000_000_000_000, until: 5 }],
    ['the end of time', { since: Number.MAX_SAFE_INTEGER, until: Number.MAX_SAFE_INTEGER }],
  ])('%s does no harm', async (_, changes) => {
    await using stage = await Stage.open()
    await asking(stage, [rawFrame(['infinity', MODE.fingerprint, randomId().subarray(0, 16)])], changes)
    await stage.chat.advance(2_000)
    expect(await stage.health()).toEqual(UNDISTURBED)
  })
})
