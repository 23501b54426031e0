import { describe, expect, test } from 'vitest'
import type { Channel } from '../channel.ts'
import { Slot, longestConnected, slotsToEnd } from './slot.ts'
import type { SlotState } from './slot.ts'

const channelTo = (url: string, id = 1): Channel => ({ info: { url, id } }) as Channel
const sleeping: SlotState = { at: 'sleeping' }
const connecting = (sinceMs: number): SlotState => ({ at: 'connecting', sinceMs, url: `tcp://1.2.3.4:${sinceMs}/` })
const connected = (sinceMs: number): SlotState => ({ at: 'connected', sinceMs, channel: channelTo(`tcp://5.6.7.8:${sinceMs}/`) })

function slotsIn(states: readonly SlotState[]): Slot[] {
  return states.map((state, index) => {
    const slot = new Slot(index)
    slot.state = state
    return slot
  })
}

test('a slot shows its host and the id of its channel, 0 without one', () => {
  const slot = new Slot(3)
  expect([slot.index, slot.channelId, slot.url, slot.state]).toEqual([3, 0, undefined, { at: 'stopped' }])
  slot.state = { at: 'connected', sinceMs: 0, channel: channelTo('tcp://1.2.3.4:5/', 77) }
  expect([slot.channelId, slot.url]).toEqual([77, 'tcp://1.2.3.4:5/'])
  slot.state = connecting(9)
  expect([slot.channelId, slot.url]).toEqual([0, 'tcp://1.2.3.4:9/'])
})

test('a slot that is given up aborts its signal, and has ended when it has stopped', async () => {
  const slot = new Slot(0)
  slot.state = sleeping
  slot.end()
  expect([slot.signal.aborted, slot.state]).toEqual([true, sleeping])
  slot.noteStopped()
  await slot.ended
  expect(slot.state).toEqual({ at: 'stopped' })
})

describe('of too many slots', () => {
  test.each<[string, SlotState[], number, number[]]>([
    ['none goes when there are not too many', [sleeping, connected(1)], 0, []],
    ['sleeping ones go first, the last of them before', [sleeping, connecting(1), sleeping, connected(2)], 1, [2]],
    ['sleeping ones go before those that connect', [connecting(9), sleeping, sleeping], 2, [2, 1]],
    ['then those that connect, the newest first', [connecting(5), connected(9), connecting(6), sleeping], 2, [3, 2]],
    ['then the newest connected', [connected(3), connected(8), connected(5)], 2, [1, 2]],
    ['all go', [connected(3), sleeping, connecting(5)], 3, [1, 2, 0]],
  ])('%s', (_, states, count, gone) => {
    expect(slotsToEnd(slotsIn(states), count).map(({ index }) => index)).toEqual(gone)
  })
})

test('the longest connected come first; slots without a channel do not count', () => {
  const slots = slotsIn([connected(30), connecting(1), connected(10), sleeping, connected(20)])
  expect(longestConnected(slots).map(({ info }) => info.url)).toEqual([10, 20, 30].map((ms) => `tcp://5.6.7.8:${ms}/`))
})
