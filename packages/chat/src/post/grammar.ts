/** The numbers of a post's layout. Wire: docs/chat.md, *Post*. */

export const POST_VERSION = 1
/** What a signature covers before the post's own bytes. */
export const POST_SIGNING_CONTEXT = 'dchat.post.v1\0'
export const KEY_BYTES = 32
export const ID_BYTES = 32
export const SIGNATURE_BYTES = 64
/** Of a room's name; all of them ASCII. */
const ROOM_MAX_BYTES = 64
export const PARENTS_MAX = 8
export const BODY_MAX_BYTES = 8192
/** Unicode scalar values. */
export const NICK_MAX_CHARACTERS = 32
/** The longest post. In a `post` message a VarInt of 3 bytes stands before it: 8,626 of the 8,640 it may have. */
export const POST_MAX_BYTES: number =
  1 + KEY_BYTES + (1 + ROOM_MAX_BYTES) + 1 + 8 + (1 + PARENTS_MAX * ID_BYTES) + (3 + BODY_MAX_BYTES) + SIGNATURE_BYTES
/** How far ahead of our clock a post's time may lie: beyond it is dropped, which is no offence. Ms. */
export const POST_AHEAD_MAX_MS: number = 10 * 60_000
