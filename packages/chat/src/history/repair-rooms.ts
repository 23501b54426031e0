/** Which rooms a repair covers, in order. Facts: docs/chat.md, *History*. */
import type { OfferedRoom } from '@dchat/store'
import { shuffled } from '@dchat/system'
import type { Random } from '@dchat/system'
import { DIRECT_ROOM, PROFILE_ROOM } from '../post/rooms-by-kind.ts'
import { HISTORY_LIMITS } from './history-limits.ts'
import { isCoreRank, rankOf } from './room-order.ts'

export interface RepairRoomsQuery {
  /** Rooms that have posts here or are joined. */
  readonly offered: readonly OfferedRoom[]
  /** Rooms that the other side says it has. */
  readonly hinted: Iterable<string>
  keeps(room: string): boolean
}

/** The joined rooms, the empty one and `_dm`, as they are ranked; then REPAIR_OTHER_ROOMS of all others that are kept, at random. */
export function repairRooms(query: RepairRoomsQuery, random: Random): string[] {
  const { offered, hinted } = query
  const joined = new Set(offered.filter((room) => room.joined).map(({ room }) => room))
  const core = [...new Set([...joined, PROFILE_ROOM, DIRECT_ROOM])]
  core.sort((a, b) => rankOf(a, joined.has(a)) - rankOf(b, joined.has(b)))
  const others = new Set<string>()
  for (const { room } of offered) others.add(room)
  for (const room of hinted) if (query.keeps(room)) others.add(room)
  const rest = [...others].filter((room) => !isCoreRank(rankOf(room, joined.has(room))))
  return [...core, ...shuffled(random, rest).slice(0, HISTORY_LIMITS.REPAIR_OTHER_ROOMS.value)]
}
