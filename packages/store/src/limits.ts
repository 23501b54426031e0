/** Every number that bounds the store, with its reason. */

/** Lines or bytes of text that may wait for one commit: about 5 ms of work at full load. Above it `add` answers false. */
export const MAX_QUEUED_LINES = 1024
export const MAX_QUEUED_BYTES: number = 4 * 1024 * 1024

/** Lines that a post stands for in the queue: a full queue of posts and their lines is 20 ms of work. */
export const POST_WEIGHT = 2

/** The longest post. Source: docs/chat.md, *Commands*: what a `post` command may hold. */
export const MAX_POST_BYTES = 8640

/** Who feeds on past a full queue has it written in place at this many times the bound: memory stays bounded. */
export const OVERFILL_FACTOR = 2

/** How long a line waits for company while lines come in numbers. One fdatasync takes 0.3 to 10 ms. */
export const DEFAULT_COMMIT_DELAY_MS = 5

/** The longest text of one line: what fills the queue alone. Peers and clients are held to far less. */
export const MAX_TEXT_BYTES: number = MAX_QUEUED_BYTES

/** The longest id, key, nick, address or room name, in UTF-16 units. */
export const MAX_FIELD_UNITS = 1024

/** Lines a page may hold. Source: spec rpc.md, chat.history. */
export const MAX_PAGE_LINES = 1000

/** Bytes of text a page may hold. Source: spec rpc.md, chat.history. */
export const MAX_PAGE_BYTES: number = 4 * 1024 * 1024

/** What `recv` gives at most. Source: spec rpc.md, recv. */
export const MAX_RECENT_TEXTS = 10_000
export const MAX_RECENT_BYTES: number = 8 * 1024 * 1024

/** Lines looked at for recent texts of others, so that a long run of own lines costs at most about 0.1 s. */
export const MAX_RECENT_SCAN = 200_000

/** Ids that may be read at once. Source: docs/chat.md, *Commands*: what a `want` may hold. */
export const MAX_READ_IDS = 256

/** Posts of one page. Source: docs/chat.md, *Commands*, `page`. */
export const MAX_POST_PAGE = 200

/** Places given at once: about 2 ms of work. */
export const MAX_PLACES = 4096

/** Own lines that nobody has yet which `pending` tells of: more than a person writes before he looks. */
export const MAX_PENDING = 1000

/** Direct messages that are read at once to be tried: seconds of work for whoever tries them. */
export const MAX_UNTRIED_PAGE = 1024

/** Untried posts of one author that come sooner once he is known: the newest; in one transaction, some 5 ms. */
export const MAX_RAISED_POSTS = 1024

/** Open conversations in which nothing own was ever said. A stranger's line above it is kept, and opens none: a flood leaves the list of rooms usable. */
export const MAX_UNANSWERED = 1024

/** Certificates kept of one private room, those of the newest time: members repeat theirs after 30 days. */
export const MAX_ROOM_MEMBERS = 4096

/** Authors of posts looked at for the list of a private room, those with the most posts, and how many the list has: 15 ms at most. */
export const MAX_ROOM_AUTHORS = 4096
export const MAX_TOLD_AUTHORS = 1000

/** Rekeys told of one room: more is a flood by somebody who holds its secret. */
export const MAX_TOLD_REKEYS = 1000

/** What bounds the offered posts. Source: docs/chat.md, *Quotas* and *Which rooms*. */
export const DEFAULT_QUOTAS = {
  perAuthorMinute: 60,
  perRoom: 100_000,
  perAuthor: 20_000,
  maxAgeDays: 365,
  unjoinedRooms: 1024,
  droppedIds: 65_536,
} as const

/** Authors in rooms whose counts are remembered between commits: about 2 MiB. */
export const MAX_CACHED_AUTHORS = 10_000

/** Keys whose nick is remembered for the lines that are told. */
export const MAX_CACHED_NICKS = 10_000

/** Keys whose newest profile is kept, as many as the empty room may hold authors and a third more: the first seen go first. */
export const MAX_PROFILES = 131_072

/** Unread lines are counted up to this: more is much. Source: spec of `RoomStore`. */
export const MAX_UNREAD = 10_000

/** Clients whose read markers are kept; the least recently used goes, and counts as new when it comes back. */
export const MAX_READ_CLIENTS = 64

/** A client's name, in UTF-16 units. */
export const MAX_CLIENT_UNITS = 128

/** Read markers wait so long for a transaction to go with before they get their own; a crash may cost as much. */
export const MARKER_SAVE_MS = 1000

/** Counts of unread lines that are remembered while keys are ignored, by room and marker. */
export const MAX_COUNTED_ROOMS = 4096

/** Claimants of one nick that are kept, beside pinned ones: who comes later can't hold it. Source: docs/chat.md, *Identity*. */
export const MAX_CLAIMS = 64

