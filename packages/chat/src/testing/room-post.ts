/** Posts of a private room by anybody who holds its secret, or some of it. Wire: docs/chat.md, *Encrypted kinds*, Private room. */
import { PostKind } from '../post/post.ts'
import type { Signer } from '../post/post.ts'
import type { InnerMessage } from '../sealed/inner-message.ts'
import { sealRoom } from '../sealed/room-body.ts'
import type { RoomKeys } from '../sealed/room-keys.ts'
import { rawPost } from './raw-post.ts'
import type { RawPost } from './raw-post.ts'

export interface RoomPostParts {
  readonly keys: RoomKeys
  /** The author. */
  readonly signer: Signer
  /** Unix ms. */
  readonly time: number
}

export function roomPost(inner: InnerMessage, { keys, signer, time }: RoomPostParts): RawPost {
  return rawPost({
    signer,
    room: keys.id,
    kind: PostKind.PrivateRoom,
    time,
    body: sealRoom(inner, { author: signer.key, time, keys }),
  })
}
