/** Own posts of private rooms: signed by the author key that was made for the room alone. Wire: docs/chat.md, *Private room*. */
import type { MessageKind } from '@dchat/store'
import type { HeldRoom } from '../keys/room-key-ring.ts'
import { PostKind } from '../post/post.ts'
import type { OwnDraft } from '../relay/own-posts.ts'
import type { InnerMessage } from '../sealed/inner-message.ts'
import { sealRoom } from '../sealed/room-body.ts'

/**
 * @param shownAs of a message that is a line: as what. Of others the store finds out what they are, as of those of other members.
 */
export function roomDraft({ keys, author }: HeldRoom, inner: InnerMessage, shownAs?: MessageKind): OwnDraft {
  return {
    room: keys.id,
    kind: PostKind.PrivateRoom,
    body: (at) => sealRoom(inner, { ...at, keys }),
    signer: author,
    ...(shownAs !== undefined && { line: { room: keys.id, kind: shownAs, text: inner.text } }),
  }
}
