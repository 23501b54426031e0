/** What is being done with a host, so that no two parts of a node work on the same one. Facts: docs/node.md, *Hosts*. */

export type HostState = 'insert' | 'refine' | 'connect' | 'connected' | 'suspend' | 'move' | 'free'

/** The allowed moves: from each target, the states it may be entered from. Everything else is refused. */
export const HOST_TRANSITIONS: Readonly<Record<HostState, readonly HostState[]>> = {
  insert: ['free'],
  refine: ['free', 'suspend'],
  connect: ['free'],
  connected: ['free', 'connect', 'refine', 'move'],
  move: ['free', 'connect', 'refine', 'connected'],
  suspend: ['move'],
  free: ['insert', 'refine', 'connect', 'connected', 'suspend', 'move', 'free'],
}

/** Whether a host may go from one state to another. */
export function isAllowedMove(from: HostState, to: HostState): boolean {
  return HOST_TRANSITIONS[to].includes(from)
}
