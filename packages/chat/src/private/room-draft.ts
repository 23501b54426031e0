/** Own posts of private rooms: signed by the author key that was made for the room alone. Wire: docs/chat.md, *Private room*. */
import { ChatError } from '../errors.ts'
import type { HeldRoom, RoomKeyRing } from '../keys/room-key-ring.ts'
import { PostKind } from '../post/post.ts'
import type { OwnDraft } from '../relay/own-posts.ts'
import type { InnerMessage } from '../sealed/inner-message.ts'
import { sealRoom } from '../sealed/room-body.ts'

/**
 * A post without a line of its own: the store finds out what it says, as of those of other members. Where the room was forgotten before
 * it is made, making it throws CHAT_ROOM_LOCKED.
 */
export function roomDraft(held: HeldRoom, inner: InnerMessage, ring: Pick<RoomKeyRing, 'find'>): OwnDraft {
  const { keys, author } = held
  return {
    room: keys.id,
    kind: PostKind.PrivateRoom,
    signer: author,
    body: (at) => {
      if (ring.find(keys.id) !== held) throw new ChatError('CHAT_ROOM_LOCKED', { room: keys.id })
      return sealRoom(inner, { ...at, keys })
    },
  }
}
