import { ManualClock, SeededRandom } from '@dchat/system'
import { describe, expect, test } from 'vitest'
import { Anchors } from './anchors.ts'
import { HOST_COLOR_NAMES, HostColor } from './host-color.ts'
import { HostContainer } from './host-container.ts'
import { HostRegistry } from './host-registry.ts'
import { knownSlots, pickOutbound } from './outbound-pick.ts'
import type { OutboundPickDeps } from './outbound-pick.ts'

interface Counts {
  gold?: number
  white?: number
  grey?: number
}

const SETTINGS = { disableGreys: false, knownPeerPercent: 70 }

/** Fills slots one after the other as an outbound session does; the colours they came from, in order. */
function fill(slots: number, counts: Counts, over: Partial<OutboundPickDeps> = {}): string[] {
  const clock = new ManualClock()
  const container = new HostContainer({ goldMax: 100 }, { clock })
  const registry = new HostRegistry<string>({ clock })
  const nowSec = clock.nowMs() / 1000
  for (const [name, color] of [
    ['gold', HostColor.Gold],
    ['white', HostColor.White],
    ['grey', HostColor.Grey],
  ] as const) {
    for (let index = 0; index < (counts[name] ?? 0); index += 1) container.store(color, `tcp://${name}${index}:1/`, nowSec)
  }
  const deps = {
    settings: SETTINGS,
    container,
    registry,
    random: new SeededRandom(5),
    isByGroup: true,
    anchors: new Anchors(),
    isUsable: () => true,
    ...over,
  }
  const picked: string[] = []
  const inUse: string[] = []
  for (let slot = 0; slot < slots; slot += 1) {
    const url = pickOutbound({ slots, inUse }, deps)
    if (url === undefined) break
    inUse.push(url)
    picked.push(HOST_COLOR_NAMES[container.colorOf(url)!])
    registry.move(url, 'connect')
    registry.move(url, 'connected', 'channel')
    container.move(url, HostColor.Gold, nowSec)
  }
  return picked
}

const times = (count: number, name: string): string[] => Array.from({ length: count }, () => name)

describe('slots are filled', () => {
  test.each([
    [
      'gold first, then white, then grey',
      { slots: 8, counts: { gold: 2, white: 9, grey: 9 } },
      ['gold', 'gold', 'white', 'white', 'white', 'grey', 'grey', 'grey'],
    ],
    [
      'gold up to the known part',
      { slots: 8, counts: { gold: 9, white: 9, grey: 9 } },
      [...times(5, 'gold'), ...times(3, 'grey')],
    ],
    ['grey when nothing is known', { slots: 4, counts: { grey: 9 } }, times(4, 'grey')],
    ['known again when grey runs out', { slots: 4, counts: { white: 9, grey: 1 } }, ['white', 'white', 'grey', 'white']],
    ['one slot with grey', { slots: 1, counts: { white: 3, grey: 1 } }, ['grey']],
    ['one slot with white when there is no grey', { slots: 1, counts: { white: 3 } }, ['white']],
    ['as far as hosts go', { slots: 8, counts: { gold: 1, white: 1, grey: 1 } }, ['gold', 'white', 'grey']],
    ['not at all without hosts', { slots: 3, counts: {} }, []],
  ] as const)('%s', (_, { slots, counts }, expected) => {
    expect(fill(slots, counts)).toEqual(expected)
    expect(fill(slots, counts, { isByGroup: false })).toEqual(expected)
  })

  test('without grey when greys are disabled', () => {
    expect(fill(4, { white: 2, grey: 9 }, { settings: { ...SETTINGS, disableGreys: true } })).toEqual(['white', 'white'])
  })

  test('never with an unusable host', () => {
    expect(fill(4, { gold: 2, white: 1, grey: 2 }, { isUsable: (url) => !url.includes('0') })).toEqual(['gold', 'grey'])
  })
})

test('a grey host that connected counts as known from then on', () => {
  expect(fill(2, { grey: 1, white: 2 })).toEqual(['white', 'grey'])
})

test('only hosts of the slots count as known ones that are in use; where they are not named, all do', () => {
  const clock = new ManualClock()
  const container = new HostContainer({ goldMax: 100 }, { clock })
  const registry = new HostRegistry<string>({ clock })
  const nowSec = clock.nowMs() / 1000
  for (const name of ['one', 'two', 'three']) {
    const url = `tcp://direct-${name}:1/`
    container.store(HostColor.Gold, url, nowSec)
    registry.move(url, 'connect')
    registry.move(url, 'connected', 'channel')
  }
  container.store(HostColor.White, 'tcp://white:1/', nowSec)
  container.store(HostColor.Grey, 'tcp://grey:1/', nowSec)
  const deps = {
    settings: SETTINGS,
    container,
    registry,
    random: new SeededRandom(5),
    isByGroup: true,
    anchors: new Anchors(),
    isUsable: () => true,
  }
  expect(pickOutbound({ slots: 4, inUse: [] }, deps)).toBe('tcp://white:1/')
  expect(pickOutbound({ slots: 4, inUse: ['tcp://direct-one:1/', 'tcp://direct-two:1/'] }, deps)).toBe('tcp://grey:1/')
  expect(pickOutbound({ slots: 4 }, deps)).toBe('tcp://grey:1/')
})

test.each([
  [8, 70, 5],
  [8, 80, 6],
  [8, 81, 6],
  [8, 100, 6],
  [10, 70, 7],
  [1, 70, 0],
  [0, 70, 0],
  [8, 0, 0],
  [100, 29, 29],
])('of %i slots at %i %% %i are for known hosts', (slots, knownPeerPercent, expected) => {
  expect(knownSlots(slots, { ...SETTINGS, knownPeerPercent })).toBe(expected)
  expect(knownSlots(slots, { ...SETTINGS, knownPeerPercent, disableGreys: true })).toBe(slots)
})
