/** Why a node has no peer: found from what it knows of its seeds, hosts and dials. Facts: docs/node.md, *Why there is no peer*. */
import type { FailureCause, FailureReason } from './failure-reason.ts'
import type { HostReach } from './hosts/hosts.ts'
import type { P2pState } from './p2p.ts'
import type { SeedOutcome, SeedState } from './sessions/seedsync-session.ts'

/** Somebody who could not be had. */
export interface Failure {
  /** Who. */
  readonly url: string
  /** Why not. */
  readonly reason: FailureReason
}

export interface ConnectionFacts {
  readonly state: P2pState
  readonly peers: number
  /** Outbound slots that are wanted. */
  readonly slots: number
  readonly isListening: boolean
  readonly seeds: readonly SeedState[]
  /** The newest failure of each seed, manual peer, and host that a slot has dialled since there was a peer last. */
  readonly failures: {
    readonly seeds: readonly Failure[]
    readonly peers: readonly Failure[]
    readonly hosts: readonly Failure[]
  }
  /** Peers that are to be kept. */
  readonly manual: number
  /** Of the hosts that are known. `dark`: those of schemes that are not dialled here. */
  readonly hosts: HostReach & { readonly dark: number }
  readonly bans: number
  /** Unix ms at which the last peer left, or the node was made. */
  readonly aloneSinceMs: number
}

/** What fails alike, and what those who were tried said. */
export interface Failing {
  /** What is common to all of it. */
  readonly cause: FailureCause | 'mixed'
  /** The newest of each; at most eight of hosts. */
  readonly failures: readonly Failure[]
}

/** Why a node has no peer; `kind` says it. Facts: docs/node.md, *Why there is no peer*. */
export type ConnectionProblem =
  /** Nothing has failed yet. */
  | { readonly kind: 'starting'; readonly waitsFor: 'seeds' | 'hosts' | 'peers' }
  | { readonly kind: 'no_way' | 'listen_only' | 'no_seeds_no_peers' | 'no_hosts' | 'not_dialable' }
  | { readonly kind: 'all_banned'; readonly bans: number }
  | ({ readonly kind: 'seeds_failed' | 'dials_fail' | 'peers_fail' | 'offline' | 'proxy_fails' | 'wrong_network' } & Failing)

/** Undefined while there is a peer, and while the node does not run. */
export function findProblem(facts: ConnectionFacts): ConnectionProblem | undefined {
  const { state, peers, slots, manual, isListening } = facts
  if (peers > 0 || state === 'open' || state === 'stopped') return undefined
  if (slots === 0 && manual === 0) return { kind: isListening ? 'listen_only' : 'no_way' }
  return commonProblem(facts) ?? (slots === 0 ? peersProblem(facts) : slotsProblem(facts))
}

/** What keeps everybody away alike, be it a seed, a host or a peer. */
function commonProblem({ seeds, failures, aloneSinceMs }: ConnectionFacts): ConnectionProblem | undefined {
  const all = [...failures.hosts, ...failures.seeds, ...failures.peers]
  const isAnswered = seeds.map(outcomeOf).some((outcome) => outcome?.at === 'answered' && outcome.atMs >= aloneSinceMs)
  if (all.length === 0 || isAnswered) return undefined
  const failing = failingOf(all)
  if (failing.cause === 'unreachable') return { kind: 'offline', ...failing }
  if (failing.cause === 'proxy') return { kind: 'proxy_fails', ...failing }
  // Who is of another network may be the first to close.
  const told = all.filter(({ reason }) => reason.cause !== 'closed')
  const isOther = told.length > 0 && told.every(({ reason }) => OTHER.has(reason.cause))
  return isOther ? { kind: 'wrong_network', ...failingOf(told) } : undefined
}

const OTHER: ReadonlySet<FailureCause> = new Set<FailureCause>(['other_network', 'other_version'])

function peersProblem({ failures }: ConnectionFacts): ConnectionProblem {
  return failures.peers.length === 0
    ? { kind: 'starting', waitsFor: 'peers' }
    : { kind: 'peers_fail', ...failingOf(failures.peers) }
}

function slotsProblem(facts: ConnectionFacts): ConnectionProblem {
  const { failures, hosts, bans } = facts
  if (failures.hosts.length > 0) return { kind: 'dials_fail', ...failingOf(failures.hosts) }
  if (hosts.isAnyUsable) return { kind: 'starting', waitsFor: 'hosts' }
  if (hosts.isAnyBanned) return { kind: 'all_banned', bans }
  return seedsProblem(facts)
}

/** No host is known that may be dialled. */
function seedsProblem(facts: ConnectionFacts): ConnectionProblem {
  const { seeds, failures, hosts, bans, manual } = facts
  const outcomes = seeds.map(outcomeOf)
  if (seeds.length === 0) {
    if (hosts.dark > 0) return { kind: 'not_dialable' }
    return manual > 0 ? peersProblem(facts) : { kind: 'no_seeds_no_peers' }
  }
  const isTold = outcomes.some((outcome) => outcome?.at === 'answered' && outcome.hosts > 0)
  if (!isTold && outcomes.includes(undefined)) return { kind: 'starting', waitsFor: 'seeds' }
  if (failures.seeds.length === seeds.length) return { kind: 'seeds_failed', ...failingOf(failures.seeds) }
  if (hosts.dark > 0) return { kind: 'not_dialable' }
  return isTold && bans > 0 ? { kind: 'all_banned', bans } : { kind: 'no_hosts' }
}

function outcomeOf(seed: SeedState): SeedOutcome | undefined {
  if (seed.at === 'unasked') return undefined
  return seed.at === 'asking' ? seed.before : seed
}

function failingOf(failures: readonly Failure[]): Failing {
  const causes = new Set(failures.map(({ reason }) => reason.cause))
  const [cause = 'mixed'] = causes
  return { cause: causes.size === 1 ? cause : 'mixed', failures }
}
