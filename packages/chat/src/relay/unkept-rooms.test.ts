/** Rooms that are not stored are relayed from memory. Source: docs/chat.md, *Which rooms*. */
import { expect, test } from 'vitest'
import { bodyFor } from '../testing/raw-post.ts'
import { RelayStage } from '../testing/relay-stage.ts'
import { wire } from '../testing/wire-messages.ts'

test('with keep = "joined" a post of another room is not stored, but relayed and served for 10 minutes', async () => {
  await using stage = await RelayStage.open({ keep: 'joined' })
  const [from, ...others] = await stage.crowd(3)
  const post = stage.post('elsewhere', { room: 'elsewhere' })
  from!.post(post)
  await stage.settle()
  expect([stage.store.posts.holds(post.id), stage.posts.counts.unkept, stage.posts.counts.stored]).toEqual([false, 1, 0])
  for (const peer of others) expect(peer.valuesOf(wire.post).map(({ bytes }) => Buffer.from(bytes))).toEqual([post.bytes])

  const late = await stage.peer()
  late.send(wire.want, { ids: [post.id] })
  await stage.settle()
  expect(late.valuesOf(wire.post).map(({ bytes }) => Buffer.from(bytes))).toEqual([post.bytes])
  await stage.clock.advance(601_000)
  late.received.length = 0
  late.send(wire.want, { ids: [post.id] })
  await stage.settle()
  expect(late.valuesOf(wire.post)).toEqual([])
})

test('it comes once, and is not asked for', async () => {
  await using stage = await RelayStage.open({ keep: 'joined' })
  const [from, teller] = await stage.crowd(2)
  const post = stage.post(bodyFor(2_000, 'x'), { room: 'other' })
  from!.post(post)
  await stage.settle()
  from!.post(post)
  teller!.send(wire.have, { ids: [post.id] })
  await stage.clock.advance(1_000)
  expect([stage.posts.counts.duplicate, teller!.valuesOf(wire.want)]).toEqual([1, []])
})

test('an old post of such a room is passed on to nobody: it could go round for ever', async () => {
  await using stage = await RelayStage.open({ keep: 'joined' })
  const [from, other] = await stage.crowd(2)
  const posts = [599_000, 601_000].map((ms) => stage.post(`${ms}`, { room: 'other', time: stage.nowMs - ms }))
  from!.post(...posts)
  await stage.settle()
  expect(other!.valuesOf(wire.post).map(({ bytes }) => Buffer.from(bytes))).toEqual([posts[0]!.bytes])
})

test('joined rooms, the empty one and direct messages are stored all the same', async () => {
  await using stage = await RelayStage.open({ keep: 'joined' })
  const from = await stage.peer()
  const posts = [
    stage.post('shared'),
    stage.post('alice', { room: '', kind: 2 }),
    stage.post(Buffer.alloc(60).toString('base64url'), { room: '_dm', kind: 16 }),
  ]
  from.post(...posts)
  await stage.settle()
  expect(posts.map(({ id }) => stage.store.posts.holds(id))).toEqual([true, true, true])
})

test('with keep = "all" there is a bound of unjoined rooms, above which they are relayed from memory', async () => {
  await using stage = await RelayStage.open({ quotas: { unjoinedRooms: 2 } })
  const [from, other] = await stage.crowd(2)
  const posts = ['one', 'two', 'three'].map((room) => stage.post('hey', { room }))
  from!.post(...posts)
  await stage.settle()
  expect(posts.map(({ id }) => stage.store.posts.holds(id))).toEqual([true, true, false])
  expect(other!.valuesOf(wire.post)).toHaveLength(3)
})

test('4,096 posts are held at most', async () => {
  await using stage = await RelayStage.open({ keep: 'joined' })
  const [from, asker] = await stage.crowd(2)
  const posts = Array.from({ length: 4_100 }, (_, index) => stage.post(`${index}`, { room: 'busy' }))
  const channel = stage.postChannelTo(from!)
  for (let start = 0; start < posts.length; start += 1_000) {
    const part = posts.slice(start, start + 1_000)
    const ids = part.map(({ id }) => id)
    expect(channel.ask(ids, 'history')).toBe(part.length)
    from!.post(...part)
    await stage.clock.advance(1_000)
  }
  expect(stage.posts.counts.unkept).toBe(4_100)
  asker!.send(wire.want, { ids: posts.slice(0, 10).map(({ id }) => id) })
  await stage.settle()
  expect(asker!.valuesOf(wire.post)).toHaveLength(6)
})
