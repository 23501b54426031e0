/**
 * The tables, as numbered migrations: number n brings a file from version n - 1 to n (`PRAGMA user_version`).
 * A released migration is never changed.
 */

import { ENCRYPTED_TABLES } from './encrypted/encrypted-schema.ts'
import { NAME_TABLES } from './names/name-schema.ts'
import { HIDDEN_TABLES } from './posts/hidden-schema.ts'
import { ROOM_TABLES } from './rooms/room-schema.ts'
import { SEARCH_TABLES } from './search/search-schema.ts'

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

/**
 * rooms.joined: 0 no, 1 yes, 2 yes and lines of older posts are still being made; rooms.posts, newest, low: what is offered.
 * posts: what is offered to peers, each whole in `bytes`, of which `body` bytes before the signature are the body; small columns
 * come first. One index a question: is it here, what is next in its room, what else has its author in this room and minute. Ids
 * are random, so each new one changes another page of an index: those by id alone hold six bytes of it.
 * post_authors: an author in one room, there while he has posts; the index finds who has most. post_minutes: his posts a minute.
 * dropped: the newest ids that a quota dropped. retractions: the posts of kind 4 by what they retract.
 * profiles: the newest kind 2 of each key (lower-case hex), kept beyond the post, so that lines keep their nick.
 */
const VERSION_2 = `
  ALTER TABLE rooms ADD COLUMN joined INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE rooms ADD COLUMN posts INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE rooms ADD COLUMN newest INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE rooms ADD COLUMN low INTEGER NOT NULL DEFAULT 0;
  INSERT OR IGNORE INTO rooms(name) VALUES ('dchat');
  UPDATE rooms SET joined = 1 WHERE name = 'dchat';
  ALTER TABLE messages ADD COLUMN retracted INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX messages_by_id ON messages(substr(id, 1, 12)) WHERE id <> '';
  CREATE INDEX deliveries_pending ON deliveries(seq) WHERE state = 0;
  CREATE TABLE post_authors (
    n INTEGER PRIMARY KEY,
    room INTEGER NOT NULL REFERENCES rooms(id),
    posts INTEGER NOT NULL,
    key BLOB NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX post_authors_by_key ON post_authors(room, key);
  CREATE INDEX post_authors_by_posts ON post_authors(room, posts DESC, key);
  CREATE TABLE posts (
    n INTEGER PRIMARY KEY,
    room INTEGER NOT NULL REFERENCES rooms(id),
    author INTEGER NOT NULL REFERENCES post_authors(n),
    kind INTEGER NOT NULL,
    time INTEGER NOT NULL,
    minute INTEGER NOT NULL,
    received INTEGER NOT NULL,
    own INTEGER NOT NULL,
    size INTEGER NOT NULL,
    body INTEGER NOT NULL,
    id BLOB NOT NULL,
    bytes BLOB NOT NULL
  ) STRICT;
  CREATE INDEX posts_by_id ON posts(substr(id, 1, 6));
  CREATE INDEX posts_by_place ON posts(room, time, id);
  CREATE INDEX posts_by_minute ON posts(room, minute, author, id);
  CREATE TABLE post_minutes (
    author INTEGER NOT NULL,
    minute INTEGER NOT NULL,
    posts INTEGER NOT NULL,
    PRIMARY KEY (author, minute)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE dropped (n INTEGER PRIMARY KEY, id BLOB NOT NULL) STRICT;
  CREATE INDEX dropped_by_id ON dropped(substr(id, 1, 6));
  CREATE TABLE retractions (post INTEGER PRIMARY KEY, target BLOB NOT NULL, author BLOB NOT NULL) STRICT;
  CREATE INDEX retractions_by_target ON retractions(target, author);
  CREATE TABLE profiles (
    n INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    time INTEGER NOT NULL,
    id BLOB NOT NULL,
    nick TEXT NOT NULL,
    folded TEXT NOT NULL
  ) STRICT;
`

/**
 * search*: the index of texts, see search/search-schema.ts. name_claims, pinned_keys, ignored_keys: see names/name-schema.ts.
 * What rooms and messages are given more, and read_*: see rooms/room-schema.ts.
 */
const VERSION_3 = `
  ${SEARCH_TABLES}
  ${NAME_TABLES}
  ${ROOM_TABLES}
`

/** What encrypted posts say: see encrypted/encrypted-schema.ts. */
const VERSION_4 = ENCRYPTED_TABLES

/** What is forgotten of a room: see posts/hidden-posts.ts. */
const VERSION_5 = HIDDEN_TABLES

/** Check sums of lines: see row-sum.ts. The function is that of `defineSum`. */
const VERSION_6 = `
  ALTER TABLE messages ADD COLUMN sum INTEGER NOT NULL DEFAULT 0;
  UPDATE messages AS m SET sum = line_sum(seq, class, kind, r.name, at, received, time, m.id, author_key, nick, peer, text)
    FROM rooms r WHERE r.id = m.room;
`

/** By position: the first brings an empty file to version 1. */
export const MIGRATIONS: readonly string[] = [VERSION_1, VERSION_2, VERSION_3, VERSION_4, VERSION_5, VERSION_6]

/** Finds the line of a post by its id in hex; the index knows the first part of it. */
export const LINE_BY_ID = "substr(id, 1, 12) = substr(?1, 1, 12) AND id = ?1 AND id <> ''"

/** Finds a post, or an id that was dropped, by its id; the index knows the first part of it. */
export const BY_ID = 'substr(id, 1, 6) = substr(?1, 1, 6) AND id = ?1'

/** How far a room is joined: `rooms.joined`. */
export const JOINED = { no: 0, yes: 1, filling: 2 } as const
