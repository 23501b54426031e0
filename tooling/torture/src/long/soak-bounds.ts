/** What a daemon may grow by in a long run, from after its first minutes on. Each bound says what it is made of. */
import { LOG_BYTES, LOG_FILES } from './crowd-node.ts'

const MIB = 2 ** 20

export const SOAK_BOUNDS = {
  /**
   * Live objects after collections: what fills up in the first hours. With which peers the newest 1,000 own lines are (REACH_LINES,
   * REACH_PEERS: 12 MiB at most), and 40 bytes of each post for reconciliation.
   */
  heapGrowthBytes: 16 * MIB,
  /** What is resident, garbage that was not collected yet among it: it is as large as V8 lets it be. */
  rssGrowthBytes: 48 * MIB,
  /** The aim for the slope of what is resident. */
  rssSlopeBytesPerHour: MIB,
  /** All in all. */
  rssBytes: 256 * MIB,
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
