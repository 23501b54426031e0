/**
 * The tables, as numbered migrations: number n brings a file from version n - 1 to n (`PRAGMA user_version`).
 * A released migration is never changed.
 */

/** Marks our files (`PRAGMA application_id`): "dcht". */
export const APPLICATION_ID = 0x64636874

/** Whose line it is decides when it has to go: the lowest first. */
export const LINE_CLASS = { unsigned: 0, signed: 1, own: 2 } as const

/** Stored numbers of the kinds, by position. */
export const KINDS = ['text', 'action', 'topic', 'system'] as const

/** Stored numbers of the delivery states, by position. */
export const DELIVERY_STATES = ['stored', 'sent', 'held', 'failed'] as const

/**
 * messages: `at` is the place in room order: the author's time, or for a line without one the time of receiving;
 * `id` is '' for an unsigned line, which sorts it before posts of the same millisecond; small columns come before the
 * text, so that retention and counting never read a long text's pages.
 * One index a query: a page of a room, a page of all rooms, what came after a seq in one room.
 * totals: one row, kept in the transaction of every change, so that no start has to count.
 */
const VERSION_1 = `
  CREATE TABLE rooms (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE messages (
    seq INTEGER PRIMARY KEY,
    class INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    room INTEGER NOT NULL REFERENCES rooms(id),
    at INTEGER NOT NULL,
    received INTEGER NOT NULL,
    size INTEGER NOT NULL,
    time INTEGER,
    id TEXT NOT NULL,
    author_key TEXT,
    nick TEXT,
    peer TEXT,
    text TEXT NOT NULL
  ) STRICT;
  CREATE INDEX messages_by_room_place ON messages(room, at, id);
  CREATE INDEX messages_by_place ON messages(at, id);
  CREATE INDEX messages_by_room ON messages(room, seq);
  CREATE TABLE deliveries (
    seq INTEGER PRIMARY KEY,
    state INTEGER NOT NULL,
    written INTEGER NOT NULL,
    held INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE totals (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    last_seq INTEGER NOT NULL,
    messages INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    swept_unsigned INTEGER NOT NULL,
    swept_signed INTEGER NOT NULL
  ) STRICT;
  INSERT INTO totals VALUES (1, 0, 0, 0, 0, 0);
`

/** By position: the first brings an empty file to version 1. */
export const MIGRATIONS: readonly string[] = [VERSION_1]
