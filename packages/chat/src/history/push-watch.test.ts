import type { CommittedPost, PostFate } from '@dchat/store'
import { expect, test } from 'vitest'
import { PushWatch } from './push-watch.ts'

const WINDOW = { since: 100, until: 200 }
const id = Buffer.alloc(32)

function post(room: string, time: number, how: { fate?: PostFate; own?: boolean } = {}): CommittedPost {
  const { fate = 'stored', own = false } = how
  return { post: { room, time, own, id, author: id, kind: 0, body: '', bytes: id, received: 0 }, fate, line: null }
}

test.each<[string, CommittedPost, boolean]>([
  ['a post of the room and the span', post('a', 150), true],
  ['one at its beginning', post('a', 100), true],
  ['one at its end', post('a', 200), true],
  ['an older one', post('a', 99), false],
  ['a younger one', post('a', 201), false],
  ['one of another room', post('b', 150), false],
  ['one that was known', post('a', 150, { fate: 'known' }), false],
  ['an own one', post('a', 150, { own: true }), false],
])('where the sides differed, %s was brought or not', (_, committed, wasBrought) => {
  const watch = new PushWatch()
  watch.noteDifference('a', WINDOW, 0)
  expect(watch.hasBrought([committed], 1_000)).toBe(wasBrought)
})

test('it says so once for a difference, and not long after it', () => {
  const watch = new PushWatch()
  expect(watch.hasBrought([post('a', 150)], 0)).toBe(false)
  watch.noteDifference('a', WINDOW, 0)
  watch.noteDifference('b', WINDOW, 0)
  const both = [post('a', 150), post('a', 151), post('b', 150)]
  expect([watch.hasBrought(both, 1), watch.hasBrought(both, 2)]).toEqual([true, false])
  watch.noteDifference('a', WINDOW, 3)
  expect(watch.hasBrought(both, 100_000)).toBe(false)
})

test('of many rooms the last ones are watched', () => {
  const watch = new PushWatch()
  for (let room = 0; room < 65; room += 1) watch.noteDifference(`r${room}`, WINDOW, 0)
  expect([watch.hasBrought([post('r0', 150)], 1), watch.hasBrought([post('r64', 150)], 1)]).toEqual([false, true])
})
