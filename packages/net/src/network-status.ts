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

/** Times: Unix ms. */
export interface SlotStatus {
  readonly at: 'sleeping' | 'connecting' | 'connected' | 'stopped'
  readonly url: string | undefined
  /** The id of its channel. */
  readonly channelId: number | undefined
  readonly sinceMs: number
  /** Why its last try failed, or its last channel ended; undefined while one works. */
  readonly failure: FailureReason | undefined
}

export interface ManualStatus {
  readonly url: string
  readonly at: 'connecting' | 'connected' | 'waiting'
  /** When it is tried again. */
  readonly nextMs: number | undefined
  readonly failure: FailureReason | undefined
}

export interface NetworkStatus {
  readonly slots: readonly SlotStatus[]
  /** Undefined without slots. `nextMs`: when it looks again at the latest. */
  readonly discovery: (Pick<DiscoveryState, 'at' | 'attempt'> & { readonly nextMs: number | undefined }) | undefined
  readonly seeds: readonly (readonly [url: string, state: SeedState])[]
  readonly manual: readonly ManualStatus[]
  /** The newest first. */
  readonly dialFailures: readonly DialFailure[]
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
