/** Seals direct messages and publishes them; never in the clear. Wire: docs/chat.md, *Encrypted kinds*, Direct message. */
import type { CommittedPost, PostStore } from '@dchat/store'
import type { Clock } from '@dchat/system'
import { isChatError } from '../errors.ts'
import { PostKind } from '../post/post.ts'
import { DIRECT_ROOM } from '../post/rooms-by-kind.ts'
import type { PostNetwork } from '../post-network.ts'
import type { OwnDraft } from '../relay/own-posts.ts'
import { sealDirect } from '../sealed/direct-message.ts'
import type { InnerMessage } from '../sealed/inner-message.ts'
import { boxKeyOf, noBoxKey } from './direct-box-key.ts'

export interface DirectSenderDeps {
  readonly posts: Pick<PostNetwork, 'publish'>
  readonly stored: Pick<PostStore, 'newestOf'>
  readonly clock: Pick<Clock, 'nowMs'>
}

/** With what is shown of it here, or which own line it takes back. */
export interface DirectDraft extends Pick<OwnDraft, 'line' | 'takesBack'> {
  /** The recipient's identity: Ed25519, 32 bytes. */
  readonly to: Buffer
  readonly inner: InnerMessage
}

export class DirectSender {
  readonly #deps: DirectSenderDeps

  constructor(deps: DirectSenderDeps) {
    this.#deps = deps
  }

  /**
   * Resolves once the post, and its line, are durable.
   * @throws {ChatError} CHAT_NO_BOX_KEY, CHAT_TEXT_TOO_LONG, and as `PostNetwork.publish`: nothing was stored
   */
  async send({ to, inner, ...shown }: DirectDraft): Promise<CommittedPost> {
    const { posts, stored, clock } = this.#deps
    const boxKey = boxKeyOf(stored, to, clock.nowMs())
    try {
      return await posts.publish({
        room: DIRECT_ROOM,
        kind: PostKind.DirectMessage,
        body: ({ author, time }) => sealDirect(inner, { author, time, recipient: to, boxKey }),
        ...shown,
      })
    } catch (error) {
      throw isChatError(error, 'CHAT_BOX_KEY_UNUSABLE') ? noBoxKey(to, 'unusable') : error
    }
  }
}
