import { expect, test } from 'vitest'
import { PageCollector } from './page-collector.ts'
import { END_OF_ROOM } from './place.ts'

const place = (time: number, byte = 1) => {
  const id = Buffer.alloc(32, byte)
  id.writeUInt32BE(time, 28)
  return { time, id }
}
const collect = (times: readonly number[], limit = 10, before = END_OF_ROOM): PageCollector => {
  const page = new PageCollector({ room: 'dchat', before, limit })
  for (const time of times) page.take('dchat', place(time))
  return page
}

test('a page that has more begins the next one at its oldest post', () => {
  expect(collect([9, 8, 5]).end(3, true)).toEqual({ at: 'more', posts: 3, newestMs: 9, oldest: place(5) })
})

test('a page may be empty and the last', () => {
  expect(collect([]).end(0, false)).toEqual({ at: 'end', posts: 0, newestMs: 0, oldest: undefined })
})

test.each([
  ['fewer posts than it says', [9, 8], 3, true, 'count'],
  ['none, and more to come', [], 0, true, 'standstill'],
  ['none of those it says', [], 1, false, 'count'],
] as const)('a page of %s is a fault', (_, times, count, more, fault) => {
  expect(collect(times).end(count, more)).toEqual({ at: 'fault', fault })
})

test('posts of other rooms, after the place and beyond the limit are none of the page', () => {
  const page = collect([9, 8], 3, place(10))
  expect(page.take('other', place(7))).toBe(false)
  expect(page.take('dchat', place(10))).toBe(false)
  expect(page.take('dchat', place(10, 0))).toBe(true)
  expect(page.take('dchat', place(6))).toBe(false)
  expect(page.posts).toBe(3)
})

test('a post counts once, however often it comes', () => {
  const page = collect([9, 9, 8])
  expect([page.posts, page.take('dchat', place(8))]).toEqual([2, false])
})

test('a post that was relayed meanwhile never makes the next page begin after what was sent', () => {
  // 9, 8 and 5 are the page; 3 and 7 came by themselves.
  expect(collect([9, 3, 8, 5]).end(3, true)).toMatchObject({ oldest: place(5) })
  expect(collect([9, 7, 8, 5]).end(3, true)).toMatchObject({ oldest: place(7) })
})
