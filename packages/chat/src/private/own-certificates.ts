/** Keeps the own member certificates in the private rooms that are joined. Wire: docs/chat.md, *Private room*. */
import type { MessageStore } from '@dchat/store'
import type { Clock, Logger, Timer, Unsubscribe } from '@dchat/system'
import type { HeldRoom, RoomKeyRing } from '../keys/room-key-ring.ts'
import type { PostNetwork } from '../post-network.ts'
import type { Signer } from '../post/post.ts'
import { InnerKind } from '../sealed/inner-message.ts'
import { memberText } from '../sealed/member-certificate.ts'
import { roomDraft } from './room-draft.ts'
import { ROOM_LIMITS } from './room-limits.ts'

export interface OwnCertificatesDeps {
  readonly store: Pick<MessageStore, 'rooms' | 'posts' | 'getSetting' | 'setSetting'>
  readonly posts: Pick<PostNetwork, 'publish'>
  readonly ring: Pick<RoomKeyRing, 'rooms' | 'find'>
  readonly identity: Signer
  readonly clock: Clock
  readonly logger: Logger
}

interface Published {
  /** Hex of the identity that it vouches with, and of the author key that it is for. */
  readonly identity: string
  readonly author: string
  /** Unix ms. */
  readonly time: number
  /** Hex of the post. */
  readonly id: string
}

const { CERTIFICATE_AGE_MS, CERTIFICATE_CHECK_MS } = ROOM_LIMITS

export class OwnCertificates {
  readonly #deps: OwnCertificatesDeps
  readonly #underWay = new Map<string, Promise<void>>()
  #timer: Timer | undefined
  #unsubscribe: Unsubscribe | undefined

  constructor(deps: OwnCertificatesDeps) {
    this.#deps = deps
  }

  start(): void {
    this.#unsubscribe ??= this.#deps.store.rooms.onChange((room) => void this.#check(room))
    this.#checkAll()
  }

  stop(): void {
    this.#unsubscribe?.()
    this.#unsubscribe = undefined
    this.#timer?.cancel()
    this.#timer = undefined
  }

  /**
   * The certificate is published, unless that was done within 30 days and the post is still stored.
   * @throws as `PostNetwork.publish`
   */
  ensure(held: HeldRoom): Promise<void> {
    const { id } = held.keys
    const present = this.#underWay.get(id)
    if (present !== undefined) return present
    if (this.#isFresh(held)) return Promise.resolve()
    const publishing = this.#publish(held).finally(() => this.#underWay.delete(id))
    this.#underWay.set(id, publishing)
    return publishing
  }

  /** Nothing is known of a room any more. @throws {StoreError} STORE_FULL, STORE_IO */
  forget(room: string): void {
    this.#deps.store.setSetting(settingOf(room), undefined)
  }

  #checkAll(): void {
    for (const { keys } of this.#deps.ring.rooms()) void this.#check(keys.id)
    this.#timer = this.#deps.clock.setTimer(CERTIFICATE_CHECK_MS.value, () => this.#checkAll(), { background: true })
  }

  async #check(room: string): Promise<void> {
    const { ring, store, logger } = this.#deps
    const held = ring.find(room)
    try {
      if (held !== undefined && store.rooms.isJoined(room)) await this.ensure(held)
    } catch (error) {
      if (this.#unsubscribe !== undefined) logger.warn('An own member certificate could not be published', { error })
    }
  }

  async #publish(held: HeldRoom): Promise<void> {
    const { posts, identity, store } = this.#deps
    const room = held.keys.id
    const text = memberText(identity, { room, author: held.author.key })
    const { post } = await posts.publish(roomDraft(held, { kind: InnerKind.Member, text }))
    const published: Published = {
      identity: identity.key.toString('hex'),
      author: held.author.keyHex,
      time: post.time,
      id: post.id.toString('hex'),
    }
    store.setSetting(settingOf(room), JSON.stringify(published))
  }

  #isFresh({ keys, author }: HeldRoom): boolean {
    const { store, clock, identity } = this.#deps
    const text = store.getSetting(settingOf(keys.id))
    if (text === undefined) return false
    const published = JSON.parse(text) as Published
    return (
      published.identity === identity.key.toString('hex') &&
      published.author === author.keyHex &&
      clock.nowMs() - published.time < CERTIFICATE_AGE_MS.value &&
      store.posts.holds(Buffer.from(published.id, 'hex'))
    )
  }
}

function settingOf(room: string): string {
  return `own_member:${room}`
}
