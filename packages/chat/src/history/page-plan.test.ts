import { describe, expect, test } from 'vitest'
import { isExhausted, nextPaging } from './page-plan.ts'
import type { PageSource } from './page-plan.ts'
import { END_OF_ROOM } from './place.ts'
import { rankOf } from './room-order.ts'
import { RoomPaging, isFarBehind } from './room-paging.ts'

const MINUTE = 60_000
const NOW = 1_795_000_000_000

interface Room {
  readonly room: string
  readonly joined?: boolean
  readonly floorMs?: number
  /** Pages that came, of a post each. */
  readonly pages?: number
  /** @default somebody has told of it */
  readonly isTold?: boolean
}

function paging({ room, joined = true, floorMs = 0, pages = 0, isTold = true }: Room): RoomPaging {
  const made = new RoomPaging({ room, rank: rankOf(room, joined), floorMs, expected: isTold ? 9 : null, sinceMs: NOW })
  for (let page = 0; page < pages; page += 1)
    made.note(99, { at: 'more', posts: 1, newestMs: NOW, oldest: { time: NOW - page, id: Buffer.alloc(32) } })
  return made
}

/** A channel that has told its rooms: newest post so many ms ago, and how many posts. */
const source = (channelId: number, hints: Readonly<Record<string, readonly [number, number]>> = {}): PageSource => ({
  channelId,
  hintOf: (room) => {
    const hint = hints[room]
    return hint && { newest: NOW - hint[0], posts: hint[1] }
  },
})

test.each([
  ['nothing is here', 0, 0, true],
  ['it lies 10 minutes behind', NOW - 10 * MINUTE, 0, false],
  ['it lies more than 10 minutes behind', NOW - 10 * MINUTE - 1, 0, true],
  ['it is ahead', NOW, 60 * MINUTE, false],
])('a room is paged or not when %s', (_, newestMs, agoMs, isFar) => {
  expect(isFarBehind(newestMs, { newest: NOW - agoMs, posts: 1 })).toBe(isFar)
})

describe('the next room of a channel is', () => {
  const all = { dchat: [0, 9], '': [5, 9], games: [3, 9], cats: [2, 9], _dm: [1, 9], x: [9, 9], y: [8, 9] } as const
  test.each<[string, readonly Room[], string]>([
    ['dchat first of all', [{ room: 'games' }, { room: '' }, { room: 'dchat' }], 'dchat'],
    ['then the room of the nicks', [{ room: 'games' }, { room: '' }, { room: '_dm', joined: false }], ''],
    ['then the joined room with the newest post', [{ room: 'games' }, { room: 'cats' }, { room: '_dm', joined: false }], 'cats'],
    [
      'then direct messages',
      [
        { room: 'x', joined: false },
        { room: '_dm', joined: false },
      ],
      '_dm',
    ],
    [
      'the first page of each room on the screen before the second of any',
      [{ room: 'dchat', pages: 1 }, { room: 'games' }],
      'games',
    ],
    [
      'the rest of dchat before the rest of another',
      [
        { room: 'games', pages: 1 },
        { room: 'dchat', pages: 1 },
      ],
      'dchat',
    ],
    [
      'the rest of a joined room before any other room',
      [
        { room: 'x', joined: false },
        { room: 'games', pages: 1 },
      ],
      'games',
    ],
    [
      'the other room with the newest post',
      [
        { room: 'x', joined: false },
        { room: 'y', joined: false },
      ],
      'y',
    ],
    ['dchat as any other once it was left', [{ room: 'dchat', joined: false }, { room: 'games' }], 'games'],
  ])('%s', (_, rooms, first) => {
    expect(nextPaging(source(1, all), rooms.map(paging))?.room).toBe(first)
  })

  test('none that another channel is asked for', () => {
    const held = paging({ room: 'dchat' })
    held.holder = 7
    expect(nextPaging(source(1, all), [held])).toBeUndefined()
  })

  test('none of which the channel says nothing, unless nobody does and there may be more', () => {
    expect(nextPaging(source(1), [paging({ room: 'games' })])).toBeUndefined()
    const room = paging({ room: 'games', isTold: false })
    expect(nextPaging(source(1), [room])?.room).toBe('games')
    room.note(2, { at: 'more', posts: 1, newestMs: NOW, oldest: { time: NOW, id: Buffer.alloc(32) } })
    expect(nextPaging(source(1), [room])?.room).toBe('games')
    room.note(2, { at: 'end', posts: 1, newestMs: NOW, oldest: { time: NOW, id: Buffer.alloc(32) } })
    expect(nextPaging(source(1), [room])).toBeUndefined()
  })

  test('none of which the channel has nothing newer, or no more than came already', () => {
    expect(nextPaging(source(1, { games: [10, 9] }), [paging({ room: 'games', floorMs: NOW - 10 })])).toBeUndefined()
    expect(nextPaging(source(1, { games: [10, 2] }), [paging({ room: 'games', pages: 2 })])).toBeUndefined()
    expect(nextPaging(source(1, { games: [10, 3] }), [paging({ room: 'games', pages: 2 })])?.room).toBe('games')
  })
})

describe('a room', () => {
  const oldest = { time: NOW - 5, id: Buffer.alloc(32, 1) }

  test('is done when a page reaches what was held', () => {
    const room = paging({ room: 'games', floorMs: NOW - 5 })
    room.note(1, { at: 'more', posts: 2, newestMs: NOW, oldest })
    expect([room.isDone, room.received, room.before]).toEqual([true, 2, oldest])
  })

  test('goes on with another channel where the first had no more, or was at fault', () => {
    const room = paging({ room: 'games' })
    room.note(1, { at: 'end', posts: 2, newestMs: NOW, oldest })
    const [same, other] = [source(1, { games: [0, 9] }), source(2, { games: [0, 9] })]
    expect([isExhausted(room, [same]), isExhausted(room, [same, other])]).toEqual([true, false])
    room.note(2, { at: 'fault', fault: 'count' })
    expect([isExhausted(room, [same, other]), room.before]).toEqual([true, oldest])
  })

  test('is fetched from its end again where a channel is far ahead of those before, once of each', () => {
    const room = paging({ room: 'games', floorMs: NOW - 60 * MINUTE })
    room.note(1, { at: 'more', posts: 2, newestMs: NOW - 30 * MINUTE, oldest: { time: 5, id: Buffer.alloc(32) } })
    const hint = { newest: NOW, posts: 2 }
    expect([room.isDone, room.isWorthAsking(2, hint)]).toEqual([true, true])
    room.begin(2, hint)
    expect([room.isDone, room.before]).toEqual([false, END_OF_ROOM])
    room.note(2, { at: 'more', posts: 1, newestMs: 5, oldest: { time: 5, id: Buffer.alloc(32) } })
    expect([room.isDone, room.isWorthAsking(2, hint)]).toEqual([true, false])
  })

  test('may be asked of a channel again that went and came back', () => {
    const room = paging({ room: 'games', isTold: false })
    room.begin(1, undefined)
    room.spend(1)
    expect([room.holder, room.isWorthAsking(1, undefined)]).toEqual([0, false])
    room.leave(1)
    expect(room.isWorthAsking(1, undefined)).toBe(true)
  })
})
