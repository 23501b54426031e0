import { LocalNet } from '@dchat/net/testing'
import { openStore } from '@dchat/store'
import { silentLogger } from '@dchat/system'
import { describe, expect, test } from 'vitest'
import { PostKind } from '../post/post.ts'
import { rawPost } from '../testing/raw-post.ts'
import { RelayStage } from '../testing/relay-stage.ts'
import { SeededSigner } from '../testing/seeded-signer.ts'
import { wire } from '../testing/wire-messages.ts'
import type { StandingDraft } from './standing-posts.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const QUIET = { settings: { greylistRefineryIntervalMs: HOUR } }

/** What is stored from now on. */
function postsOf(stage: RelayStage): string[] {
  const told: string[] = []
  stage.posts.events.subscribe('post', ({ post, fate }) => told.push(`${post.room} ${post.kind} ${post.body} ${fate}`))
  return told
}

const BOX_KEY = 'ab'.repeat(32)
const boxKey: StandingDraft = {
  name: 'box_key',
  room: '',
  kind: PostKind.BoxKey,
  body: BOX_KEY,
  content: BOX_KEY,
  everyMs: 7 * DAY,
}

describe('the own profile', () => {
  test('is published once, anew after 7 days, and at once under another nick', async () => {
    await using stage = await RelayStage.open(QUIET)
    const told = postsOf(stage)
    const publish = (nick: string): Promise<void> => stage.net.settle(stage.posts.publishProfile(nick))
    await publish('ann')
    await publish('ann')
    expect(told).toEqual([' 2 ann stored'])
    await publish('anna')
    await stage.clock.advance(7 * DAY - HOUR)
    expect(told).toEqual([' 2 ann stored', ' 2 anna stored'])
    await stage.clock.advance(2 * HOUR)
    expect(told).toEqual([' 2 ann stored', ' 2 anna stored', ' 2 anna stored'])
  })

  test('is published once though it is asked for twice at once', async () => {
    await using stage = await RelayStage.open(QUIET)
    const told = postsOf(stage)
    stage.posts.keepProfile('ann')
    await stage.net.settle(Promise.all([stage.posts.publishProfile('ann'), stage.posts.publishProfile('ann')]))
    expect(told).toEqual([' 2 ann stored'])
  })
})

