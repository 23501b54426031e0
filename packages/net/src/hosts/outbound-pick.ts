/** Which host an outbound slot tries next. Facts: docs/node.md, *Sessions*, Outbound, "Picking". */
import type { Random } from '@dchat/system'
import type { Settings } from '../settings.ts'
import { HostColor } from './host-color.ts'
import type { HostContainer } from './host-container.ts'
import { HOST_LIMITS } from './host-limits.ts'
import type { HostRegistry } from './host-registry.ts'

export interface OutboundPickDeps {
  readonly settings: Pick<Settings, 'disableGreys' | 'knownPeerPercent' | 'localnet'>
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
 * Gold, then white, while fewer than `knownSlots` of those are connected or being connected; then grey.
 * Beyond the reference: when no grey one is left a slot takes gold or white rather than staying empty, else a node with one
 * slot (0 of it for known hosts) would never connect once the refinery has judged all its greys.
 */
export function pickOutbound(slots: number, deps: OutboundPickDeps): string | undefined {
  const known = (): string | undefined => pickFrom(HostColor.Gold, deps) ?? pickFrom(HostColor.White, deps)
  const isKnownDue = countKnownInUse(deps) < knownSlots(slots, deps.settings)
  const first = isKnownDue ? known() : undefined
  if (first !== undefined || deps.settings.disableGreys) return first
  return pickFrom(HostColor.Grey, deps) ?? (isKnownDue ? undefined : known())
}

function countKnownInUse({ registry, container }: OutboundPickDeps): number {
  let count = 0
  for (const state of ['connect', 'connected'] as const) {
    for (const url of registry.urlsIn(state)) {
      if (container.has(HostColor.Gold, url) || container.has(HostColor.White, url)) count += 1
    }
  }
  return count
}

/** On localnet every host is of one network group, so there the choice is plain. */
function pickFrom(color: HostColor, { container, random, registry, settings, isUsable }: OutboundPickDeps): string | undefined {
  const query = { color, accepts: (url: string): boolean => registry.canMove(url, 'connect') && isUsable(url) }
  return settings.localnet ? container.pickAny(random, query) : container.pickByGroup(random, query)
}
