import type { Clock, Logger } from '@dchat/system'
import { condemn, openDatabase } from './database.ts'
import { DEFAULT_COMMIT_DELAY_MS, DEFAULT_MAX_AGE_DAYS, DEFAULT_MAX_BYTES, DEFAULT_QUOTAS } from './limits.ts'
import type { MessageStore, StoreBounds } from './message-store.ts'
import type { Quotas, Reveal } from './post-store.ts'
import { DEFAULT_SEARCH_BOUNDS } from './search/search-bounds.ts'
import type { SearchBounds } from './search/search-bounds.ts'
import { isUnusable, toStoreError } from './sqlite-error.ts'
import { checkBounds, checkQuotas } from './store-bounds.ts'
import { SqliteMessageStore } from './sqlite-store.ts'
import type { SqliteStoreDeps, SqliteStoreOptions } from './sqlite-store.ts'

/** Without bounds: 1 GiB and 365 days. */
export interface StoreOptions extends Partial<StoreBounds> {
  /** The database file (mode 0600), or ':memory:'. Its folder is made (0700) when missing. */
  readonly path: string
  readonly clock: Clock
  readonly logger: Logger
  /** The longest a line waits for company while lines come in numbers, in ms, 0 or more. @default 5 */
  readonly commitDelayMs?: number
  /** What bounds the posts that are offered. @default as docs/chat.md has them */
  readonly quotas?: Partial<Quotas>
  /** The form in which nicks are compared. @default NFKC in lower case */
  readonly foldNick?: (nick: string) => string
  /** Whether a line of another mentions the user; asked once, as it is stored, of what the line says. @default never */
  readonly isMention?: (text: string) => boolean
  /**
   * Asked what a post of a private room says, inside the commit while the room is joined and of each of its posts when it is joined. What it throws is
   * logged, and the post has no line. @default nothing can be opened
   */
  readonly reveal?: Reveal
  /**
   * Whether others agree with the wall clock now. What is too old goes by a clock that is confirmed; by one that is not, only for the time that
   * the store was open since. @default never
   */
  readonly isClockConfirmed?: () => boolean
  /** Whether an index of texts is kept; without it a search looks through all lines. @default true for a file, false in memory */
  readonly searchIndex?: boolean
  /** Smaller ones are for tests. */
  readonly searchBounds?: Partial<SearchBounds>
}

/**
 * Opens the store and begins to look after its bounds. The caller closes it. One process at a time: see `acquireLock`.
 * A damaged file is set aside and a new one started; `opened.setAside` of the store then says so.
 * @throws {StoreError} STORE_TOO_NEW (the file is not touched), STORE_IO, STORE_FULL
 * @throws {RangeError} for a bound out of range
 */
export function openStore(options: StoreOptions): MessageStore {
  const { path, clock, logger } = options
  const bounds = {
    maxBytes: options.maxBytes ?? DEFAULT_MAX_BYTES,
    maxAgeDays: options.maxAgeDays ?? DEFAULT_MAX_AGE_DAYS,
    commitDelayMs: options.commitDelayMs ?? DEFAULT_COMMIT_DELAY_MS,
    quotas: { ...DEFAULT_QUOTAS, ...options.quotas },
    isMention: options.isMention ?? (() => false),
    reveal: options.reveal ?? (() => undefined),
    isClockConfirmed: options.isClockConfirmed ?? (() => false),
    searchIndex: options.searchIndex ?? path !== ':memory:',
    searchBounds: { ...DEFAULT_SEARCH_BOUNDS, ...options.searchBounds },
    foldNick: options.foldNick ?? ((nick: string) => nick.normalize('NFKC').toLowerCase()),
  }
  checkBounds(bounds)
  if (!(bounds.commitDelayMs >= 0)) throw new RangeError('commitDelayMs: has to be 0 or more')
  checkQuotas(bounds.quotas)
  const open = (): SqliteMessageStore => wire(bounds, { database: openDatabase(path, { clock, logger }), clock, logger })
  try {
    return open()
  } catch (error) {
    if (path === ':memory:' || !isUnusable(error)) throw toStoreError(error, path)
    condemn(path, error instanceof Error ? error.message : String(error))
    return open()
  }
}

function wire(options: SqliteStoreOptions, deps: SqliteStoreDeps): SqliteMessageStore {
  const { db } = deps.database
  try {
    const store = new SqliteMessageStore(options, deps)
    store.start()
    return store
  } catch (error) {
    db.close()
    throw error
  }
}
