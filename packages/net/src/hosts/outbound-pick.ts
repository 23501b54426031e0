/** Which host an outbound slot tries next. Facts: docs/node.md, *Sessions*, Outbound, "Picking". */
import type { Random } from '@dchat/system'
import type { Settings } from '../settings.ts'
import type { Anchors } from './anchors.ts'
import { endpointTarget } from './ban-target.ts'
import { HostColor } from './host-color.ts'
import type { HostContainer, HostPick } from './host-container.ts'
import { HOST_LIMITS } from './host-limits.ts'
import type { HostRegistry } from './host-registry.ts'
import { networkGroup } from './network-group.ts'

/** For whom a host is picked. */
export interface OutboundPickQuery {
  /** How many outbound slots there are. */
  readonly slots: number
  /** What the outbound slots hold or dial now, canonical. @default every host that is connected or being connected, of no group */
  readonly inUse?: readonly string[] | undefined
}

export interface OutboundPickDeps {
  readonly settings: Pick<Settings, 'disableGreys' | 'knownPeerPercent'>
  /** Whether network groups count: off localnet, where every host is of one group, and with the defences on. */
  readonly isByGroup: boolean
  readonly anchors: Pick<Anchors, 'take'>
  readonly container: HostContainer
  readonly registry: Pick<HostRegistry<unknown>, 'urlsIn' | 'canMove'>
  readonly random: Random
  /** Whether the address may be dialled at all: not a seed, not ours, not banned, a scheme we dial. */
  readonly isUsable: (url: string) => boolean
}

/** How many of the slots may go to hosts that are known to be good (gold, white). */
export function knownSlots(slots: number, settings: OutboundPickDeps['settings']): number {
  if (settings.disableGreys) return slots
  const percent = Math.min(Math.max(0, settings.knownPeerPercent), HOST_LIMITS.KNOWN_PEER_PERCENT_MAX.value)
  return Math.floor((percent * slots) / 100)
}

/**
 * An anchor, once after the start. Then gold, then white, while the slots hold or dial fewer than `knownSlots` of those; then grey. By group each network group is as likely as any other, and has two of the slots at most.
 * Never what leads to the same host and port as a connection that is there or being made, in whatever scheme.
 * Beyond the reference: when no grey one is left a slot takes gold or white rather than staying empty, else a node with one
 * slot (0 of it for known hosts) would never connect once the refinery has judged all its greys.
 */
export function pickOutbound(query: OutboundPickQuery, deps: OutboundPickDeps): string | undefined {
  const may = eligible(query.inUse ?? [], deps)
  const anchor = deps.anchors.take((url) => may.acceptsGroup(networkGroup(url)) && may.accepts(url))
  if (anchor !== undefined) return anchor
  const known = (): string | undefined => pickFrom(HostColor.Gold, may, deps) ?? pickFrom(HostColor.White, may, deps)
  const isKnownDue = countKnown(query.inUse ?? connections(deps), deps) < knownSlots(query.slots, deps.settings)
  const first = isKnownDue ? known() : undefined
  if (first !== undefined || deps.settings.disableGreys) return first
  return pickFrom(HostColor.Grey, may, deps) ?? (isKnownDue ? undefined : known())
}

type Eligible = Required<Pick<HostPick, 'accepts' | 'acceptsGroup'>>

function eligible(inUse: readonly string[], deps: OutboundPickDeps): Eligible {
  const { registry, isUsable, isByGroup } = deps
  const taken = new Set([...inUse, ...connections(deps)].map(endpointTarget))
  const counts = new Map<string, number>()
  if (isByGroup) for (const group of inUse.map(networkGroup)) counts.set(group, (counts.get(group) ?? 0) + 1)
  return {
    accepts: (url) => registry.canMove(url, 'connect') && !taken.has(endpointTarget(url)) && isUsable(url),
    acceptsGroup: (group) => (counts.get(group) ?? 0) < HOST_LIMITS.OUTBOUND_PER_GROUP.value,
  }
}

function connections({ registry }: OutboundPickDeps): string[] {
  return [...registry.urlsIn('connect'), ...registry.urlsIn('connected')]
}

function countKnown(urls: readonly string[], { container }: OutboundPickDeps): number {
  return urls.filter((url) => container.has(HostColor.Gold, url) || container.has(HostColor.White, url)).length
}

function pickFrom(color: HostColor, may: Eligible, { container, random, isByGroup }: OutboundPickDeps): string | undefined {
  return isByGroup ? container.pickByGroup(random, { color, ...may }) : container.pickAny(random, { color, ...may })
}
