/** What a node counts of posts since its start. */

export interface PostCounts {
  /** `post` messages that came. */
  received: number
  /** Copies of posts that are here, or were decided on before. */
  duplicate: number
  /** Against the grammar: the peer is banned. */
  malformed: number
  /** With a bad signature or room proof: the peer is banned. */
  forged: number
  /** Too far ahead of our clock: dropped, may come again. */
  early: number
  /** Older than the low-water time of their room, or replaced by a newer one. */
  outdated: number
  /** Dropped by a quota. */
  outnumbered: number
  stored: number
  /** Of rooms that are not kept: relayed from memory. */
  unkept: number
  /** Could not be stored. */
  failed: number
  /** Copies sent unasked. */
  relayedWhole: number
  /** Ids sent in a `have`. */
  relayedHave: number
  /** Ids asked for with a `want`. */
  wanted: number
  /** Posts sent because a peer asked for them. */
  served: number
  /** Ids that were not told, or not asked for, because a bound was reached. */
  leftToHistory: number
  /** How often a channel was not read because it brought too many posts unasked. */
  throttled: number
  /** How often a channel was not read because too many posts wait here. */
  held: number
}

export function newPostCounts(): PostCounts {
  return {
    received: 0,
    duplicate: 0,
    malformed: 0,
    forged: 0,
    early: 0,
    outdated: 0,
    outnumbered: 0,
    stored: 0,
    unkept: 0,
    failed: 0,
    relayedWhole: 0,
    relayedHave: 0,
    wanted: 0,
    served: 0,
    leftToHistory: 0,
    throttled: 0,
    held: 0,
  }
}
