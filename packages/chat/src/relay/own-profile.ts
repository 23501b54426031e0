/** Keeps the own profile among the posts: it is published anew every 7 days, and when the store has lost it. Source: docs/chat.md, *Which rooms*. */
import type { MessageStore } from '@dchat/store'
import type { Clock, Logger, Timer } from '@dchat/system'
import { CHAT_LIMITS } from '../limits.ts'
import { PostKind } from '../post/post.ts'
import { PROFILE_ROOM } from '../post/rooms-by-kind.ts'
import type { OwnPosts } from './own-posts.ts'

export interface OwnProfileDeps {
  readonly store: MessageStore
  readonly own: Pick<OwnPosts, 'publish'>
  readonly clock: Clock
  readonly logger: Logger
  /** Hex of the own key: another identity has no profile yet. */
  readonly keyHex: string
}

interface Published {
  readonly key: string
  readonly nick: string
  readonly time: number
  /** Hex. */
  readonly id: string
}

const SETTING = 'own_profile'

export class OwnProfile {
  readonly #deps: OwnProfileDeps
  #timer: Timer | undefined
  #isStopped = true

  constructor(deps: OwnProfileDeps) {
    this.#deps = deps
  }

  start(): void {
    this.#isStopped = false
    void this.#check()
  }

  stop(): void {
    this.#isStopped = true
    this.#timer?.cancel()
    this.#timer = undefined
  }

  /** Says under which nick the own key goes, unless that was said lately. @throws as `OwnPosts.publish` */
  async publish(nick: string): Promise<void> {
    const published = this.#published()
    if (published?.nick === nick && this.#isFresh(published)) return
    const { own, store, keyHex } = this.#deps
    const { post } = await own.publish({ room: PROFILE_ROOM, kind: PostKind.Profile, body: nick })
    const now: Published = { key: keyHex, nick, time: post.time, id: post.id.toString('hex') }
    store.setSetting(SETTING, JSON.stringify(now))
  }

  async #check(): Promise<void> {
    try {
      const published = this.#published()
      if (published !== undefined) await this.publish(published.nick)
    } catch (error) {
      if (!this.#isStopped) this.#deps.logger.warn('The own profile could not be published', { error })
    }
    if (this.#isStopped) return
    this.#timer = this.#deps.clock.setTimer(CHAT_LIMITS.PROFILE_CHECK_MS.value, () => void this.#check(), { background: true })
  }

  #published(): Published | undefined {
    const text = this.#deps.store.getSetting(SETTING)
    if (text === undefined) return undefined
    const published = JSON.parse(text) as Published
    return published.key === this.#deps.keyHex ? published : undefined
  }

  #isFresh({ time, id }: Published): boolean {
    const { store, clock } = this.#deps
    return clock.nowMs() - time < CHAT_LIMITS.PROFILE_AGE_MS.value && store.posts.holds(Buffer.from(id, 'hex'))
  }
}