describe('a standing post', () => {
  test('waits for the start, and goes out once however often the node starts', async () => {
    await using first = await RelayStage.open(QUIET)
    await first.net.settle(first.posts.stop())
    const told = postsOf(first)
    first.posts.keep(boxKey)
    await first.settle()
    expect(told).toEqual([])
    first.posts.start()
    await first.settle()
    expect(told).toEqual([` 5 ${BOX_KEY} stored`])
    await first.net.settle(first.posts.stop())
    await using again = await RelayStage.open({ store: first.store, net: first.net, ...QUIET })
    const toldAgain = postsOf(again)
    again.posts.keep(boxKey)
    await again.settle()
    expect(toldAgain).toEqual([])
  })

  test('is published anew when the store has lost it, and no longer once it is dropped', async () => {
    await using stage = await RelayStage.open(QUIET)
    const told = postsOf(stage)
    stage.posts.keep(boxKey)
    await stage.settle()
    const [place] = stage.store.posts.newest('', { count: 1, notAfter: stage.nowMs })
    stage.store.posts.withdraw(place!.id)
    await stage.clock.advance(HOUR)
    expect(told).toEqual([` 5 ${BOX_KEY} stored`, ` 5 ${BOX_KEY} stored`])
    stage.posts.drop('box_key')
    await stage.clock.advance(8 * DAY)
    expect(told).toHaveLength(2)
  })

  test('of another identity was never published', async () => {
    const net = new LocalNet()
    const { clock } = net
    const store = openStore({ path: ':memory:', clock, logger: silentLogger })
    const published = { key: 'other', content: BOX_KEY, time: clock.nowMs(), id: '00'.repeat(32) }
    store.setSetting('own_box_key', JSON.stringify(published))
    await using stage = await RelayStage.open({ store, net, ...QUIET })
    const told = postsOf(stage)
    stage.posts.keep(boxKey)
    await stage.settle()
    expect(told).toEqual([` 5 ${BOX_KEY} stored`])
  })

  test('has a signer, a body made for its place, and an age of its own', async () => {
    await using stage = await RelayStage.open(QUIET)
    const signer = new SeededSigner('room author')
    const bodies: string[] = []
    stage.posts.events.subscribe('post', ({ post }) => bodies.push(post.author.equals(signer.key) ? post.body : 'another'))
    const body = ({ time, author }: { time: number; author: Buffer }): string => `${time} ${author.toString('hex')}`
    const member = { name: 'member dev', room: 'dev', kind: PostKind.Text, content: 'certificate', signer, body }
    stage.posts.keep({ ...member, everyMs: 30 * DAY })
    await stage.clock.advance(29 * DAY)
    expect(bodies).toEqual([expect.stringContaining(signer.key.toString('hex'))])
    await stage.clock.advance(2 * DAY)
    expect(bodies).toHaveLength(2)
    expect(bodies[1]).not.toBe(bodies[0])
  })

  test('that was made under a clock far ahead gives way to one of today', async () => {
    await using stage = await RelayStage.open(QUIET)
    const { signer, store } = stage
    const ahead = rawPost({ signer, room: '', kind: PostKind.BoxKey, body: BOX_KEY, time: stage.nowMs + 700 * DAY })
    const { id, bytes, time } = ahead
    const own = { id, bytes, time, author: signer.key, room: '', kind: PostKind.BoxKey, body: BOX_KEY }
    await stage.net.settle(store.posts.append({ ...own, received: time, own: true }))
    const published = { key: signer.key.toString('hex'), content: BOX_KEY, time, id: ahead.hex }
    store.setSetting('own_box_key', JSON.stringify(published))
    const told = postsOf(stage)
    stage.posts.keep(boxKey)
    await stage.settle()
    expect(told).toEqual([` 5 ${BOX_KEY} stored`])
    expect(store.posts.holds(id)).toBe(false)
  })

  test('that cannot be published is tried again within the hour, and said to fail where somebody waits', async () => {
    await using stage = await RelayStage.open(QUIET)
    const told = postsOf(stage)
    let isBroken = true
    const body = (): string => {
      if (isBroken) throw new Error('no body')
      return BOX_KEY
    }
    await expect(stage.net.settle(stage.posts.publishProfile('x'.repeat(33)))).rejects.toThrow(
      expect.objectContaining({ code: 'CHAT_POST_MALFORMED' }),
    )
    stage.posts.keep({ ...boxKey, body })
    await stage.settle()
    isBroken = false
    await stage.clock.advance(HOUR)
    expect(told).toEqual([` 5 ${BOX_KEY} stored`])
  })

  test('is known to be held once a peer has told so, in a later run too', async () => {
    await using first = await RelayStage.open(QUIET)
    first.posts.keep({ ...boxKey, isFollowed: true })
    await first.settle()
    expect(first.posts.isHeld('box_key')).toBe(false)
    const [place] = first.store.posts.newest('', { count: 1, notAfter: first.nowMs })
    await first.net.settle(first.posts.stop())
    await using again = await RelayStage.open({ store: first.store, net: first.net, ...QUIET })
    again.posts.keep({ ...boxKey, isFollowed: true })
    await again.settle()
    const peer = await again.peer()
    await again.settle()
    expect(again.posts.isHeld('box_key')).toBe(false)
    peer.send(wire.have, { ids: [place!.id] })
    await again.settle()
    expect(again.posts.isHeld('box_key')).toBe(true)
    expect(again.posts.isHeld('another')).toBe(false)
  })
})
