/** What a node keeps of other nodes over a restart, without a disk: as its host list, ban and anchor files have it. */
import { SAVED_COLORS } from '../hosts/hostlist-file.ts'
import type { HostlistLine } from '../hosts/hostlist-file.ts'
import { HOST_LIMITS } from '../hosts/host-limits.ts'
import type { P2p } from '../p2p.ts'
import { SessionFlag } from '../sessions/session-flags.ts'

export interface HostSnapshot {
  readonly lines: readonly HostlistLine[]
  readonly bans: ReturnType<P2p['hosts']['bans']['saved']>
  readonly anchors: readonly string[]
}

/** To be taken before the channels close, which moves gold to grey. */
export function takeSnapshot({ hosts, peers }: P2p): HostSnapshot {
  const { container, bans } = hosts
  return {
    lines: SAVED_COLORS.flatMap((color) => container.entries(color).map((entry) => ({ color, ...entry }))),
    bans: bans.saved(),
    anchors: peers
      .filter(({ info }) => info.session === SessionFlag.Outbound)
      .toSorted((a, b) => a.startedMs - b.startedMs)
      .slice(0, HOST_LIMITS.ANCHORS_MAX.value)
      .map(({ info }) => info.url),
  }
}

/** Gives a node that has not started what another one knew. */
export function restoreSnapshot(snapshot: HostSnapshot, { hosts }: P2p): void {
  hosts.bans.load(snapshot.bans)
  for (const { color, url, lastSeenSec } of snapshot.lines) hosts.container.store(color, url, lastSeenSec)
  hosts.setAnchors(snapshot.anchors)
}
