/** The message store on node:sqlite: wires its parts and looks after the bounds each hour. */
import { Publisher } from '@dchat/system'
import type { Clock, Logger, Timer, Unsubscribe } from '@dchat/system'
import { AgeClock } from './age-clock.ts'
import { Changes } from './changes.ts'
import { CommitLoop } from './commit-loop.ts'
import { sizeOf } from './database.ts'
import type { OpenDatabase } from './database.ts'
import type { StoreError } from './errors.ts'
import { HeldLines } from './encrypted/held-lines.ts'
import { SqliteMembers } from './encrypted/sqlite-members.ts'
import { Guard } from './guard.ts'
import { Ledger } from './ledger.ts'
import { LineRepair } from './line-repair.ts'
import { AGE_SWEEP_INTERVAL_MS } from './limits.ts'
import type { Delivery, NewMessage, StoredMessage } from './message.ts'
import type {
  CheckReport,
  HistoryPage,
  HistoryQuery,
  MessageStore,
  OpenReport,
  RecentBounds,
  SearchQuery,
  StoreBounds,
  StoreCounts,
  StoreStats,
  WaitingLine,
} from './message-store.ts'
import type { Quotas, Reveal } from './post-store.ts'
import { SqliteNames } from './names/sqlite-names.ts'
import { wirePosts } from './posts/post-parts.ts'
import type { PostParts } from './posts/post-parts.ts'
import { SqlitePosts } from './posts/sqlite-posts.ts'
import { SqliteRooms } from './rooms/sqlite-rooms.ts'
import { Reader } from './reader.ts'
import { Retention } from './retention.ts'
import { IndexKeeper } from './search/index-keeper.ts'
import type { SearchBounds } from './search/search-bounds.ts'
import { SearchIndex } from './search/search-index.ts'
import { Searcher } from './search/searcher.ts'
import { RowDamage } from './row-sum.ts'
import { Settings } from './settings.ts'
import { isDamage, toStoreError } from './sqlite-error.ts'
import { checkBounds } from './store-bounds.ts'
import type { StoreEvents } from './store-events.ts'
import { Upkeep } from './upkeep/upkeep.ts'
import { Writer } from './writer.ts'

export interface SqliteStoreOptions {
  readonly maxBytes: number
  readonly maxAgeDays: number
  readonly commitDelayMs: number
  readonly quotas: Quotas
  readonly foldNick: (nick: string) => string
  readonly isMention: (text: string) => boolean
  readonly reveal: Reveal
  readonly isClockConfirmed: () => boolean
  readonly searchIndex: boolean
  readonly searchBounds: SearchBounds
}

export interface SqliteStoreDeps {
  /** The store's to close. */
  readonly database: OpenDatabase
  readonly clock: Clock
  readonly logger: Logger
}

export class SqliteMessageStore implements MessageStore {
  readonly opened: OpenReport
  readonly posts: SqlitePosts
  readonly rooms: SqliteRooms
  readonly names: SqliteNames
  readonly members: SqliteMembers
  readonly #deps: SqliteStoreDeps
  readonly #guard: Guard
  readonly #events: Publisher<StoreEvents>
  readonly #ledger: Ledger
  readonly #retention: Retention
  readonly #parts: PostParts
  readonly #reader: Reader
  readonly #held: HeldLines
  readonly #settings: Settings
  readonly #keeper: IndexKeeper | undefined
  readonly #searcher: Searcher
  readonly #upkeep: Upkeep
  readonly #loop: CommitLoop
  readonly #repair: LineRepair
  #ageTimer: Timer | undefined
  #closing: Promise<void> | undefined

  constructor(options: SqliteStoreOptions, deps: SqliteStoreDeps) {
    const { clock, logger, database } = deps
    const { db, path } = database
    const events = new Publisher<StoreEvents>((error) => logger.error('A listener of the message store failed', { error }))
    const ledger = new Ledger(db)
    const guard = new Guard(path, logger)
    const parts = wirePosts(options, { db, clock, logger, ledger })
    const { news, lineTable, roomNames, fill, writer: posts } = parts
    const settings = new Settings(db)
    const ageClock = new AgeClock({ settings, clock, isClockConfirmed: options.isClockConfirmed })
    const retention = new Retention(options, { db, ledger, posts: parts.sweep, clock, ageClock })
    const writer = new Writer({ ledger, news, lines: lineTable, posts, retention })
    const loop = new CommitLoop(
      { path, commitDelayMs: options.commitDelayMs },
      { clock, logger, guard, news, events, writer, retention, fill },
    )
    this.opened = database.report
    const changes = new Changes({ guard, ledger, news, events })
    this.#repair = new LineRepair({ ...parts, db, clock, logger, guard, ledger, changes, loop })
    guard.onSpoiltLine = (seq) => this.#repair.notice(seq)
    this.posts = new SqlitePosts({ ...parts, clock, logger, guard, events, changes, loop })
    this.names = new SqliteNames(options, { ...parts, db, clock, guard, events, ledger })
    this.members = new SqliteMembers({ ...parts, guard })
    this.#held = new HeldLines({ ...parts, guard, changes, loop })
    const forgetting = { onForgotten: () => this.#wipe() }
    this.rooms = new SqliteRooms({
      ...{ ...parts, ...forgetting, db, clock, logger, guard, events, ledger, changes, loop, names: this.names },
    })
    this.#deps = deps
    this.#guard = guard
    this.#events = events
    this.#ledger = ledger
    this.#retention = retention
    this.#parts = parts
    this.#reader = new Reader(db, roomNames)
    this.#settings = settings
    const index = new SearchIndex(options.searchBounds, { db, ledger })
    this.#keeper = options.searchIndex ? new IndexKeeper({ clock, logger, guard, index }) : undefined
    this.#searcher = new Searcher({
      ...{ db, clock, path, rooms: roomNames, guard, reader: this.#reader, bounds: options.searchBounds },
      indexed: () => (options.searchIndex ? index.indexed : 0),
      lastSeq: () => ledger.totals.lastSeq,
      isIgnored: (key, room) => this.names.hides(key, room),
    })
    this.#upkeep = new Upkeep({ db, path, clock, guard })
    this.#loop = loop
  }

