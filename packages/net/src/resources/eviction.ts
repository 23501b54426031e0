/**
 * Whom a full node drops for a newcomer. Worth keeping are peers that an attacker cannot easily be many of: old ones, near
 * ones, useful ones, known ones, and those of rare network groups. Reasons: docs/decisions/0009.
 */
import { LIMITS } from '../limits.ts'

/** An inbound peer, as the choice sees it. */
export interface InboundPeer {
  /** Its network group. */
  readonly group: string
  /** The operator vouches for it: a manual peer, or one that is never banned. */
  readonly isVouchedFor: boolean
  /** The better list that its host stood in when it came. */
  readonly listed: 'gold' | 'white' | undefined
  /** Its quickest pong, in milliseconds; undefined before the first. */
  readonly pingMs: number | undefined
  /** We have dialled its host ourselves: it stays our peer without this channel. */
  readonly isDouble: boolean
  /** Monotonic time at which it last brought something wanted; undefined for never. */
  readonly usefulMs: number | undefined
}

/** Who wants a slot. */
export type Newcomer = Pick<InboundPeer, 'group' | 'isDouble'>

/**
 * The peer to drop, or undefined when the newcomer is the one to go. Protected are, in this order: whom the operator vouches
 * for; hosts of the gold list; a quarter of the slots for those that came first, a quarter for the quickest pongs, an eighth
 * for the latest use, an eighth for hosts of the white list; but at least two, and a quarter of the slots, stay unprotected.
 * Of the others and the newcomer the newest of the most crowded group goes; the newcomer where its group is among those. But a
 * newcomer of a group of which nobody is there yet gets the place of the newest double.
 * @param peers - in the order they came
 */
export function chooseEvicted<P extends InboundPeer>(peers: readonly P[], newcomer: Newcomer): P | undefined {
  const isRare = !newcomer.isDouble && !peers.some(({ group }) => group === newcomer.group)
  return newestOfCrowd(peers, newcomer.group) ?? (isRare ? newestDouble(peers) : undefined)
}

/**
 * Nodes that dial each other hold two channels; while a network is small they fill all their slots so, and nobody else gets in.
 * Each such pair can spare one.
 */
export function newestDouble<P extends InboundPeer>(peers: readonly P[]): P | undefined {
  return peers.findLast(({ isDouble, isVouchedFor }) => isDouble && !isVouchedFor)
}

function newestOfCrowd<P extends InboundPeer>(peers: readonly P[], newcomerGroup: string): P | undefined {
  const kept = protectedPeers(peers)
  const crowds = Map.groupBy(
    peers.filter((peer) => !kept.has(peer)),
    ({ group }) => group,
  )
  const newcomers = 1 + (crowds.get(newcomerGroup)?.length ?? 0)
  let chosen: readonly P[] | undefined
  for (const crowd of crowds.values()) if (crowd.length > (chosen?.length ?? newcomers)) chosen = crowd
  return chosen?.at(-1)
}

function protectedPeers<P extends InboundPeer>(peers: readonly P[]): ReadonlySet<P> {
  const slots = peers.length
  const kept = new Set<P>()
  const keep = (candidates: readonly P[], max: number): void => {
    let left = max
    for (const peer of candidates) {
      if (left <= 0) return
      if (kept.has(peer)) continue
      kept.add(peer)
      left -= 1
    }
  }
  const most = Math.max(0, Math.min(Math.floor((slots * 3) / 4), slots - 2))
  const room = (quota: number): number => Math.min(quota, most - kept.size)
  keep(
    peers.filter(({ isVouchedFor }) => isVouchedFor),
    slots,
  )
  keep(
    peers.filter(({ listed }) => listed === 'gold'),
    room(slots),
  )
  keep(peers, room(quota(slots, 4)))
  keep(
    best(peers, ({ pingMs }) => (pingMs === undefined ? undefined : -pingMs)),
    room(quota(slots, 4)),
  )
  keep(
    best(peers, ({ usefulMs }) => usefulMs),
    room(quota(slots, 8)),
  )
  keep(
    peers.filter(({ listed }) => listed === 'white'),
    room(quota(slots, 8)),
  )
  return kept
}

function quota(slots: number, divisor: number): number {
  return Math.min(Math.max(1, Math.floor(slots / divisor)), LIMITS.EVICTION_PROTECTED_MAX.value)
}

/** Those with a score, highest first; of equals the one that came first. */
function best<P>(peers: readonly P[], score: (peer: P) => number | undefined): P[] {
  return peers.filter((peer) => score(peer) !== undefined).toSorted((a, b) => score(b)! - score(a)!)
}
