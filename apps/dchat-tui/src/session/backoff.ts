/** How long to wait before the next try to reach the daemon. */
import type { Random } from '@dchat/system'
import { FIRST_RETRY_MS, LONGEST_RETRY_MS } from '../limits.ts'

/** Milliseconds before try number `failures` + 1: doubling from 0.5 s to 15 s, each a quarter more or less, never outside these two. */
export function retryDelayMs(failures: number, random: Random): number {
  const base = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures, 10))
  const jittered = Math.round(base * (0.75 + random.int(501) / 1000))
  return Math.min(LONGEST_RETRY_MS, Math.max(FIRST_RETRY_MS, jittered))
}
