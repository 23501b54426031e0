import { ManualClock } from '@dchat/system'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HOST_LIMITS } from './host-limits.ts'
import { HostRegistry } from './host-registry.ts'
import { HOST_TRANSITIONS, isAllowedMove } from './host-state.ts'
import type { HostState } from './host-state.ts'

const A = 'tcp://1.2.3.4:5/'
const DAY_MS = HOST_LIMITS.REGISTRY_IDLE_MAX_AGE_MS.value
const STATES = Object.keys(HOST_TRANSITIONS) as HostState[]

/** Allowed moves from free that end in each state. */
const WAYS: Record<HostState, readonly HostState[]> = {
  free: [],
  insert: ['insert'],
  refine: ['refine'],
  connect: ['connect'],
  connected: ['connected'],
  move: ['move'],
  suspend: ['move', 'suspend'],
}

function registryAt(state: HostState): HostRegistry<string> {
  const registry = new HostRegistry<string>({ clock: new ManualClock() })
  for (const step of WAYS[state]) registry.move(A, step, 'channel')
  return registry
}

describe('every move', () => {
  const pairs = STATES.flatMap((from) => STATES.map((to) => [from, to] as const))

  test.each(pairs.filter(([from, to]) => isAllowedMove(from, to)))('%s to %s is made', (from, to) => {
    const registry = registryAt(from)
    expect(registry.canMove(A, to)).toBe(true)
    registry.move(A, to, 'other')
    expect(registry.stateOf(A)).toBe(to)
    expect(registry.held(A)).toBe(to === 'connected' ? 'other' : undefined)
  })

  test.each(pairs.filter(([from, to]) => !isAllowedMove(from, to)))('%s to %s is refused and changes nothing', (from, to) => {
    const registry = registryAt(from)
    expect(registry.canMove(A, to)).toBe(false)
    expect(() => registry.move(A, to, 'other')).toThrow(
      expect.objectContaining({ code: 'NET_HOST_STATE_BLOCKED', data: { url: A, from, to } }),
    )
    expect(registry.tryMove(A, to, 'other')).toBe(false)
    expect([registry.stateOf(A), registry.held(A)]).toEqual([from, from === 'connected' ? 'channel' : undefined])
  })
})

test('a connected host holds something, and is listed with it until it leaves', () => {
  const registry = new HostRegistry<string>({ clock: new ManualClock() })
  expect(() => registry.move(A, 'connected')).toThrow(TypeError)
  expect(registry.stateOf(A)).toBe('free')
  registry.move(A, 'connect')
  expect([...registry.urlsIn('connect')]).toEqual([A])
  registry.move(A, 'connected', 'channel')
  registry.move('tcp://1.2.3.5:5/', 'connect')
  expect([...registry.connected()]).toEqual([[A, 'channel']])
  expect(registry.countIn('connected')).toBe(1)
  registry.move(A, 'free')
  expect([...registry.connected()]).toEqual([])
  expect(registry.held(A)).toBeUndefined()
})

test('suspended hosts are freed together', () => {
  const registry = registryAt('suspend')
  registry.move('tcp://1.2.3.5:5/', 'connect')
  expect(registry.freeSuspended()).toBe(1)
  expect(registry.stateOf(A)).toBe('free')
  expect(registry.stateOf('tcp://1.2.3.5:5/')).toBe('connect')
  expect(registry.freeSuspended()).toBe(0)
})

test('idle hosts are dropped when they are older than a day, not before', async () => {
  const clock = new ManualClock()
  const registry = new HostRegistry<string>({ clock })
  registry.move(A, 'free')
  await clock.advance(DAY_MS)
  expect(registry.prune()).toBe(0)
  registry.move('tcp://1.2.3.5:5/', 'connect')
  await clock.advance(1)
  expect(registry.prune()).toBe(1)
  expect(registry.countIn('free')).toBe(0)
  expect(registry.countIn('connect')).toBe(1)
})

test('idle hosts older than a day are dropped by themselves when another becomes idle', async () => {
  const clock = new ManualClock()
  const registry = new HostRegistry<string>({ clock })
  registry.move(A, 'move')
  registry.move(A, 'suspend')
  await clock.advance(DAY_MS)
  registry.move('tcp://1.2.3.5:5/', 'free')
  expect(registry.stateOf(A)).toBe('suspend')
  await clock.advance(1)
  registry.move('tcp://1.2.3.6:5/', 'free')
  expect([registry.stateOf(A), registry.countIn('suspend'), registry.countIn('free')]).toEqual(['free', 0, 2])
})

test('one idle host too many drops the oldest until 18,000 are left, none at work', () => {
  const registry = new HostRegistry<string>({ clock: new ManualClock() })
  registry.move('tcp://a:1/', 'connect')
  registry.move('tcp://b:1/', 'move')
  registry.move('tcp://b:1/', 'suspend')
  const max = HOST_LIMITS.REGISTRY_IDLE_MAX.value
  for (let index = 1; index < max; index += 1) registry.move(`tcp://h${index}:1/`, 'free')
  expect(registry.countIn('free') + registry.countIn('suspend')).toBe(max)
  registry.move('tcp://last:1/', 'free')
  expect(registry.countIn('free') + registry.countIn('suspend')).toBe(HOST_LIMITS.REGISTRY_IDLE_KEPT.value)
  expect(registry.stateOf('tcp://b:1/')).toBe('free')
  expect(registry.stateOf('tcp://a:1/')).toBe('connect')
})

test('any sequence of moves keeps counts, states and holdings together', () => {
  const step = fc.record({ url: fc.constantFrom('a', 'b', 'c'), to: fc.constantFrom(...STATES) })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const registry = new HostRegistry<string>({ clock: new ManualClock() })
      const model = new Map<string, HostState>()
      for (const { url, to } of steps) {
        const isAllowed = isAllowedMove(model.get(url) ?? 'free', to)
        expect(registry.tryMove(url, to, url)).toBe(isAllowed)
        if (isAllowed) model.set(url, to)
      }
      for (const state of STATES)
        expect(registry.countIn(state)).toBe([...model.values()].filter((value) => value === state).length)
      for (const [url, state] of model) expect(registry.held(url)).toBe(state === 'connected' ? url : undefined)
    }),
  )
})
