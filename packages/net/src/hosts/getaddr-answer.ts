/** Which addresses a peer is told. Wire: docs/wire.md, `addr`; rule: docs/node.md, *Protocols*, address. */
import type { Random } from '@dchat/system'
import { LIMITS } from '../limits.ts'
import { SHAREABLE_SCHEMES } from '../schemes.ts'
import { HostColor } from './host-color.ts'
import type { HostContainer, HostEntry } from './host-container.ts'

export interface GetaddrQuery {
  /** Taken as at most 255; the answer holds up to twice as many. */
  readonly max: number
  /** Schemes the peer dials. */
  readonly transports: readonly string[]
}

/** A VarInt count, or the length of a URL: 65,281 bytes hold fewer than 65,536 of either. */
const VAR_INT_MAX_BYTES = 3
const LAST_SEEN_BYTES = 8

/**
 * `max` random gold and `max` random white addresses of the requested schemes, filled up to 2·max with gold, then white of
 * other schemes, then dark; shareable schemes only. Addresses that would make the message longer than 65,281 bytes are left out.
 */
export function answerGetaddr(query: GetaddrQuery, deps: { container: HostContainer; random: Random }): HostEntry[] {
  const { container, random } = deps
  const max = Math.min(Math.max(0, Math.floor(query.max)), LIMITS.GETADDR_MAX.value)
  const requested = SHAREABLE_SCHEMES.filter((scheme) => query.transports.includes(scheme))
  const chosen = new Map<string, HostEntry>()
  const take = (color: HostColor, schemes: readonly string[], count: number): void => {
    if (count <= 0) return
    const found = container.fetchRandom(random, { color, schemes, max: count, exclude: new Set(chosen.keys()) })
    for (const entry of found) chosen.set(entry.url, entry)
  }
  take(HostColor.Gold, requested, max)
  take(HostColor.White, requested, max)
  take(HostColor.Gold, SHAREABLE_SCHEMES, 2 * max - chosen.size)
  take(
    HostColor.White,
    SHAREABLE_SCHEMES.filter((scheme) => !requested.includes(scheme)),
    2 * max - chosen.size,
  )
  take(HostColor.Dark, SHAREABLE_SCHEMES, 2 * max - chosen.size)
  return withinMessage(chosen.values())
}

function withinMessage(entries: Iterable<HostEntry>): HostEntry[] {
  let bytes = VAR_INT_MAX_BYTES
  const kept: HostEntry[] = []
  for (const entry of entries) {
    const more = VAR_INT_MAX_BYTES + Buffer.byteLength(entry.url) + LAST_SEEN_BYTES
    if (bytes + more > LIMITS.ADDR_MAX_BYTES.value) continue
    bytes += more
    kept.push(entry)
  }
  return kept
}
