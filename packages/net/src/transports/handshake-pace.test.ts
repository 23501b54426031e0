import { ManualClock } from '@dchat/system'
import { expect, test } from 'vitest'
import { HandshakePace } from './handshake-pace.ts'

function setUp(): {
  clock: ManualClock
  pace: HandshakePace
  begun: [name: string, atMs: number][]
  begin: (name: string, group?: string) => () => void
} {
  const clock = new ManualClock()
  const pace = new HandshakePace({ maxPerSec: 3 }, { clock })
  const begun: [string, number][] = []
  return { clock, pace, begun, begin: (name, group = 'all') => pace.begin(group, () => begun.push([name, clock.monotonicMs()])) }
}

test('so many are begun at once, the others when a second has passed since, in turn', async () => {
  const { clock, pace, begun, begin } = setUp()
  begin('a')
  await clock.advance(400)
  for (const name of ['b', 'c', 'd', 'e', 'f', 'g']) begin(name)
  expect(begun).toEqual([
    ['a', 0],
    ['b', 400],
    ['c', 400],
  ])
  expect(pace.waiting).toBe(4)
  await clock.advance(5_000)
  expect(begun.slice(3)).toEqual([
    ['d', 1_000],
    ['e', 1_400],
    ['f', 1_400],
    ['g', 2_000],
  ])
  expect([pace.waiting, clock.pendingTimers]).toEqual([0, 0])
})

test('who waits is not overtaken by his own group', async () => {
  const { clock, begun, begin } = setUp()
  for (const name of ['a', 'b', 'c', 'd']) begin(name)
  await clock.advance(999)
  begin('late')
  await clock.advance(1)
  expect(begun.map(([name]) => name)).toEqual(['a', 'b', 'c', 'd', 'late'])
})

test('a swarm of one group waits for itself: others have their turn as if it were one of them', async () => {
  const { clock, pace, begun, begin } = setUp()
  for (let count = 0; count < 60; count += 1) begin(`swarm ${count}`, 'swarm')
  await clock.advance(10)
  begin('one', 'first')
  begin('two', 'second')
  begin('three', 'second')
  await clock.advance(990)
  expect(begun.slice(3).map(([name]) => name)).toEqual(['one', 'two', 'swarm 3'])
  await clock.advance(1_000)
  expect(begun.slice(6).map(([name]) => name)).toEqual(['swarm 4', 'three', 'swarm 5'])
  expect(pace.waiting).toBe(54)
})

test('a turn that is given up takes no place and leaves no timer', async () => {
  const { clock, pace, begun, begin } = setUp()
  for (const name of ['a', 'b', 'c']) begin(name)
  const giveUp = begin('gone')
  begin('stays')
  giveUp()
  giveUp()
  expect(pace.waiting).toBe(1)
  await clock.advance(1_000)
  expect(begun.at(-1)).toEqual(['stays', 1_000])
  begin('x')
  begin('y')
  begin('z')()
  expect([pace.waiting, clock.pendingTimers]).toEqual([0, 0])
})

test('giving up what was begun does nothing', async () => {
  const { clock, pace, begin } = setUp()
  const giveUps = ['a', 'b', 'c', 'd', 'e'].map((name) => begin(name))
  giveUps[0]!()
  expect(pace.waiting).toBe(2)
  await clock.advance(1_000)
  giveUps[3]!()
  expect([pace.waiting, clock.pendingTimers]).toEqual([0, 0])
})
