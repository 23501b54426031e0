/** What waits for the next commit: lines and posts in the order they came, who waits for them, and deliveries. */
import { MAX_QUEUED_BYTES, MAX_QUEUED_DELIVERIES, MAX_QUEUED_LINES, OVERFILL_FACTOR, POST_WEIGHT } from './limits.ts'
import type { Delivery, NewMessage, StoredMessage } from './message.ts'
import type { CommittedPost, NewPost } from './post-store.ts'
import type { Batch } from './writer.ts'

/** Who waits for the line or post at `index` of the batch. */
export interface Waiter<T> {
  readonly index: number
  readonly resolve: (committed: T) => void
  readonly reject: (error: Error) => void
}

export interface TakenBatch extends Batch {
  readonly waiters: readonly Waiter<StoredMessage>[]
  readonly postWaiters: readonly Waiter<CommittedPost>[]
  /** Somebody was told that the queue is full and waits to hear that it is not. */
  readonly wasRefusing: boolean
}

export class WriteQueue {
  #messages: NewMessage[] = []
  #sizes: number[] = []
  #posts: NewPost[] = []
  #postsAt: number[] = []
  #bytes = 0
  #waiters: Waiter<StoredMessage>[] = []
  #postWaiters: Waiter<CommittedPost>[] = []
  #deliveries = new Map<number, Delivery>()
  #isRefusing = false

  /** Lines and posts. */
  get entries(): number {
    return this.#messages.length + this.#posts.length
  }

  get lines(): number {
    return this.#messages.length
  }

  get hasWork(): boolean {
    return this.entries > 0 || this.#deliveries.size > 0
  }

  get isFull(): boolean {
    return this.#weight >= MAX_QUEUED_LINES || this.#bytes >= MAX_QUEUED_BYTES
  }

  /** More than a feeder that heeds `isFull` can cause: write before taking more. */
  get isOverfull(): boolean {
    return (
      this.#weight >= OVERFILL_FACTOR * MAX_QUEUED_LINES ||
      this.#bytes >= OVERFILL_FACTOR * MAX_QUEUED_BYTES ||
      this.#deliveries.size >= OVERFILL_FACTOR * MAX_QUEUED_DELIVERIES
    )
  }

  get #weight(): number {
    return this.#messages.length + POST_WEIGHT * this.#posts.length
  }

  /** Takes a line that counts for `bytes`. */
  push(message: NewMessage, bytes: number): void {
    this.#messages.push(message)
    this.#sizes.push(bytes)
    this.#bytes += bytes
  }

  /** Takes a post that counts for `bytes`. */
  pushPost(post: NewPost, bytes: number): void {
    this.#posts.push(post)
    this.#postsAt.push(this.#messages.length)
    this.#bytes += bytes
  }

  /** `waiter` hears of the line that was pushed last. */
  awaitLast(waiter: Omit<Waiter<StoredMessage>, 'index'>): void {
    this.#waiters.push({ index: this.#messages.length - 1, resolve: waiter.resolve, reject: waiter.reject })
  }

  /** `waiter` hears of the post that was pushed last. */
  awaitLastPost(waiter: Omit<Waiter<CommittedPost>, 'index'>): void {
    this.#postWaiters.push({ index: this.#posts.length - 1, resolve: waiter.resolve, reject: waiter.reject })
  }

  /** A later delivery of the same line replaces the earlier one. */
  putDelivery(seq: number, delivery: Delivery): void {
    this.#deliveries.set(seq, delivery)
  }

  /** Drops what waits for the delivery of a line. */
  dropDelivery(seq: number): void {
    this.#deliveries.delete(seq)
  }

  /** Notes that a feeder was told to stop. */
  refuse(): void {
    this.#isRefusing = true
  }

  /** Hands everything out and is empty. */
  take(): TakenBatch {
    const batch = {
      messages: this.#messages,
      sizes: this.#sizes,
      posts: this.#posts,
      postsAt: this.#postsAt,
      waiters: this.#waiters,
      postWaiters: this.#postWaiters,
      deliveries: this.#deliveries,
      wasRefusing: this.#isRefusing,
    }
    this.#messages = []
    this.#sizes = []
    this.#posts = []
    this.#postsAt = []
    this.#waiters = []
    this.#postWaiters = []
    this.#bytes = 0
    this.#deliveries = new Map()
    this.#isRefusing = false
    return batch
  }
}
