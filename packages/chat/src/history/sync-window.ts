/** Which span of time a reconciliation covers. Facts: docs/chat.md, *History*. */
import { HISTORY_LIMITS } from './history-limits.ts'

const SECOND_MS = 1_000
const YOUNGEST_MS = HISTORY_LIMITS.SYNC_YOUNGEST_MS.value
const LOW_STEP_MS = HISTORY_LIMITS.SYNC_LOW_STEP_MS.value

/** Unix ms, both included. */
export interface SyncWindow {
  readonly since: number
  readonly until: number
}

/**
 * Whole seconds, because records have no finer time: whoever compares ms and whoever compares seconds has the same records in it.
 * @param lowMs our low-water time
 */
export function openingWindow(lowMs: number, nowMs: number): SyncWindow {
  const seconds = Math.floor((nowMs - YOUNGEST_MS + 1) / SECOND_MS)
  return { since: wholeStep(lowMs), until: seconds * SECOND_MS - 1 }
}

/**
 * Where an initiator starts again when the other side has nothing before `since`. Undefined when that is no way on: it lies not
 * above ours.
 */
export function restartedWindow(window: SyncWindow, since: number): SyncWindow | undefined {
  return since > window.since ? { since: wholeSecond(since), until: window.until } : undefined
}

/**
 * What an answerer tells an initiator that asks for more than there is here; undefined when it does not. What begins there is
 * answered.
 */
export function refusedSince(since: number, lowMs: number): number | undefined {
  return since < lowMs ? wholeStep(lowMs) : undefined
}

export function isEmptyWindow({ since, until }: SyncWindow): boolean {
  return since > until
}

/** Above a low-water time that moves on with the clock, on both sides, so that what begins there holds for a while. */
function wholeStep(lowMs: number): number {
  return Math.ceil(lowMs / LOW_STEP_MS) * LOW_STEP_MS
}

function wholeSecond(ms: number): number {
  return Math.ceil(ms / SECOND_MS) * SECOND_MS
}
