/** Which kind of room a name is of. Facts: docs/chat.md, *Post* and *Encrypted kinds*. */
import type { RoomInfo } from '@dchat/rpc'
import { isConversation } from '@dchat/store'

/** Hex of the other's key. @param room a conversation */
export function keyOfConversation(room: string): string {
  return room.slice(1)
}

/** @param room a name that is checked */
export function roomKindOf(room: string): RoomInfo['kind'] {
  if (isConversation(room)) return 'direct'
  return room.startsWith('p.') ? 'private' : 'public'
}
