/** Own posts that are to stay among the posts: published anew now and then, and when the store has lost them. Source: docs/chat.md, *Which rooms*. */
import type { MessageStore } from '@dchat/store'
import type { Clock, Logger, Timer } from '@dchat/system'
import { CHAT_LIMITS } from '../limits.ts'
import { POST_AHEAD_MAX_MS } from '../post/grammar.ts'
import type { Signer } from '../post/post.ts'
import type { Deliveries } from './deliveries.ts'
import type { OwnDraft, OwnPosts } from './own-posts.ts'

export interface StandingDraft extends OwnDraft {
  /** What it is called among those of this node, at most 100 characters; one that comes later under the same name takes its place. */
  readonly name: string
  /** What it says: another content is published at once. */
  readonly content: string
  /** After so long it is published anew, ms. */
  readonly everyMs: number
  /** Whether `isHeld` is to know of it, in later runs too. @default false */
  readonly isFollowed?: boolean
}

export interface StandingPostsDeps {
  readonly store: MessageStore
  readonly own: Pick<OwnPosts, 'publish'>
  readonly deliveries: Pick<Deliveries, 'follow' | 'deliveryOf'>
  readonly clock: Clock
  readonly logger: Logger
  /** Signs what a draft names no other signer for: another identity has published nothing yet. */
  readonly signer: Signer
}

interface Published {
  /** Hex. */
  readonly key: string
  readonly content: string
  readonly time: number
  /** Hex. */
  readonly id: string
}

export class StandingPosts {
  readonly #deps: StandingPostsDeps
  readonly #drafts = new Map<string, StandingDraft>()
  #timer: Timer | undefined
  #isStopped = true
  /** Of two at once each would find that nothing was published. */
  #last: Promise<void> = Promise.resolve()

  constructor(deps: StandingPostsDeps) {
    this.#deps = deps
  }

  start(): void {
    if (!this.#isStopped) return
    this.#isStopped = false
    this.#check()
  }

  stop(): void {
    this.#isStopped = true
    this.#timer?.cancel()
    this.#timer = undefined
  }

  /** Keeps it up from now on; before `start` nothing is published. What fails is said in the log and tried again within the hour. */
  keep(draft: StandingDraft): void {
    this.#drafts.set(draft.name, draft)
    if (!this.#isStopped) void this.#tryToPublish(draft)
  }

  /** Keeps it up no longer. */
  drop(name: string): void {
    this.#drafts.delete(name)
  }

  /** Publishes it unless that was done lately, and keeps it up from then on. @throws as `OwnPosts.publish`: nothing has changed then */
  async publish(draft: StandingDraft): Promise<void> {
    await this.#inTurn(() => this.#publish(draft))
    this.#drafts.set(draft.name, draft)
  }

  /** Whether a peer is known to hold what is kept up under a name, as it is now and as far as this run has heard. */
  isHeld(name: string): boolean {
    const draft = this.#drafts.get(name)
    const published = draft && this.#published(draft)
    if (published === undefined || published.content !== draft?.content) return false
    return (this.#deps.deliveries.deliveryOf(idOf(published))?.held ?? 0) > 0
  }

  #check(): void {
    for (const draft of this.#drafts.values()) void this.#tryToPublish(draft)
    this.#timer = this.#deps.clock.setTimer(CHAT_LIMITS.STANDING_CHECK_MS.value, () => this.#check(), { background: true })
  }

  async #tryToPublish(draft: StandingDraft): Promise<void> {
    try {
      await this.#inTurn(async () => {
        if (!this.#isStopped && this.#drafts.get(draft.name) === draft) await this.#publish(draft)
      })
    } catch (error) {
      if (!this.#isStopped) this.#deps.logger.warn('An own post could not be published', { name: draft.name, error })
    }
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#last.then(work)
    this.#last = done.catch(() => {}) // its caller is told
    return done
  }

  async #publish(draft: StandingDraft): Promise<void> {
    const { own, store } = this.#deps
    const { name, content } = draft
    const before = this.#published(draft)
    if (before !== undefined && this.#isAhead(before)) store.posts.withdraw(idOf(before))
    if (before?.content === content && this.#isFresh(before, draft)) {
      this.#follow(before, draft)
      return
    }
    const { post } = await own.publish(draft)
    const now: Published = { key: this.#keyOf(draft), content, time: post.time, id: post.id.toString('hex') }
    store.setSetting(settingOf(name), JSON.stringify(now))
  }

  #published(draft: StandingDraft): Published | undefined {
    const text = this.#deps.store.getSetting(settingOf(draft.name))
    if (text === undefined) return undefined
    const published = JSON.parse(text) as Published
    return published.key === this.#keyOf(draft) ? published : undefined
  }

  #isFresh(published: Published, { everyMs }: StandingDraft): boolean {
    const { store, clock } = this.#deps
    return clock.nowMs() - published.time < everyMs && !this.#isAhead(published) && store.posts.holds(idOf(published))
  }

  /** Made under a clock that has been set back since: nobody has taken it, and here it would stand in the way of what is published now. */
  #isAhead({ time }: Published): boolean {
    return time - this.#deps.clock.nowMs() > POST_AHEAD_MAX_MS
  }

  #follow(published: Published, { room, isFollowed = false }: StandingDraft): void {
    const { deliveries } = this.#deps
    const id = idOf(published)
    if (isFollowed && deliveries.deliveryOf(id) === undefined)
      deliveries.follow({ id, room, time: published.time, seq: undefined })
  }

  #keyOf({ signer = this.#deps.signer }: StandingDraft): string {
    return signer.key.toString('hex')
  }
}

function settingOf(name: string): string {
  return `own_${name}`
}

function idOf({ id }: Published): Buffer {
  return Buffer.from(id, 'hex')
}
