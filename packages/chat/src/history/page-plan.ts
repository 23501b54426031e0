/** Decides which rooms are paged, and which of them a channel is asked for next: values in, decisions out. Facts: docs/chat.md, *History*. */
import type { RoomHint } from './room-hints.ts'
import { isCoreRank } from './room-order.ts'
import type { RoomPaging } from './room-paging.ts'

/** A channel that could be asked for a page. */
export interface PageSource {
  readonly channelId: number
  readonly hintOf: (room: string) => RoomHint | undefined
}

/**
 * The room to ask a channel for, if any: the first page of each core room before the second of any, so that every screen
 * fills at once; then room after room in order of rank, the ones with the newest posts first.
 */
export function nextPaging(source: PageSource, pagings: Iterable<RoomPaging>): RoomPaging | undefined {
  let best: RoomPaging | undefined
  for (const paging of pagings) {
    if (paging.holder !== 0 || !paging.isWorthAsking(source.channelId, source.hintOf(paging.room))) continue
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
  return paging.holder === 0 && !sources.some(({ channelId, hintOf }) => paging.isWorthAsking(channelId, hintOf(paging.room)))
}
