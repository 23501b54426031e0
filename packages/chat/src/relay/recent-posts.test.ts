/** How long posts of rooms that are not kept are held. Source: docs/chat.md, *Which rooms*. */
import { ManualClock } from '@dchat/system'
import { expect, test } from 'vitest'
import { CHAT_LIMITS } from '../limits.ts'
import { RecentPosts } from './recent-posts.ts'

const idOf = (number: number): Buffer => {
  const id = Buffer.alloc(32)
  id.writeUInt32LE(number)
  return id
}
const post = (number: number, room = 'other'): { id: Buffer; bytes: Buffer; room: string } => ({
  id: idOf(number),
  bytes: Buffer.from(`${number}`),
  room,
})

test('each for 10 minutes, and then no timer is left', async () => {
  const clock = new ManualClock()
  const recent = new RecentPosts(clock)
  const held = (): boolean[] => [1, 2].map((number) => recent.find(idOf(number)) !== undefined)
  recent.add(post(1))
  await clock.advance(540_000)
  recent.add(post(2))
  await clock.advance(59_999)
  expect(held()).toEqual([true, true])
  await clock.advance(1_001)
  expect(held()).toEqual([false, true])
  await clock.advance(540_000)
  expect([held(), clock.pendingTimers]).toEqual([[false, false], 0])
})

test('at most 4,096, the oldest go; one room can be forgotten, and all', () => {
  const clock = new ManualClock()
  const recent = new RecentPosts(clock)
  const most = CHAT_LIMITS.RECENT_POSTS.value
  for (let number = 0; number < most + 2; number += 1) recent.add(post(number, number % 2 === 0 ? 'even' : 'odd'))
  expect([0, 1, 2, most + 1].map((number) => recent.find(idOf(number))?.toString())).toEqual([
    undefined,
    undefined,
    '2',
    `${most + 1}`,
  ])
  recent.forget('even')
  expect([2, 3].map((number) => recent.find(idOf(number))?.toString())).toEqual([undefined, '3'])
  recent.clear()
  expect([recent.find(idOf(3)), clock.pendingTimers]).toEqual([undefined, 0])
})

test('what is held is not the chunk it came in', () => {
  const recent = new RecentPosts(new ManualClock())
  const chunk = Buffer.from('1')
  recent.add({ id: idOf(1), bytes: chunk, room: 'a' })
  chunk.fill(0)
  expect(recent.find(idOf(1))?.toString()).toBe('1')
})
