import type { OfferedRoom } from '@dchat/store'
import { ManualClock } from '@dchat/system'
import { expect, test } from 'vitest'
import { HISTORY_LIMITS } from './history-limits.ts'
import { RoomsGossip } from './rooms-gossip.ts'
import { roomsToTell } from './rooms-to-tell.ts'

const MINUTE = HISTORY_LIMITS.ROOMS_TOLD_INTERVAL_MS.value
const MAX = HISTORY_LIMITS.ROOMS_TOLD_ENTRIES.value
const offer = (room: string, newest = 1, joined = false): OfferedRoom => ({ room, joined, newest, low: 0, posts: 1 })
const never = (): boolean => false

class Rig {
  readonly clock = new ManualClock()
  readonly offered: OfferedRoom[] = []
  readonly messages: { readonly atMs: number; readonly rooms: readonly string[] }[] = []
  isFull = false
  readonly gossip = new RoomsGossip({ clock: this.clock, offered: () => this.offered })

  join(channelId = 1): void {
    this.gossip.add(channelId, (rooms) => {
      if (this.isFull) return false
      this.messages.push({ atMs: this.clock.monotonicMs(), rooms: rooms.map(({ room }) => room) })
      return true
    })
  }

  add(room: OfferedRoom): void {
    this.offered.push(room)
    this.gossip.noteRoom(room.room)
  }
}

test('what every node keeps and what is joined is told first, then the rooms with the newest posts', () => {
  const offered = [offer('old', 1), offer('new', 9), offer('mine', 2, true), offer('', 0), offer('_dm', 1)]
  expect(roomsToTell(offered, never).map(({ room }) => room)).toEqual(['mine', '_dm', '', 'new', 'old'])
})

test('rooms without posts, and those that were told, are left out', () => {
  const offered = [{ ...offer('mine', 0, true), posts: 0 }, offer('told'), offer('other')]
  expect(roomsToTell(offered, (room) => room === 'told').map(({ room }) => room)).toEqual(['other'])
})

test('a channel is told at its start, also that there is nothing', () => {
  const rig = new Rig()
  rig.join()
  expect(rig.messages).toEqual([{ atMs: 0, rooms: [] }])
})

test('a new room is told soon, and two of them not within a minute', async () => {
  const rig = new Rig()
  rig.join()
  await rig.clock.advance(2 * MINUTE)
  rig.add(offer('a'))
  await rig.clock.advance(1_000)
  rig.add(offer('b'))
  await rig.clock.advance(MINUTE - 1)
  expect(rig.messages).toHaveLength(2)
  await rig.clock.advance(1)
  expect(rig.messages.slice(1).map(({ rooms }) => rooms)).toEqual([['a'], ['b']])
  rig.gossip.noteRoom('a')
  await rig.clock.advance(10 * MINUTE)
  expect([rig.messages.length, rig.clock.pendingTimers]).toEqual([3, 0])
})

test('more rooms than a message holds follow a minute apart, each once', async () => {
  const rig = new Rig()
  for (let index = 0; index < 2 * MAX + 1; index += 1) rig.offered.push(offer(`r${index}`, index))
  rig.join()
  await rig.clock.advance(5 * MINUTE)
  expect(rig.messages.map(({ atMs, rooms }) => [atMs, rooms.length])).toEqual([
    [0, MAX],
    [MINUTE, MAX],
    [2 * MINUTE, 1],
  ])
  expect(new Set(rig.messages.flatMap(({ rooms }) => rooms)).size).toBe(2 * MAX + 1)
  expect(rig.clock.pendingTimers).toBe(0)
})

test('a channel that is full is told later; one that is gone is not, and leaves no timer', async () => {
  const rig = new Rig()
  rig.isFull = true
  rig.offered.push(offer('a'))
  rig.join()
  await rig.clock.advance(1_500)
  rig.isFull = false
  await rig.clock.advance(1_500)
  expect(rig.messages).toEqual([{ atMs: 2_000, rooms: ['a'] }])
  rig.add(offer('b'))
  rig.gossip.remove(1)
  expect(rig.clock.pendingTimers).toBe(0)
})
