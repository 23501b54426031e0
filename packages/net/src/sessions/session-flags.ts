/** The kinds of session, as bits: a protocol is registered for a set of them. Source: docs/node.md, *Sessions*. */

/** One bit for each kind of session: a protocol is registered for a sum of them. Source: docs/node.md, *Sessions*. */
export const SessionFlag = { Inbound: 1, Outbound: 2, Manual: 4, Seed: 8, Refine: 16, Direct: 32 } as const
/** The kind of one session. */
export type SessionFlag = (typeof SessionFlag)[keyof typeof SessionFlag]

/** Inbound, outbound, manual and direct: channels to peers. */
export const SESSION_DEFAULT = 39
/** Every kind: also the short errands of seed and refine sessions, which end after a second or two. */
export const SESSION_ALL = 63

/** Kinds of sessions, as logs and counters have them. */
export type SessionName = 'inbound' | 'outbound' | 'manual' | 'seed' | 'refine' | 'direct'

const NAMES: Readonly<Record<SessionFlag, SessionName>> = {
  1: 'inbound',
  2: 'outbound',
  4: 'manual',
  8: 'seed',
  16: 'refine',
  32: 'direct',
}

/** The name of one kind. */
export function sessionName(flag: SessionFlag): SessionName {
  return NAMES[flag]
}

/** Whether channels of this session count as peers: all but seed and refine. */
export function isPeerSession(flag: SessionFlag): boolean {
  return (flag & SESSION_DEFAULT) !== 0
}
