import { expect, test } from 'vitest'
import { isRoomName } from '../post/rooms-by-kind.ts'
import { HISTORY_LIMITS } from './history-limits.ts'
import { RoomHints } from './room-hints.ts'
import type { HintJudge, RoomsEntry } from './room-hints.ts'

const NOW = 1_795_000_000_000
const judge = (changes: Partial<HintJudge> = {}): HintJudge => ({
  nowMs: NOW,
  isName: isRoomName,
  isCore: (room) => room === 'dchat' || room === '',
  keeps: () => true,
  ...changes,
})
const entry = (room: string, changes: Partial<RoomsEntry> = {}): RoomsEntry => ({
  room,
  newest: NOW - 1,
  low: 0,
  posts: 3,
  ...changes,
})

test('what a peer says of a room is remembered, the last word of it', () => {
  const hints = new RoomHints()
  hints.take([entry('dchat'), entry('dchat', { posts: 9 })], judge())
  expect([hints.get('dchat'), hints.size]).toEqual([{ newest: NOW - 1, posts: 9 }, 1])
})

test('a time ahead of our clock counts as now, however far', () => {
  const hints = new RoomHints()
  hints.take([entry('dchat', { newest: Number.MAX_SAFE_INTEGER })], judge())
  expect(hints.get('dchat')?.newest).toBe(NOW)
})

test('more posts than a room may hold count as that many', () => {
  const hints = new RoomHints()
  hints.take([entry('dchat', { posts: 2 ** 32 - 1 })], judge())
  expect(hints.get('dchat')?.posts).toBe(HISTORY_LIMITS.ROOMS_HEARD_POSTS.value)
})

test.each([
  ['a name against the grammar', entry('Nope!')],
  ['a name that is too long', entry('x'.repeat(65))],
  ['a reserved name', entry('_secret')],
  ['no posts', entry('games', { posts: 0 })],
])('an entry with %s is passed over', (_, hostile) => {
  const hints = new RoomHints()
  expect(hints.take([hostile, entry('cats')], judge())).toBe(true)
  expect([...hints.rooms()]).toEqual(['cats'])
})

test('rooms that are not kept here are not remembered, unless they are looked at', () => {
  const hints = new RoomHints()
  hints.take([entry('games'), entry('dchat')], judge({ keeps: () => false }))
  expect([...hints.rooms()]).toEqual(['dchat'])
})

test('endless names fill their bound, and a room that is looked at finds its place all the same', () => {
  const hints = new RoomHints()
  const max = HISTORY_LIMITS.ROOMS_HEARD.value
  hints.take(
    Array.from({ length: max + 10 }, (_, index) => entry(`r${index}`)),
    judge(),
  )
  expect(hints.size).toBe(max)
  hints.take([entry('r0', { posts: 7 }), entry('late'), entry('')], judge())
  expect([hints.size, hints.get('r0')?.posts, hints.get('late'), hints.get('')?.posts]).toEqual([max + 1, 7, undefined, 3])
})

test('messages that come too soon after the others are not looked at', () => {
  const hints = new RoomHints()
  const burst = HISTORY_LIMITS.ROOMS_HEARD_BURST.value
  const taken = Array.from({ length: burst + 1 }, (_, index) => hints.take([entry(`r${index}`)], judge()))
  expect(taken).toEqual([...Array.from({ length: burst }, () => true), false])
  expect(hints.get(`r${burst}`)).toBeUndefined()
  const nowMs = NOW + HISTORY_LIMITS.ROOMS_HEARD_INTERVAL_MS.value
  expect([hints.take([entry('a')], judge({ nowMs })), hints.take([entry('b')], judge({ nowMs }))]).toEqual([true, false])
})
