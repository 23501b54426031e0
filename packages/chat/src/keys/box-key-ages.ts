/** When box keys are made and retired, from the times they say they were made at. Facts: docs/chat.md, *Box keys*. */
import { KEY_LIMITS } from './key-limits.ts'
import { POST_AHEAD_MAX_MS } from '../post/grammar.ts'

const EVERY_MS = KEY_LIMITS.BOX_KEY_EVERY_MS.value
const LIFE_MS = KEY_LIMITS.BOX_KEY_LIFE_MS.value

/** What is known of the time of a key, by the clock of the moment it was made in. */
export interface Made {
  /** Unix ms. */
  readonly made: number
}

/**
 * Whether the next key is due. The newest counts as old, too, when it lies further ahead of the clock than clocks differ: the clock
 * was set back since, and it would be used for as long as it was ahead.
 * @param keys in the order they were made
 */
export function isNextDue(keys: readonly Made[], nowMs: number): boolean {
  const newest = keys.at(-1)
  if (newest === undefined) return true
  const ageMs = nowMs - newest.made
  return ageMs >= EVERY_MS || ageMs < -POST_AHEAD_MAX_MS
}

/**
 * Keys past their life, oldest first, never the newest. One that lies ahead of the clock was made before the keys that came after it:
 * its life counts from the first of these that does not. So a clock that is behind for a while makes no key old, and one that was
 * ahead keeps none for longer.
 * @param keys in the order they were made
 */
export function pastLife<K extends Made>(keys: readonly K[], nowMs: number): K[] {
  const madeBy = (index: number): number => keys.slice(index).find(({ made }) => made <= nowMs)?.made ?? nowMs
  const aged = keys.slice(0, -1).map((key, index) => ({ key, made: madeBy(index) }))
  return aged
    .filter(({ made }) => nowMs - made >= LIFE_MS)
    .toSorted((a, b) => a.made - b.made)
    .map(({ key }) => key)
}
