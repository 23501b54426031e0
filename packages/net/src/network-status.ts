/** What a node is doing to have peers: asked for by people, put together when it is asked for. */
import type { Clock } from '@dchat/system'
import { findProblem } from './connection-problem.ts'
import type { ConnectionProblem, Failure } from './connection-problem.ts'
import type { DialFailure, DialFailures } from './dial-failures.ts'
import type { FailureReason } from './failure-reason.ts'
import { HostColor } from './hosts/host-color.ts'
import type { Hosts } from './hosts/hosts.ts'
import type { Channel } from './channel.ts'
import type { P2pState } from './p2p.ts'
import type { DiscoveryState } from './sessions/peer-discovery.ts'
import type { SeedState } from './sessions/seedsync-session.ts'
import type { SessionSet } from './sessions/session-set.ts'
import type { Settings } from './settings.ts'

/** One outbound slot. Times: Unix ms. */
export interface SlotStatus {
  /** What it is at. A sleeping slot has found no host to dial. */
  readonly at: 'sleeping' | 'connecting' | 'connected' | 'stopped'
  /** The host it dials or is connected to, canonical; undefined while it sleeps. */
  readonly url: string | undefined
  /** The id of its channel; undefined unless it is connected. */
  readonly channelId: number | undefined
  /** When that began. */
  readonly sinceMs: number
  /** Why its last try failed, or its last channel ended; undefined while one works. */
  readonly failure: FailureReason | undefined
}

/** A peer that is kept connected. Times: Unix ms. */
export interface ManualStatus {
  /** Canonical, as in `Settings.peers`. */
  readonly url: string
  /** What is done about it just now. */
  readonly at: 'connecting' | 'connected' | 'waiting'
  /** When it is tried again; undefined unless it waits. */
  readonly nextMs: number | undefined
  /** Why it was not had the last time; undefined while it is connected. */
  readonly failure: FailureReason | undefined
}

/** What a node does to have peers. */
export interface NetworkStatus {
  /** The outbound slots, in order. */
  readonly slots: readonly SlotStatus[]
  /** What the search for hosts is at; undefined without slots. `nextMs`: when it looks again at the latest. */
  readonly discovery: (Pick<DiscoveryState, 'at' | 'attempt'> & { readonly nextMs: number | undefined }) | undefined
  /** The seeds of the settings, and what each is at. */
  readonly seeds: readonly (readonly [url: string, state: SeedState])[]
  /** The peers of the settings, and those given to `P2p.connect`. */
  readonly manual: readonly ManualStatus[]
  /** The newest first: at most `LIMITS.DIAL_FAILURES`. */
  readonly dialFailures: readonly DialFailure[]
  /** Why there is no peer; undefined while there is one, and while the node does not run. */
  readonly problem: ConnectionProblem | undefined
}

export interface NetworkStatusDeps {
  readonly settings: Settings
  readonly clock: Clock
  readonly state: P2pState
  readonly sessions: Pick<SessionSet, 'outbound' | 'seed' | 'manual'>
  readonly hosts: Pick<Hosts<Channel>, 'reach' | 'container' | 'bans'>
  readonly dialFailures: DialFailures
  readonly channels: { readonly peerCount: number; readonly msWithoutPeers: number }
}

/** Failures of hosts that a problem tells. */
const MAX_TOLD = 8

export function networkStatus(deps: NetworkStatusDeps): NetworkStatus {
  const { clock, sessions, dialFailures } = deps
  const monotonicMs = clock.monotonicMs()
  const toUnixMs = (ms: number): number => Math.round(clock.nowMs() + ms - monotonicMs)
  const slots = sessions.outbound.slots.map((slot): SlotStatus => {
    const { state, url, changedMs, failure } = slot
    const channelId = state.at === 'connected' ? slot.channelId : undefined
    return { at: state.at, url, channelId, sinceMs: toUnixMs(changedMs), failure }
  })
  const manual = sessions.manual.states.map(([url, state]): ManualStatus => {
    return { url, at: state.at, nextMs: state.at === 'waiting' ? toUnixMs(state.nextMs) : undefined, failure: state.reason }
  })
  const { discovery: found } = sessions.outbound
  const discovery =
    found === undefined ? undefined : { ...found, nextMs: found.nextMs === undefined ? undefined : toUnixMs(found.nextMs) }
  const seeds = sessions.seed.states
  const status = { slots, discovery, seeds, manual, dialFailures: dialFailures.list }
  return { ...status, problem: problemOf(status, deps) }
}

type Observed = Omit<NetworkStatus, 'problem'>

function problemOf({ seeds, manual, dialFailures }: Observed, deps: NetworkStatusDeps): ConnectionProblem | undefined {
  const { settings, clock, state, hosts, channels } = deps
  const { peerCount, msWithoutPeers } = channels
  // Most who ask are connected: the lists are not looked through for them.
  if (peerCount > 0) return undefined
  const aloneSinceMs = clock.nowMs() - msWithoutPeers
  const ofHosts = dialFailures.filter(({ session, atMs }) => session === 'outbound' && atMs >= aloneSinceMs)
  return findProblem({
    state,
    peers: peerCount,
    slots: settings.outboundConnections,
    isListening: settings.inbound.length > 0,
    seeds: seeds.map(([, seed]) => seed),
    failures: { seeds: seeds.flatMap(seedFailure), peers: manual.flatMap(peerFailure), hosts: newestOfEach(ofHosts) },
    manual: manual.length,
    hosts: { ...hosts.reach, dark: hosts.container.size(HostColor.Dark) },
    bans: hosts.bans.list().length,
    aloneSinceMs,
  })
}

function seedFailure([url, state]: readonly [string, SeedState]): Failure[] {
  const outcome = state.at === 'asking' ? state.before : state
  return outcome?.at === 'failed' ? [{ url, reason: outcome.reason }] : []
}

function peerFailure({ url, failure }: ManualStatus): Failure[] {
  return failure === undefined ? [] : [{ url, reason: failure }]
}

function newestOfEach(failures: readonly DialFailure[]): Failure[] {
  const byUrl = new Map<string, Failure>()
  for (const { url, reason } of failures) if (!byUrl.has(url)) byUrl.set(url, { url, reason })
  return [...byUrl.values()].slice(0, MAX_TOLD)
}
