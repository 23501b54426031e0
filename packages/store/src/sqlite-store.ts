/** The message store on node:sqlite: one queue, one commit at a time, retention in between. */
import { DurationCounts, Publisher } from '@dchat/system'
import type { Clock, Logger, Timer, Unsubscribe } from '@dchat/system'
import { markSuspect, sizeOf } from './database.ts'
import type { OpenDatabase } from './database.ts'
import { StoreError } from './errors.ts'
import { Ledger } from './ledger.ts'
import { AGE_SWEEP_INTERVAL_MS } from './limits.ts'
import type { Delivery, NewMessage, StoredMessage } from './message.ts'
import type {
  HistoryPage,
  HistoryQuery,
  MessageStore,
  StoreBounds,
  OpenReport,
  StoreCounts,
  StoreStats,
} from './message-store.ts'
import { checkBounds } from './store-bounds.ts'
import { Reader } from './reader.ts'
import { Retention } from './retention.ts'
import { Rooms } from './rooms.ts'
import { checkDelivery, checkMessage, countBytes } from './row.ts'
import { Settings } from './settings.ts'
import { isDamage, toStoreError } from './sqlite-error.ts'
import { TurnTimer } from './turn-timer.ts'
import { WriteQueue } from './write-queue.ts'
import type { TakenBatch } from './write-queue.ts'
import { Writer } from './writer.ts'
import type { Committed } from './writer.ts'

export interface SqliteStoreOptions {
  readonly maxBytes: number
  readonly maxAgeDays: number
  readonly commitDelayMs: number
}

export interface SqliteStoreDeps {
  /** The store's to close. */
  readonly database: OpenDatabase
  readonly clock: Clock
  readonly logger: Logger
}

interface StoreEvents {
  committed: readonly StoredMessage[]
  drain: undefined
  failure: { error: StoreError; lost: readonly NewMessage[] }
  delivery: { seq: number; delivery: Delivery }
}

export class SqliteMessageStore implements MessageStore {
  readonly opened: OpenReport
  readonly #options: SqliteStoreOptions
  readonly #deps: SqliteStoreDeps
  readonly #events: Publisher<StoreEvents>
  readonly #ledger: Ledger
  readonly #retention: Retention
  readonly #reader: Reader
  readonly #writer: Writer
  readonly #settings: Settings
  readonly #queue = new WriteQueue()
  readonly #turn: TurnTimer
  #ageTimer: Timer | undefined
  #state: 'open' | 'closing' | 'closed' = 'open'
  #closing: Promise<void> | undefined
  #idle: PromiseWithResolvers<void> | undefined
  #lastCommit = { lines: 0, atMs: 0 }
  #isFailing = false
  /** Of `#lostLines`, when the trouble began. */
  #lostBefore = 0
  readonly #commitMs = new DurationCounts()
  #failedCommits = 0
  #lostLines = 0
  /** False after a slice failed, until a commit worked again. */
  #maySweep = true
  #isSweepNext = false

  constructor(options: SqliteStoreOptions, deps: SqliteStoreDeps) {
    const { db } = deps.database
    const rooms = new Rooms(db)
    this.opened = deps.database.report
    this.#options = options
    this.#deps = deps
    this.#events = new Publisher((error) => deps.logger.error('A listener of the message store failed', { error }))
    this.#ledger = new Ledger(db)
    this.#retention = new Retention(options, { db, ledger: this.#ledger, clock: deps.clock })
    this.#reader = new Reader(db, rooms)
    this.#writer = new Writer({ db, ledger: this.#ledger, rooms, retention: this.#retention })
    this.#settings = new Settings(db)
    this.#turn = new TurnTimer(deps.clock, () => this.#takeTurn())
  }

  /** Begins to look after the bounds: now, and each hour. */
  start(): void {
    this.#retention.startAgeSweep()
    this.#turn.in(0)
    this.#ageTimer = this.#deps.clock.setTimer(AGE_SWEEP_INTERVAL_MS, () => this.start(), { background: true })
  }

