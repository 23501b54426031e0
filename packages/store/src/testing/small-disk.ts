/** A store for tests whose disk is as small as they want it. */
import { ManualClock, MemoryLogger } from '@dchat/system'
import { openDatabase } from '../database.ts'
import { DEFAULT_QUOTAS } from '../limits.ts'
import { DEFAULT_SEARCH_BOUNDS } from '../search/search-bounds.ts'
import { SqliteMessageStore } from '../sqlite-store.ts'
import { temporaryFolder } from './builders.ts'

export interface SmallDisk extends AsyncDisposable {
  store: SqliteMessageStore
  logger: MemoryLogger
  setPages: (pages: number) => void
}

/** A store whose file may not pass `pages()` pages: what SQLite answers then is what it answers on a full disk. */
export function storeOnSmallDisk(): SmallDisk {
  const folder = temporaryFolder()
  const logger = new MemoryLogger()
  const clock = new ManualClock()
  const bounds = { maxBytes: 1e9, maxAgeDays: 365, commitDelayMs: 0 }
  const database = openDatabase(folder.file('m.db'), { clock, logger })
  const store = new SqliteMessageStore(
    {
      ...bounds,
      quotas: DEFAULT_QUOTAS,
      isMention: () => false,
      reveal: () => undefined,
      isClockConfirmed: () => false,
      searchIndex: false,
      searchBounds: DEFAULT_SEARCH_BOUNDS,
      foldNick: (nick) => nick,
    },
    { database, clock, logger },
  )
  store.start()
  return {
    store,
    logger,
    setPages: (pages) => database.db.exec(`PRAGMA max_page_count = ${pages}`),
    async [Symbol.asyncDispose]() {
      await store.close()
      folder[Symbol.dispose]()
    },
  }
}