  /** Begins to look after the bounds (now, and each hour), and goes on with what a stop cut short. */
  start(): void {
    this.#parts.fill.resume()
    this.rooms.start(this.opened.isNew)
    if (this.#keeper !== undefined) this.#events.subscribe('committed', () => this.#keeper?.wake())
    this.#keeper?.wake()
    this.#sweepByAge()
  }

  setBounds(bounds: StoreBounds): void {
    this.#guard.checkOpen()
    checkBounds(bounds)
    this.#retention.setBounds(bounds)
    this.#loop.wake()
  }

  add(message: NewMessage): boolean {
    return this.#loop.add(message)
  }

  append(message: NewMessage): Promise<StoredMessage> {
    return this.#loop.append(message)
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
    return this.#guard.use(() => this.#reader.page(query, this.#ledger.totals.lastSeq))
  }

  recentTexts(bounds: RecentBounds = {}): string[] {
    return this.#guard.use(() => this.#reader.recentTexts(this.#ledger.totals.lastSeq, bounds))
  }

  async search(query: SearchQuery): Promise<StoredMessage[]> {
    try {
      return await this.#searcher.search(query)
    } catch (cause) {
      if (cause instanceof RangeError || this.#guard.state !== 'open') throw cause
      const isOfIndex = isDamage(cause) && !(cause instanceof RowDamage)
      if (this.#keeper === undefined || !isOfIndex) throw this.#guard.noteFailure(cause)
      this.#guard.use(() => this.#keeper?.startAnew(cause))
      this.#searcher.forget()
    }
    return this.#searchAnew(query)
  }

  async #searchAnew(query: SearchQuery): Promise<StoredMessage[]> {
    try {
      return await this.#searcher.search(query)
    } catch (cause) {
      if (cause instanceof RangeError || this.#guard.state !== 'open') throw cause
      throw this.#guard.noteFailure(cause)
    }
  }

  setDelivery(seq: number, delivery: Delivery): void {
    this.#loop.setDelivery(seq, delivery)
  }

  pending(): StoredMessage[] {
    return this.#guard.use(() => this.#reader.pending())
  }

  ownSeq(id: Buffer): number | undefined {
    return this.#guard.use(() => this.#parts.lines.ownSeq(id))
  }

  appendWaiting(message: NewMessage, recipient: string): Promise<StoredMessage> {
    return this.#held.append(message, recipient)
  }

  waiting(recipient?: string): WaitingLine[] {
    return this.#held.list(recipient)
  }

  dropWaiting(seq: number): boolean {
    return this.#held.drop(seq)
  }

  onBound(listener: (line: StoredMessage) => void): Unsubscribe {
    return this.#events.subscribe('bound', listener)
  }

  onRetracted(listener: (line: StoredMessage) => void): Unsubscribe {
    return this.#events.subscribe('retracted', listener)
  }

  getSetting(key: string): string | undefined {
    return this.#guard.use(() => this.#settings.get(key))
  }

  setSetting(key: string, value: string | undefined): void {
    this.#guard.checkOpen()
    this.#guard.use(() => this.#settings.set(key, value))
  }

  stats(): StoreStats {
    const { messages, bytes, lastSeq } = this.#ledger.totals
    return { messages, bytes, lastSeq }
  }

  fileBytes(): number {
    return sizeOf(this.#deps.database.path)
  }

  get counts(): StoreCounts {
    return this.#loop.counts
  }

  check({ full = false }: { readonly full?: boolean } = {}): Promise<CheckReport> {
    return this.#upkeep.check({ isFull: full })
  }

  backup(path: string): Promise<void> {
    return this.#upkeep.backup(path)
  }

  flush(): Promise<void> {
    const waiting = this.#guard.state === 'open' ? this.#loop.flush() : undefined
    return waiting ?? this.#closing ?? Promise.resolve()
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** Nothing of lines that were forgotten stays in the search index, nor in the log of the database. */
  #wipe(): void {
    const { db, path } = this.#deps.database
    this.#keeper?.wipe()
    this.#searcher.forget()
    if (path !== ':memory:') db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  }

  #sweepByAge(): void {
    this.#retention.startAgeSweep()
    this.#loop.wake()
    this.#ageTimer = this.#deps.clock.setTimer(AGE_SWEEP_INTERVAL_MS, () => this.#sweepByAge(), { background: true })
  }

  async #close(): Promise<void> {
    this.#repair.mendNow()
    this.#guard.state = 'closing'
    this.#keeper?.stop()
    this.#searcher.close()
    this.#ageTimer?.cancel()
    await this.#upkeep.stop()
    this.#loop.end()
    this.rooms.stop()
    this.#parts.fill.giveUp(this.#guard.closedError())
    const { db, path } = this.#deps.database
    this.#guard.state = 'closed'
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
