/**
 * The one way in for posts of others, cheapest checks first: seen before, grammar, time, signature, store. What waits is bounded; full
 * means that the channels which bring posts are not read. Source: docs/chat.md, *Relay* and *Memory*.
 */
import type { CommittedPost, MessageStore, NewPost } from '@dchat/store'
import type { Clock, Unsubscribe } from '@dchat/system'
import { CHAT_LIMITS } from '../limits.ts'
import { postMessage } from '../messages.ts'
import { decodePost, postIdOf } from '../post/decode-post.ts'
import type { Post } from '../post/post.ts'
import type { PostVerifier } from '../post/post-verifier.ts'
import { IdGenerations } from './id-generations.ts'
import { idKey } from './id-key.ts'
import type { IdSecret } from './id-table.ts'
import { forgery, offenceOf } from './offence.ts'
import type { PostChannel } from './post-channel.ts'
import type { PostCounts } from './post-counts.ts'

/** Where a post came from. */
export interface Arrival {
  readonly from: PostChannel
  /** History asked for it, which nobody else needs to hear of. */
  readonly isHistory: boolean
}

export interface IntakeDeps {
  readonly store: MessageStore
  readonly verifier: Pick<PostVerifier, 'verify'>
  readonly clock: Clock
  readonly secret: IdSecret
  readonly counts: PostCounts
  /** Channels that may bring posts just now. */
  channelCount(): number
  /** A post has come, whatever becomes of it. @returns whether it was wanted because a peer told of it */
  onArrived(id: Buffer): boolean
  /** A post was refused because it lies ahead of the clock. */
  onEarly(): void
  /** A post was decided on; `arrival` is undefined for own ones. */
  onDecided(committed: CommittedPost, arrival: Arrival | undefined): void
}

interface Passing extends Arrival {
  readonly post: Post
  isCommitting: boolean
}

const VERIFY_WAITING = CHAT_LIMITS.VERIFY_WAITING.value
const COMMIT_WAITING = CHAT_LIMITS.COMMIT_WAITING.value
const AHEAD_MS = CHAT_LIMITS.POST_AHEAD_MS.value

export class Intake {
  readonly #deps: IntakeDeps
  /** Ids of posts that were decided on. Those that may come again are not among them: too early, or not stored for a fault. */
  readonly #seen: IdGenerations
  /** Of posts of rooms that are not kept; they may be one day. */
  #unkept: IdGenerations
  /** Posts that are being checked or committed, by id. */
  readonly #passing = new Map<string, Passing>()
  /** Checked, and no place yet in the commit queue. */
  readonly #ready: Passing[] = []
  /** Of `#passing`, those that the store has not been given. */
  #verifying = 0
  #committing = 0
  #hasStoreRoom = true
  readonly #held = new Set<PostChannel>()
  #unsubscribe: readonly Unsubscribe[] = []

  constructor(deps: IntakeDeps) {
    this.#deps = deps
    this.#seen = new IdGenerations(CHAT_LIMITS.SEEN_IDS.value, deps.secret)
    this.#unkept = this.#noIds()
  }

  start(): void {
    const { store } = this.#deps
    this.#unsubscribe = [
      store.posts.onCommitted((posts) => this.#onCommitted(posts)),
      store.posts.onFailure((_, lost) => this.#onFailure(lost)),
      store.onDrain(() => this.#onDrain()),
    ]
  }

  /** Takes nothing more; what is being checked is dropped. */
  stop(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe()
    this.#unsubscribe = []
    this.#passing.clear()
    this.#ready.length = 0
    for (const channel of this.#held) channel.releaseFromIntake()
    this.#held.clear()
  }

  /** Posts that wait for their signature to be checked. */
  get verifying(): number {
    return this.#verifying
  }

  /** Posts that wait for a commit. */
  get committing(): number {
    return this.#committing
  }

  /** Whether a post need not be asked for: it was decided on, is on its way, is stored, or a quota dropped it. */
  isKnown(id: Buffer): boolean {
    const { posts } = this.#deps.store
    return this.#isSeen(id) || this.#passing.has(idKey(id)) || posts.holds(id) || posts.wasDropped(id)
  }

  /**
   * A `post` message came.
   * @param bytes the intake's to keep
   * @throws {NetError} NET_PROTOCOL_OFFENCE when it breaks the grammar
   */
  offer(bytes: Buffer, from: PostChannel): void {
    const { counts } = this.#deps
    counts.received += 1
    const id = postIdOf(bytes)
    from.noteHolds(id)
    const askedFor = from.settleAsked(id, bytes)
    if (askedFor === undefined) from.noteUnasked()
    const wasTold = this.#deps.onArrived(id)
    if (this.#isSeen(id)) counts.duplicate += 1
    else this.#take(bytes, id, { from, isHistory: askedFor === 'history' && !wasTold })
  }

  /** The channel has stopped. */
  forget(channel: PostChannel): void {
    this.#held.delete(channel)
  }

  /** A room is kept from now on: its posts may come again. */
  forgetUnkept(): void {
    this.#unkept = this.#noIds()
  }

  #noIds(): IdGenerations {
    return new IdGenerations(CHAT_LIMITS.SEEN_IDS.value, this.#deps.secret)
  }

  #isSeen(id: Buffer): boolean {
    return this.#seen.has(id) || this.#unkept.has(id)
  }

  /** All checks but the signature, then that one. */
  #take(bytes: Buffer, id: Buffer, arrival: Arrival): void {
    const { counts, store } = this.#deps
    const key = idKey(id)
    if (this.#passing.has(key)) {
      counts.duplicate += 1
      return
    }
    const post = this.#decode(bytes, id)
    if (!this.#isTimely(post)) return
    if (store.posts.holds(id) || store.posts.wasDropped(id)) {
      counts.duplicate += 1
      this.#seen.add(id)
      return
    }
    const passing: Passing = { ...arrival, post, isCommitting: false }
    this.#passing.set(key, passing)
    this.#verifying += 1
    this.#holdIfFull(arrival.from)
    this.#deps.verifier.verify(post).then(
      (isValid) => this.#onVerified(passing, isValid),
      () => this.#drop(passing),
    )
  }

  #decode(bytes: Buffer, id: Buffer): Post {
    try {
      return decodePost(bytes, id)
    } catch (error) {
      this.#deps.counts.malformed += 1
      throw offenceOf(error, postMessage.name)
    }
  }

  #isTimely({ time, room }: Post): boolean {
    const { counts, clock, store } = this.#deps
    if (time > clock.nowMs() + AHEAD_MS) {
      counts.early += 1
      this.#deps.onEarly()
    } else if (time < store.posts.lowWater(room)) counts.outdated += 1
    else return true
    return false
  }

