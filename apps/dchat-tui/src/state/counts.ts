/** Counts what happens, for `/stats`. Pure. */
import type { Counts, SessionAction } from './model.ts'

export function startCounts(nowMs: number): Counts {
  return { since: nowMs, heard: 0, sent: 0, failed: 0, links: 0 }
}

/** With `action` counted; the same value for what is not counted. */
export function withCounted(counts: Counts, action: SessionAction): Counts {
  if (action.type === 'live') return { ...counts, heard: counts.heard + action.messages.length }
  if (action.type === 'sending') return { ...counts, sent: counts.sent + 1 }
  if (action.type === 'sendFailed') return { ...counts, failed: counts.failed + 1 }
  const isUp = action.type === 'link' && action.link.at === 'ready'
  return isUp ? { ...counts, links: counts.links + 1 } : counts
}