/** Nicks of one key that are remembered: those it used for a week, then the newest. */
export const MAX_NICKS_OF_KEY = 8

/** Keys that a user pins or ignores: each is his own choice. */
export const MAX_PINNED_KEYS = 4096
export const MAX_IGNORED_KEYS = 4096

/** Bounds of what is kept. Source: docs/configuration.md, `[store]`. */
export const DEFAULT_MAX_BYTES: number = 1024 * 1024 * 1024
export const DEFAULT_MAX_AGE_DAYS = 365

/** One slice of retention, whichever ends first, so that with its commit the loop is blocked for less than 10 ms. */
export const SLICE_MS = 3
export const SLICE_LINES = 1024

/** Lines read at once while retention looks for what may go. */
export const SWEEP_READ_LINES = 64

/** Spoilt lines taken out one by one between two starts; with more of them the file is set aside at the next. */
export const LINES_MENDED = 16

/** Between two looks for lines that are too old. */
export const AGE_SWEEP_INTERVAL_MS = 3_600_000

/** Database pages of new files: with 64 KiB lines half the work of 4 KiB pages, and no more than those with short lines. */
export const PAGE_BYTES = 16_384

/** Free pages are given back to the disk only when they are this much of the file, and in steps of this many pages. */
export const MAX_FREE_PAGE_SHARE = 0.25
export const MIN_FREE_PAGES = 512
export const VACUUM_STEP_PAGES = 32

/** Deliveries that may wait for one commit; at the overfill factor of it they are written in place. */
export const MAX_QUEUED_DELIVERIES = 1024

/** Rooms whose row number is remembered; above it they are looked up again. */
export const MAX_CACHED_ROOMS = 10_000

/** A setting's key and value, in UTF-16 units: settings are small things. */
export const MAX_SETTING_KEY = 128
export const MAX_SETTING_VALUE = 65_536

/** How long a statement waits for a lock that another program (a backup, a shell) holds on the database. */
export const DATABASE_BUSY_MS = 250

/** How long a lock is waited for: the holder's own writing of its pid takes less. */
export const LOCK_WAIT_MS = 250

/** Lines a search gives unless it says otherwise. Source: spec rpc.md, chat.search has the limits of chat.history. */
export const DEFAULT_SEARCH_LINES = 50

/** A query, in UTF-16 units, and its words: more only narrows what is found already. */
export const MAX_SEARCH_UNITS = 256
export const MAX_SEARCH_WORDS = 16

/** Searches at work at once, and those that wait for them; more are refused (STORE_BUSY). */
export const MAX_SEARCHES = 2
export const MAX_WAITING_SEARCHES = 32

/** One turn of a search, whichever ends first, so that the loop is blocked for less than 10 ms by it. */
export const SEARCH_TURN_MS = 4
export const SEARCH_TURN_STEPS = 4096

/** A text counts as one step more for each so many UTF-16 units: folding and comparing them takes about as long as a line does. */
export const SEARCH_UNITS_PER_STEP = 512

/** Lines, and UTF-16 units of text, that a search looks through before it asks the index: common words are found at once. */
export const SEARCH_NEWEST_LINES = 4096
export const SEARCH_NEWEST_UNITS: number = 1024 * 1024

/** Lines that are looked up at once, whatever their time; of more the newest first. */
export const SEARCH_FEW_LINES = 2000

/** A room with more lines than this is not named in what the index is asked: counting them takes 4 ms. */
export const SEARCH_ROOM_LINES = 131_072

/** A trigram that fewer lines have is rare: these are read, and nothing rarer is looked for. */
export const SEARCH_RARE_LINES = 8_192

/** Trigrams looked up to find the rarest, how many of these are asked for, and how many a question for short words may name. */
export const SEARCH_WORD_TERMS = 8
export const SEARCH_TERMS = 3
export const SEARCH_GROUP_TERMS = 64

/** The index is asked for runs of blocks of so many seqs: at first for this many blocks, twice as many or half after a window that was fast or slow. */
export const SEARCH_BLOCK_LINES = 4096
export const SEARCH_WINDOW_BLOCKS = 4
export const SEARCH_FAST_MS = 2
export const SEARCH_SLOW_MS = 6

/** Lines, or UTF-16 units of text, taken into the search index at once: about 3 ms. Fewer wait, and are looked through by a search. */
export const SEARCH_BATCH_LINES = 256
export const SEARCH_BATCH_UNITS = 16_384

/** Pages of 4 KB merged at once: about 1 ms. */
export const SEARCH_MERGE_PAGES = 16

/** Lines that are gone stay in the index until there are this many of them, and this share of it; so many are looked at at once. */
export const MIN_STALE_LINES = 8192
export const MAX_STALE_SHARE = 0.125
export const SEARCH_PURGE_LINES = 512

/** The index rests this many times as long as it worked, while lines are stored and while none are. */
export const SEARCH_REST_BUSY = 40
export const SEARCH_REST_IDLE = 1
