/** What a node counts of its own work since it was made, for who watches it. Never reset, never about a single peer. */
import { isNetError } from './errors.ts'
import type { DropReason } from './hosts/address-filter.ts'
import { TrafficTable } from './messages/traffic.ts'
import type { SessionName } from './sessions/session-flags.ts'

/** How a dial of one endpoint ended; `ended` is one that this node gave up. */
export type DialOutcome = 'connected' | 'failed' | 'timeout' | 'proxy' | 'tls' | 'ended'

/** Why a connection was turned away at the door: its host is banned, or there is no room for it. */
export type RefusalReason = 'banned' | 'full'

/** Sums over the life of a node object; starting it again goes on with them. */
export class NodeCounts {
  /** What was handed to the network, by command. */
  readonly sent: TrafficTable = new TrafficTable()
  /** What came, by command. */
  readonly received: TrafficTable = new TrafficTable()
  /** Channels that have done their version exchange. */
  readonly opened: Record<SessionName, number> = { inbound: 0, outbound: 0, manual: 0, seed: 0, refine: 0, direct: 0 }
  /** Connections that were turned away at the door. */
  readonly refused: Record<RefusalReason, number> = { banned: 0, full: 0 }
  /** Addresses that peers told and that were not kept. */
  readonly dropped: Record<DropReason, number> = {
    'too-long': 0,
    'not-a-url': 0,
    'no-host': 0,
    'no-port': 0,
    configured: 0,
    banned: 0,
    own: 0,
    local: 0,
    'unknown-scheme': 0,
    'invalid-host': 0,
    listed: 0,
  }
  /** Dials of single endpoints, by how they ended. */
  readonly dials: Record<DialOutcome, number> = {
    connected: 0,
    failed: 0,
    timeout: 0,
    proxy: 0,
    tls: 0,
    ended: 0,
  }
}

/** @param isGivenUp - whether this node no longer wanted the channel */
export function dialOutcome(error: unknown, isGivenUp: boolean): DialOutcome {
  if (isGivenUp) return 'ended'
  if (isNetError(error, 'NET_DIAL_TIMEOUT')) return 'timeout'
  if (isNetError(error, 'NET_PROXY_UNREACHABLE')) return 'proxy'
  return isNetError(error) && error.code.startsWith('NET_TLS_') ? 'tls' : 'failed'
}
