/** What a new channel is told of. */
import { expect, test } from 'vitest'
import { CHAT_LIMITS } from '../limits.ts'
import { RelayStage } from '../testing/relay-stage.ts'
import { wire } from '../testing/wire-messages.ts'

const { value: AGE_MS } = CHAT_LIMITS.YOUNG_TOLD_MS
const hexOf = (ids: readonly Uint8Array[]): string[] => ids.map((id) => Buffer.from(id).toString('hex'))

test('a channel that opens is told once of the posts of the last minute, of every room, those of clocks ahead among them', async () => {
  await using stage = await RelayStage.open()
  const first = await stage.peer()
  const at = (body: string, time: number, room = 'dchat') => stage.post(body, { time, room })
  const young = [at('a', stage.nowMs + 5_000), at('b', stage.nowMs, 'x'), at('c', stage.nowMs - AGE_MS + 1_000)]
  first.post(...young, at('too old', stage.nowMs - AGE_MS - 1_000))
  await stage.settle()
  const later = await stage.peer()
  await stage.clock.advance(1_000)
  const told = later.valuesOf(wire.have).flatMap(({ ids }) => hexOf(ids))
  expect(told).toEqual(young.map(({ hex }) => hex))
  expect(first.valuesOf(wire.have)).toEqual([])
})

test('it is told of 256 at most, the newest', async () => {
  await using stage = await RelayStage.open()
  const first = await stage.peer()
  const posts = Array.from({ length: 300 }, (_, index) =>
    stage.post(`${index}`, { time: stage.nowMs - 30_000 + 50 * index, room: `r${index % 6}` }),
  )
  // At most 60 of an author a room and clock minute.
  for (let at = 0; at < posts.length; at += 50) {
    first.post(...posts.slice(at, at + 50))
    await stage.clock.advance(3_000)
  }
  const later = await stage.peer()
  await stage.clock.advance(1_000)
  const told = later.valuesOf(wire.have).flatMap(({ ids }) => hexOf(ids))
  expect(told).toHaveLength(256)
  expect(told).not.toContain(posts[0]!.hex)
  expect(told).toContain(posts.at(-1)!.hex)
})
