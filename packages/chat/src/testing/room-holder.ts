/** Somebody without a node of ours who holds the secret of a private room, and writes in it what he likes. */
import { InnerKind } from '../sealed/inner-message.ts'
import type { InnerMessage } from '../sealed/inner-message.ts'
import { parseInvitation } from '../sealed/invitation.ts'
import { memberText } from '../sealed/member-certificate.ts'
import { roomKeysOf } from '../sealed/room-keys.ts'
import type { RoomKeys } from '../sealed/room-keys.ts'
import type { RawPost } from './raw-post.ts'
import { roomPost } from './room-post.ts'
import type { RoomStage } from './room-stage.ts'
import { SeededSigner } from './seeded-signer.ts'

export class RoomHolder {
  /** His key in the room. */
  readonly signer: SeededSigner
  readonly #stage: RoomStage
  readonly #keys: RoomKeys

  constructor(name: string, stage: RoomStage, invitation: string) {
    this.signer = new SeededSigner(name)
    this.#stage = stage
    this.#keys = roomKeysOf(parseInvitation(invitation).secret)
  }

  /** Gives a post to the relay, who passes it on. */
  async post(inner: InnerMessage): Promise<RawPost> {
    const { chat, relay } = this.#stage
    const peer = await chat.peer(relay)
    await chat.advance(1_000)
    const post = roomPost(inner, { keys: this.#keys, signer: this.signer, time: chat.clock.nowMs() })
    peer.post(post)
    await chat.advance(1_000)
    return post
  }

  say(text: string): Promise<RawPost> {
    return this.post({ kind: InnerKind.Text, text })
  }

  /** An identity vouches for him. */
  vouch(identity: SeededSigner): Promise<RawPost> {
    return this.post({ kind: InnerKind.Member, text: memberText(identity, { room: this.#keys.id, author: this.signer.key }) })
  }
}
