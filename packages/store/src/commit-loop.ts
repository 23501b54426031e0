/** One queue, one commit at a time, and background work (retention, filling of rooms) in slices between commits. */
import { DurationCounts } from '@dchat/system'
import type { Clock, Logger, Publisher } from '@dchat/system'
import type { Guard } from './guard.ts'
import type { Delivery, NewMessage, StoredMessage } from './message.ts'
import type { StoreCounts } from './message-store.ts'
import type { News } from './news.ts'
import type { CommittedPost, NewPost } from './post-store.ts'
import { checkPost, countPostBytes } from './posts/post-row.ts'
import type { RoomFill } from './posts/room-fill.ts'
import type { Retention } from './retention.ts'
import { checkDelivery, checkMessage, countBytes } from './row.ts'
import { publishNews } from './store-events.ts'
import type { StoreEvents } from './store-events.ts'
import { TurnTimer } from './turn-timer.ts'
import { WriteQueue } from './write-queue.ts'
import type { TakenBatch } from './write-queue.ts'
import type { Committed, Writer } from './writer.ts'

export interface CommitLoopOptions {
  readonly path: string
  readonly commitDelayMs: number
}

export interface CommitLoopDeps {
  readonly clock: Clock
  readonly logger: Logger
  readonly guard: Guard
  readonly news: News
  readonly events: Publisher<StoreEvents>
  readonly writer: Writer
  readonly retention: Retention
  readonly fill: RoomFill
}

export class CommitLoop {
  readonly #options: CommitLoopOptions
  readonly #deps: CommitLoopDeps
  readonly #queue = new WriteQueue()
  readonly #turn: TurnTimer
  #idle: PromiseWithResolvers<void> | undefined
  #lastCommit = { entries: 0, atMs: 0 }
  #isFailing = false
  /** Of `#lostLines`, when the trouble began. */
  #lostBefore = 0
  readonly #commitMs = new DurationCounts()
  #failedCommits = 0
  #lostLines = 0
  /** False after a slice of retention failed, until a commit worked again. */
  #maySweep = true
  #isSliceNext = false

  constructor(options: CommitLoopOptions, deps: CommitLoopDeps) {
    this.#options = options
    this.#deps = deps
    this.#turn = new TurnTimer(deps.clock, () => this.#takeTurn())
  }

  /** Takes a turn as soon as the loop is free. */
  wake(): void {
    this.#turn.in(0)
  }

  /** False: the queue is full. @throws {TypeError} for a message that is not as `NewMessage` says */
  add(message: NewMessage): boolean {
    this.#push(message)
    return this.#afterPush()
  }

  append(message: NewMessage): Promise<StoredMessage> {
    return new Promise((resolve, reject) => {
      this.#push(message)
      this.#queue.awaitLast({ resolve, reject })
      this.#afterPush()
    })
  }

  /** False: the queue is full. @throws {TypeError} for a post that is not as `NewPost` says */
  addPost(post: NewPost): boolean {
    this.#pushPost(post)
    return this.#afterPush()
  }

  appendPost(post: NewPost): Promise<CommittedPost> {
    return new Promise((resolve, reject) => {
      this.#pushPost(post)
      this.#queue.awaitLastPost({ resolve, reject })
      this.#afterPush()
    })
  }

  setDelivery(seq: number, delivery: Delivery): void {
    this.#deps.guard.checkOpen()
    checkDelivery(delivery)
    this.#queue.putDelivery(seq, delivery)
    if (this.#queue.isOverfull) this.#writeInPlace()
    else this.#turn.in(this.#companyMs())
  }

  /** A delivery that waits for its commit is not noted any more. */
  dropDelivery(seq: number): void {
    this.#queue.dropDelivery(seq)
  }

  get counts(): StoreCounts {
    return {
      commitMs: this.#commitMs,
      failedCommits: this.#failedCommits,
      lostLines: this.#lostLines,
      queuedLines: this.#queue.entries,
    }
  }

  /** Resolves when nothing is left to do; undefined when that is so. */
  flush(): Promise<void> | undefined {
    if (!this.#hasWork) return undefined
    this.#idle ??= Promise.withResolvers<void>()
    this.#turn.in(0)
    return this.#idle.promise
  }

  /** Commits what waits, at once. For callers that are not told of a commit just now. */
  commitNow(): void {
    if (this.#queue.hasWork) this.#commit()
  }

  /** Commits what waits and does nothing more. */
  end(): void {
    this.#turn.cancel()
    this.commitNow()
    this.#becomeIdle()
  }

  get #hasWork(): boolean {
    return this.#queue.hasWork || this.#hasSlice
  }

  get #hasSweep(): boolean {
    return this.#maySweep && this.#deps.retention.hasWork
  }

  get #hasSlice(): boolean {
    return this.#hasSweep || this.#deps.fill.hasWork
  }

