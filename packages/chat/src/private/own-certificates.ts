/** Keeps the own member certificates in the private rooms that are joined. Wire: docs/chat.md, *Private room*: the first inner message, repeated after 30 days. */
import type { MessageStore } from '@dchat/store'
import type { Unsubscribe } from '@dchat/system'
import type { HeldRoom, RoomKeyRing } from '../keys/room-key-ring.ts'
import type { PostNetwork } from '../post-network.ts'
import type { Signer } from '../post/post.ts'
import type { StandingDraft } from '../relay/standing-posts.ts'
import { InnerKind } from '../sealed/inner-message.ts'
import { memberText } from '../sealed/member-certificate.ts'
import { roomDraft } from './room-draft.ts'
import { ROOM_LIMITS } from './room-limits.ts'

export interface OwnCertificatesDeps {
  readonly store: Pick<MessageStore, 'rooms'>
  readonly posts: Pick<PostNetwork, 'publishStanding' | 'keep' | 'drop'>
  readonly ring: Pick<RoomKeyRing, 'rooms' | 'find'>
  readonly identity: Signer
}

export class OwnCertificates {
  readonly #deps: OwnCertificatesDeps
  readonly #kept = new Set<string>()
  /** Signed once: it is looked at before everything that is said. */
  readonly #drafts = new WeakMap<HeldRoom, StandingDraft>()
  #unsubscribe: Unsubscribe | undefined

  constructor(deps: OwnCertificatesDeps) {
    this.#deps = deps
  }

  start(): void {
    const { store, ring } = this.#deps
    this.#unsubscribe ??= store.rooms.onChange((room) => this.#onChange(room))
    for (const { keys } of ring.rooms()) this.#onChange(keys.id)
  }

  stop(): void {
    this.#unsubscribe?.()
    this.#unsubscribe = undefined
    for (const room of this.#kept) this.#drop(room)
  }

  /**
   * The certificate is published, unless that was done within 30 days and the post is still stored.
   * @throws as `PostNetwork.publish`
   */
  ensure(held: HeldRoom): Promise<void> {
    return this.#deps.posts.publishStanding(this.#draftOf(held))
  }

  /** Those of rooms that are left are not kept up. */
  #onChange(room: string): void {
    const { store, ring, posts } = this.#deps
    const held = ring.find(room)
    if (held === undefined || !store.rooms.isJoined(room)) this.#drop(room)
    else if (!this.#kept.has(room)) {
      this.#kept.add(room)
      posts.keep(this.#draftOf(held))
    }
  }

  #drop(room: string): void {
    if (this.#kept.delete(room)) this.#deps.posts.drop(nameOf(room))
  }

  #draftOf(held: HeldRoom): StandingDraft {
    const draft = this.#drafts.get(held) ?? this.#makeDraft(held)
    this.#drafts.set(held, draft)
    return draft
  }

  #makeDraft(held: HeldRoom): StandingDraft {
    const room = held.keys.id
    const text = memberText(this.#deps.identity, { room, author: held.author.key })
    const draft = roomDraft(held, { kind: InnerKind.Member, text }, this.#deps.ring)
    return { ...draft, name: nameOf(room), content: text, everyMs: ROOM_LIMITS.CERTIFICATE_AGE_MS.value }
  }
}

function nameOf(room: string): string {
  return `member of ${room}`
}