  setBounds(bounds: StoreBounds): void {
    this.#checkOpen()
    checkBounds(bounds)
    this.#retention.setBounds(bounds)
    this.#turn.in(0)
  }

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

  onCommitted(listener: (messages: readonly StoredMessage[]) => void): Unsubscribe {
    return this.#events.subscribe('committed', listener)
  }

  onDrain(listener: () => void): Unsubscribe {
    return this.#events.subscribe('drain', listener)
  }

  onFailure(listener: (error: StoreError, lost: readonly NewMessage[]) => void): Unsubscribe {
    return this.#events.subscribe('failure', ({ error, lost }) => listener(error, lost))
  }

  onDelivery(listener: (seq: number, delivery: Delivery) => void): Unsubscribe {
    return this.#events.subscribe('delivery', ({ seq, delivery }) => listener(seq, delivery))
  }

  history(query: HistoryQuery): HistoryPage {
    return this.#use(() => this.#reader.page(query, this.#ledger.totals.lastSeq))
  }

  recentTexts(bounds: { maxMessages?: number; maxBytes?: number } = {}): string[] {
    return this.#use(() => this.#reader.recentTexts(this.#ledger.totals.lastSeq, bounds))
  }

  setDelivery(seq: number, delivery: Delivery): void {
    this.#checkOpen()
    checkDelivery(delivery)
    this.#queue.putDelivery(seq, delivery)
    if (this.#queue.isOverfull) this.#writeInPlace()
    else this.#turn.in(this.#companyMs())
  }

  getSetting(key: string): string | undefined {
    return this.#use(() => this.#settings.get(key))
  }

  setSetting(key: string, value: string | undefined): void {
    this.#checkOpen()
    this.#use(() => this.#settings.set(key, value))
  }

  stats(): StoreStats {
    const { messages, bytes, lastSeq } = this.#ledger.totals
    return { messages, bytes, lastSeq }
  }

  fileBytes(): number {
    return sizeOf(this.#deps.database.path)
  }

  get counts(): StoreCounts {
    return {
      commitMs: this.#commitMs,
      failedCommits: this.#failedCommits,
      lostLines: this.#lostLines,
      queuedLines: this.#queue.lines,
    }
  }

  flush(): Promise<void> {
    if (this.#state !== 'open' || !this.#hasWork) return this.#closing ?? Promise.resolve()
    this.#idle ??= Promise.withResolvers<void>()
    this.#turn.in(0)
    return this.#idle.promise
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  get #hasWork(): boolean {
    return this.#queue.hasWork || this.#hasSweep
  }

  get #hasSweep(): boolean {
    return this.#maySweep && this.#retention.hasWork
  }

  #push(message: NewMessage): void {
    this.#checkOpen()
    checkMessage(message)
    this.#queue.push(message, countBytes(message))
  }

  #afterPush(): boolean {
    if (this.#queue.isOverfull) this.#writeInPlace()
    else if (this.#queue.isFull) {
      this.#queue.refuse()
      this.#turn.in(0)
      return false
    } else if (this.#queue.lines === 1) this.#turn.in(this.#companyMs())
    return true
  }

  /** How long to wait for more lines: not at all after a quiet time or a commit of a lone line. */
  #companyMs(): number {
    const { lines, atMs } = this.#lastCommit
    return lines <= 1 ? 0 : atMs + this.#options.commitDelayMs - this.#deps.clock.monotonicMs()
  }

  /** One commit or one slice of retention, by turns while there is both. Without room for more, slices come first. */
  #takeTurn(): void {
    const isCommitAllowed = this.#queue.hasWork && (!this.#hasSweep || (this.#retention.hasRoom && !this.#isSweepNext))
    if (isCommitAllowed) this.#commit()
    else if (this.#hasSweep) this.#slice()
    this.#isSweepNext = isCommitAllowed
    if (this.#hasSweep) this.#turn.in(0)
    else if (this.#queue.hasWork) this.#turn.in(this.#idle === undefined ? this.#companyMs() : 0)
    else this.#becomeIdle()
  }

  #becomeIdle(): void {
    this.#idle?.resolve()
    this.#idle = undefined
  }

  #writeInPlace(): void {
    while (this.#hasSweep && !this.#retention.hasRoom) this.#slice()
    this.#commit()
  }

  #commit(): void {
    const batch = this.#queue.take()
    const { clock } = this.#deps
    const beganMs = clock.monotonicMs()
    try {
      const committed = this.#writer.write(batch)
      this.#commitMs.add(clock.monotonicMs() - beganMs)
      this.#announce(batch, committed)
    } catch (error) {
      this.#fail(batch, error)
    }
    this.#lastCommit = { lines: batch.messages.length, atMs: clock.monotonicMs() }
    if (batch.wasRefusing) this.#events.publish('drain', undefined)
  }

  #announce(batch: TakenBatch, { messages, deliveries }: Committed): void {
    if (this.#isFailing) {
      const lost = this.#lostLines - this.#lostBefore
      this.#deps.logger.info('The message store works again', { path: this.#deps.database.path, lost })
    }
    this.#isFailing = false
    this.#maySweep = true
    for (const waiter of batch.waiters) waiter.resolve(messages[waiter.index]!)
    if (messages.length > 0) this.#events.publish('committed', messages)
    for (const [seq, delivery] of deliveries) this.#events.publish('delivery', { seq, delivery })
  }

