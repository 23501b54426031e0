/** Which rooms come first when their history is fetched: what a person looks at. Facts: docs/chat.md, *History*. */
import { DIRECT_ROOM, PROFILE_ROOM } from '../post/rooms-by-kind.ts'

/** The room that is shared with reference nodes: the first screen. */
const SHARED_ROOM = 'dchat'

export type RoomRank = 0 | 1 | 2 | 3 | 4

/** `dchat`, the empty room (without profiles lines have no nicks), the joined ones, `_dm`, all others. */
export function rankOf(room: string, isJoined: boolean): RoomRank {
  if (room === SHARED_ROOM && isJoined) return 0
  if (room === PROFILE_ROOM) return 1
  if (isJoined) return 2
  return room === DIRECT_ROOM ? 3 : 4
}

/** Whether every node keeps the room, or the user has joined it. */
export function isCoreRank(rank: RoomRank): boolean {
  return rank < 4
}
