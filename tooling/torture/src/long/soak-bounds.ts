/** What a daemon may grow by in a long run, from after its first minutes on. Each bound says what it is made of. */
import { LOG_BYTES, LOG_FILES } from './crowd-node.ts'

const MIB = 2 ** 20

/** What is garbage and not collected yet: `MEMORY_OPTIONS` of @dchat/system. Young objects, and of the old ones for each byte that lives. */
const YOUNG_BYTES = 24 * MIB
const OLD_PER_LIVE = 1.5
/** Node, its libraries and the programs, as they are mapped; stacks and machine code. */
const CODE_BYTES = 76 * MIB
/** Live objects once caches are warm, before they grow by what `heapGrowthBytes` says. */
const LIVE_BYTES = 40 * MIB
/** Outside of the heap: 8 MiB of database pages, connections with TLS, buffers, arenas of the allocator and what it cannot give back. */
const NATIVE_BYTES = 64 * MIB
const HEAP_GROWTH_BYTES = 16 * MIB

export const SOAK_BOUNDS = {
  /**
   * Live objects after collections: what fills up in the first hours. With which peers the newest 1,000 own lines are (REACH_LINES,
   * REACH_PEERS: 12 MiB at most), and 40 bytes of each post for reconciliation.
   */
  heapGrowthBytes: HEAP_GROWTH_BYTES,
  /** What is resident: the growth of what lives, with its garbage, and young objects that were few at first. 48 MiB. */
  rssGrowthBytes: OLD_PER_LIVE * HEAP_GROWTH_BYTES + YOUNG_BYTES,
  /** The aim for the slope of what is resident. */
  rssSlopeBytesPerHour: MIB,
  /** All in all: 248 MiB. */
  rssBytes: CODE_BYTES + OLD_PER_LIVE * (LIVE_BYTES + HEAP_GROWTH_BYTES) + YOUNG_BYTES + NATIVE_BYTES,
  /** Open files that no connection accounts for: dials that are under way, a file that is just being written. */
  fdGrowth: 6,
  /** Timers beyond one for each channel, which waits for its next ping: dials, reconciliations and pages under way have some. */
  timerGrowth: 12,
  /** Requests of the system that wait for their answer. */
  requestGrowth: 8,
  /** Hosts that something is done with, beyond one for each channel: dials and probes under way. */
  hostsAtWorkBeyondChannels: 24,
  /** Hosts that nothing is done with: as many as the registry keeps. Source: docs/limits.md. */
  hostsIdle: 20_000,
  /** Known hosts: in a network of twenty, each at a few addresses within a day. */
  listed: 2_000,
  /** The log of the database: what SQLite leaves of it after a checkpoint (`journal_size_limit`). */
  walBytes: 16 * MIB,
  /** The log, and the line with which it reaches its bound. */
  logBytes: LOG_BYTES * LOG_FILES + 65_536,
  /** The database, for each line: text of 600 bytes at most, keys, signature, index and search. */
  databaseBytesPerLine: 4_096,
  /** Of an empty database. */
  databaseBytes: MIB,
} as const