  #onVerified(passing: Passing, isValid: boolean): void {
    if (!this.#isPassing(passing)) return
    if (isValid) {
      this.#ready.push(passing)
      this.#feedStore()
      return
    }
    this.#deps.counts.forged += 1
    this.#drop(passing)
    passing.from.channel.fail(offenceOf(forgery(), postMessage.name))
  }

  /** The machine could not check it, or it was forged: it may come again. */
  #drop(passing: Passing): void {
    if (!this.#isPassing(passing)) return
    this.#passing.delete(idKey(passing.post.id))
    this.#verifying -= 1
    this.#releaseIfRoom()
  }

  /** False once the intake has stopped. */
  #isPassing({ post }: Passing): boolean {
    return this.#passing.has(idKey(post.id))
  }

  #feedStore(): void {
    const { store, clock } = this.#deps
    // Taken out one by one: a store that is overfull commits inside `add`, and comes back here.
    while (this.#hasStoreRoom && this.#committing < COMMIT_WAITING) {
      const passing = this.#ready.shift()
      if (passing === undefined) break
      passing.isCommitting = true
      this.#verifying -= 1
      this.#committing += 1
      if (!store.posts.add(newPostOf(passing.post, clock.nowMs()))) this.#hasStoreRoom = false
    }
    this.#releaseIfRoom()
  }

  #onCommitted(posts: readonly CommittedPost[]): void {
    for (const committed of posts) {
      const { id } = committed.post
      const key = idKey(id)
      const passing = this.#passing.get(key)
      if (passing !== undefined) {
        this.#passing.delete(key)
        this.#committing -= 1
      }
      const seen = committed.fate === 'unkept' ? this.#unkept : this.#seen
      seen.add(id)
      this.#count(committed)
      this.#deps.onDecided(committed, passing)
    }
    this.#feedStore()
  }

  #count({ fate }: CommittedPost): void {
    const { counts } = this.#deps
    if (fate === 'known') counts.duplicate += 1
    else counts[fate] += 1
  }

  /** They are not seen: they may come again. */
  #onFailure(lost: readonly NewPost[]): void {
    for (const { id } of lost) {
      if (!this.#passing.delete(idKey(id))) continue
      this.#committing -= 1
      this.#deps.counts.failed += 1
    }
    this.#feedStore()
  }

  #onDrain(): void {
    this.#hasStoreRoom = true
    this.#feedStore()
  }

  /** So early that one more post of each other channel still finds room. */
  #holdIfFull(from: PostChannel): void {
    const spare = Math.min(this.#deps.channelCount(), VERIFY_WAITING / 2)
    if (this.#verifying < VERIFY_WAITING - spare && this.#hasStoreRoom && this.#committing < COMMIT_WAITING) return
    if (!from.holdForIntake()) return
    this.#deps.counts.held += 1
    this.#held.add(from)
  }

  #releaseIfRoom(): void {
    if (this.#held.size === 0) return
    if (!this.#hasStoreRoom || this.#verifying > VERIFY_WAITING / 2 || this.#committing > COMMIT_WAITING / 2) return
    for (const channel of this.#held) channel.releaseFromIntake()
    this.#held.clear()
  }
}

function newPostOf(post: Post, received: number): NewPost {
  const { id, time, author, room, kind, body, bytes } = post
  return { id, time, author, room, kind, body, bytes, received, own: false }
}