  #push(message: NewMessage): void {
    this.#deps.guard.checkOpen()
    checkMessage(message)
    this.#queue.push(message, countBytes(message))
  }

  #pushPost(post: NewPost): void {
    this.#deps.guard.checkOpen()
    checkPost(post)
    this.#queue.pushPost(post, countPostBytes(post))
  }

  #afterPush(): boolean {
    if (this.#queue.isOverfull) this.#writeInPlace()
    else if (this.#queue.isFull) {
      this.#queue.refuse()
      this.#turn.in(0)
      return false
    } else if (this.#queue.entries === 1) this.#turn.in(this.#companyMs())
    return true
  }

  /** How long to wait for more: not at all after a quiet time or a commit of a lone line. */
  #companyMs(): number {
    const { entries, atMs } = this.#lastCommit
    return entries <= 1 ? 0 : atMs + this.#options.commitDelayMs - this.#deps.clock.monotonicMs()
  }

  /** One commit or one slice, by turns while there is both. Without room for more, retention comes first. */
  #takeTurn(): void {
    const hasRoom = !this.#hasSweep || this.#deps.retention.hasRoom
    const isCommitAllowed = this.#queue.hasWork && (!this.#hasSlice || (hasRoom && !this.#isSliceNext))
    if (isCommitAllowed) this.#commit()
    else if (this.#hasSweep) this.#sweep()
    else if (this.#deps.fill.hasWork) this.#fillRoom()
    this.#isSliceNext = isCommitAllowed
    if (this.#hasSlice) this.#turn.in(0)
    else if (this.#queue.hasWork) this.#turn.in(this.#idle === undefined ? this.#companyMs() : 0)
    else this.#becomeIdle()
  }

  #becomeIdle(): void {
    this.#idle?.resolve()
    this.#idle = undefined
  }

  #writeInPlace(): void {
    while (this.#hasSweep && !this.#deps.retention.hasRoom) this.#sweep()
    this.#commit()
  }

  #commit(): void {
    const batch = this.#queue.take()
    const { clock, events } = this.#deps
    const beganMs = clock.monotonicMs()
    try {
      const committed = this.#deps.writer.write(batch)
      this.#commitMs.add(clock.monotonicMs() - beganMs)
      this.#announce(batch, committed)
    } catch (error) {
      this.#fail(batch, error)
    }
    this.#lastCommit = { entries: batch.messages.length + batch.posts.length, atMs: clock.monotonicMs() }
    if (batch.wasRefusing) events.publish('drain', undefined)
  }

  #announce(batch: TakenBatch, { messages, posts }: Committed): void {
    if (this.#isFailing) {
      const lost = this.#lostLines - this.#lostBefore
      this.#deps.logger.info('The message store works again', { path: this.#options.path, lost })
    }
    this.#isFailing = false
    this.#maySweep = true
    for (const waiter of batch.waiters) waiter.resolve(messages[waiter.index]!)
    for (const waiter of batch.postWaiters) waiter.resolve(posts[waiter.index]!)
    publishNews(this.#deps.events, this.#deps.news.take())
  }

  /** Logged once for each time of trouble, told for each batch. */
  #fail(batch: TakenBatch, cause: unknown): void {
    const { guard, logger, events } = this.#deps
    const error = guard.noteFailure(cause)
    const { messages, posts, deliveries } = batch
    this.#failedCommits += 1
    if (!this.#isFailing) {
      this.#lostBefore = this.#lostLines
      logger.error('Messages could not be stored', { error, lost: messages.length + posts.length, deliveries: deliveries.size })
    }
    this.#isFailing = true
    this.#lostLines += messages.length + posts.length
    for (const waiter of [...batch.waiters, ...batch.postWaiters]) waiter.reject(error)
    if (messages.length > 0) events.publish('failure', { error, lost: messages })
    if (posts.length > 0) events.publish('postFailure', { error, lost: posts })
  }

  #sweep(): void {
    const { retention, logger, guard } = this.#deps
    try {
      retention.slice()
      this.#publish()
    } catch (cause) {
      this.#maySweep = false
      retention.giveUp()
      logger.error('Old messages could not be removed', { error: guard.noteFailure(cause) })
    }
  }

  #fillRoom(): void {
    const { fill, logger, guard } = this.#deps
    try {
      fill.slice()
      this.#publish()
    } catch (cause) {
      const error = guard.noteFailure(cause)
      fill.giveUp(error)
      logger.error('The lines of a joined room could not be made', { error })
    }
  }

  #publish(): void {
    publishNews(this.#deps.events, this.#deps.news.take())
  }
}
