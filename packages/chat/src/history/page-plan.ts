/** Decides which rooms are paged, and which of them a channel is asked for next: values in, decisions out. Facts: docs/chat.md, *History*. */
import { HISTORY_LIMITS } from './history-limits.ts'
import type { RoomHint } from './room-hints.ts'
import { isCoreRank } from './room-order.ts'
import type { RoomPaging } from './room-paging.ts'

const FAR_BEHIND_MS = HISTORY_LIMITS.FAR_BEHIND_MS.value

/** @param newestMs of the posts that were held; 0: none */
export function isFarBehind(newestMs: number, hint: RoomHint): boolean {
  return newestMs === 0 || hint.newest - newestMs > FAR_BEHIND_MS
}

/** A channel that could be asked for a page. */
export interface PageSource {
  readonly channelId: number
  hintOf(room: string): RoomHint | undefined
}

/** Whether a channel is worth asking for the rest of a room. */
export function isSource(source: PageSource, paging: RoomPaging): boolean {
  if (paging.isDone || paging.isSpent(source.channelId)) return false
  const hint = source.hintOf(paging.room)
  // The hint was made when the channel began: a room may have got its first posts since, and what is joined is asked for.
  if (hint === undefined) return isCoreRank(paging.rank) && paging.received === 0
  // What another has paged to its end is asked for again only where there is said to be more of it.
  return hint.newest > paging.floorMs && (paging.received === 0 || hint.posts > paging.received)
}

/**
 * The room to ask a channel for, if any: the first page of each core room before the second of any, so that every screen
 * fills at once; then room after room in order of rank, the ones with the newest posts first.
 */
export function nextPaging(source: PageSource, pagings: Iterable<RoomPaging>): RoomPaging | undefined {
  let best: RoomPaging | undefined
  for (const paging of pagings) {
    if (paging.holder !== 0 || !isSource(source, paging)) continue
    if (best === undefined || comesBefore(source, { one: paging, other: best })) best = paging
  }
  return best
}

function comesBefore(source: PageSource, { one, other }: { one: RoomPaging; other: RoomPaging }): boolean {
  const stage = (paging: RoomPaging): number => (isCoreRank(paging.rank) && paging.pages === 0 ? 0 : 1)
  if (stage(one) !== stage(other)) return stage(one) < stage(other)
  if (one.rank !== other.rank) return one.rank < other.rank
  return (source.hintOf(one.room)?.newest ?? 0) > (source.hintOf(other.room)?.newest ?? 0)
}

/** Whether no channel of those that are there can bring more of a room. */
export function isExhausted(paging: RoomPaging, sources: readonly PageSource[]): boolean {
  return paging.holder === 0 && !sources.some((source) => isSource(source, paging))
}
