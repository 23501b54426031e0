/**
 * Where ranges of records end. A record is (seconds, id), sorted by seconds, then id bytewise.
 * Facts: docs/chat.md, *Negentropy v1, the facts needed*.
 */

export const ID_BYTES = 32

/** An exclusive upper bound: the place of a record that need not exist. */
export interface Bound {
  /** Whole seconds; Infinity lies above every record. */
  readonly seconds: number
  /** The first 0 to 32 bytes of an id; the missing ones are 0. */
  readonly prefix: Uint8Array
}

const NO_BYTES = new Uint8Array(0)

/** Below every record; the first range begins there. */
export const LOWEST: Bound = { seconds: 0, prefix: NO_BYTES }

/** Above every record. */
export const INFINITE: Bound = { seconds: Number.POSITIVE_INFINITY, prefix: NO_BYTES }

/** The first place of a second: no id of it lies below. */
export function startOf(seconds: number): Bound {
  return { seconds, prefix: NO_BYTES }
}

/** Negative when `a` lies below `b`, 0 when they are the same place. Prefixes say nothing at infinity. */
export function compareBounds(a: Bound, b: Bound): number {
  if (a.seconds !== b.seconds) return a.seconds < b.seconds ? -1 : 1
  if (a.seconds === Number.POSITIVE_INFINITY) return 0
  const length = Math.max(a.prefix.length, b.prefix.length)
  for (let i = 0; i < length; i++) {
    const difference = (a.prefix[i] ?? 0) - (b.prefix[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/** Whether the id at `offset` of `ids` lies below a prefix whose missing bytes are 0. */
export function isIdBelow(ids: Uint8Array, offset: number, prefix: Uint8Array): boolean {
  for (let i = 0; i < prefix.length; i++) {
    const difference = ids[offset + i]! - prefix[i]!
    if (difference !== 0) return difference < 0
  }
  return false
}
