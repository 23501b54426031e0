/** What the posts of private rooms say, for the store, as far as their keys are here. Wire: docs/chat.md, *Private room*. */
import type { Reveal, Revealed, SealedPost } from '@dchat/store'
import type { RoomKeyRing } from '../keys/room-key-ring.ts'
import { PostKind } from '../post/post.ts'
import { isPrivateRoom, isRoomName } from '../post/rooms-by-kind.ts'
import { InnerKind } from '../sealed/inner-message.ts'
import type { InnerMessage } from '../sealed/inner-message.ts'
import { memberOf } from '../sealed/member-certificate.ts'
import { openRoom } from '../sealed/room-body.ts'
import { NOTHING, meaningOf } from './inner-meaning.ts'

/**
 * Asked inside a commit: it takes microseconds and never throws. Undefined while the keys of the room are not here, and for what they
 * do not open. Own posts that come back from the network (to a new store, or another machine with the same keys) are told like those
 * of others, by their author: they are not `own`, as it is with posts of other rooms.
 */
export function revealer(ring: Pick<RoomKeyRing, 'find'>): Reveal {
  return (post) => {
    if (post.kind !== PostKind.PrivateRoom) return undefined
    const keys = ring.find(post.room)?.keys
    const inner = keys && openRoom(post, keys)
    return inner && meaningIn(inner, post)
  }
}

function meaningIn(inner: InnerMessage, { room, author }: SealedPost): Revealed {
  const { kind, text } = inner
  switch (kind) {
    case InnerKind.Member: {
      const identity = memberOf(text, { room, author })
      return identity === undefined ? NOTHING : { as: 'member', identity: identity.toString('hex') }
    }
    case InnerKind.Rekey:
      return isPrivateRoomName(text) && text !== room ? { as: 'rekey', room: text } : NOTHING
    default:
      return meaningOf(inner)
  }
}

function isPrivateRoomName(text: string): boolean {
  return isPrivateRoom(text) && isRoomName(text)
}