  /** Logged once for each time of trouble, told for each batch. */
  #fail(batch: TakenBatch, cause: unknown): void {
    const error = this.#noteFailure(cause)
    const lost = batch.messages
    this.#failedCommits += 1
    if (!this.#isFailing) {
      this.#lostBefore = this.#lostLines
      this.#deps.logger.error('Messages could not be stored', { error, lost: lost.length, deliveries: batch.deliveries.size })
    }
    this.#isFailing = true
    this.#lostLines += lost.length
    for (const waiter of batch.waiters) waiter.reject(error)
    if (lost.length > 0) this.#events.publish('failure', { error, lost })
  }

  #slice(): void {
    try {
      this.#retention.slice()
    } catch (cause) {
      this.#maySweep = false
      this.#retention.giveUp()
      this.#deps.logger.error('Old messages could not be removed', { error: this.#noteFailure(cause) })
    }
  }

  #noteFailure(cause: unknown): StoreError {
    const error = toStoreError(cause, this.#deps.database.path)
    if (!isDamage(cause)) return error
    try {
      markSuspect(this.#deps.database.path)
    } catch (markError) {
      this.#deps.logger.warn('The damaged message store could not be marked', { error: markError })
    }
    return error
  }

  #checkOpen(): void {
    if (this.#state !== 'open') throw this.#closedError()
  }

  #closedError(): StoreError {
    const { path } = this.#deps.database
    return new StoreError('STORE_CLOSED', { path }, { message: `the message store ${path} is closed` })
  }

  /** Runs one use of the database between commits. @throws {StoreError} STORE_CLOSED, STORE_IO, STORE_FULL */
  #use<T>(run: () => T): T {
    if (this.#state === 'closed') throw this.#closedError()
    try {
      return run()
    } catch (cause) {
      if (cause instanceof RangeError) throw cause
      throw this.#noteFailure(cause)
    }
  }

  async #close(): Promise<void> {
    this.#state = 'closing'
    this.#turn.cancel()
    this.#ageTimer?.cancel()
    if (this.#queue.hasWork) this.#commit()
    this.#becomeIdle()
    const { db, path } = this.#deps.database
    this.#state = 'closed'
    try {
      if (path !== ':memory:') db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    } catch (error) {
      this.#deps.logger.warn('The message store was closed without a checkpoint', { error })
    }
    try {
      db.close()
    } catch (error) {
      throw toStoreError(error, path)
    }
  }
}
