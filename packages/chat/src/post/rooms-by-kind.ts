/** Which names rooms have, and which kinds of posts they take. Wire: docs/chat.md, *Rooms by kind*. */
import { PostKind } from './post.ts'

/** Takes profiles and box keys; nobody joins it. */
export const PROFILE_ROOM = ''
/** Takes direct messages; nobody joins it. */
export const DIRECT_ROOM = '_dm'

const NAME = /^[a-z0-9._-]{0,64}$/
const PRIVATE_NAME = /^p\.[0-9a-f]{40}$/

/** Whether a post may stand in a room of that name: the empty one, `_dm`, private rooms and ordinary ones. */
export function isRoomName(room: string): boolean {
  if (!NAME.test(room)) return false
  if (room.startsWith('_')) return room === DIRECT_ROOM
  return !room.startsWith('p.') || PRIVATE_NAME.test(room)
}

/** Whether `room`, a room's name, is that of a private room: `p.` and 40 hex digits. */
export function isPrivateRoom(room: string): boolean {
  return room.startsWith('p.')
}

/** Whether `room`, a room's name, is one that everybody may write to in the clear: none of the special ones. */
export function isOrdinaryRoom(room: string): boolean {
  return room !== PROFILE_ROOM && room !== DIRECT_ROOM && !isPrivateRoom(room)
}

/** Whether `room`, a room's name, takes posts of that kind. */
export function roomTakes(room: string, kind: number): boolean {
  switch (kind) {
    case PostKind.Profile:
    case PostKind.BoxKey:
      return room === PROFILE_ROOM
    case PostKind.DirectMessage:
      return room === DIRECT_ROOM
    case PostKind.PrivateRoom:
      return isPrivateRoom(room)
    default:
      return isOrdinaryRoom(room)
  }
}
