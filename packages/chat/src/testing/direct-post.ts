/** Direct messages as somebody else writes them. Wire: docs/chat.md, *Direct message*. */
import { PostKind } from '../post/post.ts'
import { DIRECT_ROOM } from '../post/rooms-by-kind.ts'
import { sealDirect } from '../sealed/direct-message.ts'
import { rawPost } from './raw-post.ts'
import type { RawPost } from './raw-post.ts'
import { SeededSigner } from './seeded-signer.ts'

export interface DirectPostParts {
  readonly text: string
  readonly from?: SeededSigner
  /** Unix ms. */
  readonly time: number
  /** Identity key of the recipient, and the box key it is written to: 32 bytes each. */
  readonly recipient: Buffer
  readonly boxKey: Buffer
}

export interface DirectPost extends RawPost {
  readonly author: Buffer
  readonly body: string
}

export async function directPost({ text, from = CAROL, time, recipient, boxKey }: DirectPostParts): Promise<DirectPost> {
  const body = await sealDirect({ kind: 0, text }, { author: from.key, time, recipient, boxKey })
  const post = rawPost({ signer: from, room: DIRECT_ROOM, kind: PostKind.DirectMessage, time, body })
  return { ...post, author: from.key, body }
}

const CAROL = new SeededSigner('carol')
