import { expect, test } from 'vitest'
import { HOST_TRANSITIONS, isAllowedMove } from './host-state.ts'
import type { HostState } from './host-state.ts'

/** docs/node.md, *Hosts*, written out once more: from, then every target that is allowed. */
const ALLOWED: Record<HostState, readonly HostState[]> = {
  free: ['insert', 'refine', 'connect', 'connected', 'move', 'free'],
  insert: ['free'],
  refine: ['connected', 'move', 'free'],
  connect: ['connected', 'move', 'free'],
  connected: ['move', 'free'],
  move: ['connected', 'suspend', 'free'],
  suspend: ['refine', 'free'],
}

const STATES = Object.keys(HOST_TRANSITIONS) as HostState[]
const PAIRS = STATES.flatMap((from) => STATES.map((to) => [from, to, ALLOWED[from].includes(to)] as const))

test.each(PAIRS)('%s to %s is allowed: %s', (from, to, isAllowed) => {
  expect(isAllowedMove(from, to)).toBe(isAllowed)
})
