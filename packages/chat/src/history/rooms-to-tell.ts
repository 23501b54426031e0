/** Which rooms a peer is told of next. Wire: docs/chat.md, *Commands*, `rooms`. */
import type { OfferedRoom } from '@dchat/store'
import { HISTORY_LIMITS } from './history-limits.ts'
import { isCoreRank, rankOf } from './room-order.ts'

/**
 * Of the rooms that have posts and that the peer was not told of yet: first what every node keeps and what is joined here,
 * then those with the newest posts; at most ROOMS_TOLD_ENTRIES. Who is told again and again is thus told of every room once.
 */
export function roomsToTell(offered: readonly OfferedRoom[], isTold: (room: string) => boolean): OfferedRoom[] {
  const untold = offered.filter(({ room, posts }) => posts > 0 && !isTold(room))
  const isCore = ({ room, joined }: OfferedRoom): number => Number(isCoreRank(rankOf(room, joined)))
  untold.sort((a, b) => isCore(b) - isCore(a) || b.newest - a.newest || (a.room < b.room ? -1 : 1))
  return untold.slice(0, HISTORY_LIMITS.ROOMS_TOLD_ENTRIES.value)
}
