/**
 * What encrypted posts say. Facts: docs/chat.md, *Encrypted kinds*. Keys are lower-case hex, but in `posts` and what belongs to them.
 *
 * rooms.answered: 1 for a conversation in which something own was said, ever. retractions.room: where the line has to stand that is
 * taken back: NULL anywhere, 0 in a conversation, else that room. untried: direct messages of others that were not tried yet, by
 * the number of the post; `rank` is one of UNTRIED_RANK. members: the newest certificate, by (time, id), of each room key. rekeys: by their
 * lines. waiting: own lines that wait for a key of the recipient.
 */
export const ENCRYPTED_TABLES = `
  ALTER TABLE rooms ADD COLUMN answered INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE retractions ADD COLUMN room INTEGER;
  CREATE TABLE untried (post INTEGER PRIMARY KEY, rank INTEGER NOT NULL, time INTEGER NOT NULL) STRICT;
  CREATE INDEX untried_by_rank ON untried(rank, time, post);
  CREATE TABLE members (
    room INTEGER NOT NULL REFERENCES rooms(id),
    author TEXT NOT NULL,
    identity TEXT NOT NULL,
    time INTEGER NOT NULL,
    id BLOB NOT NULL,
    PRIMARY KEY (room, author)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX members_by_identity ON members(identity);
  CREATE INDEX members_by_time ON members(room, time, id);
  CREATE TABLE rekeys (seq INTEGER PRIMARY KEY, room INTEGER NOT NULL REFERENCES rooms(id), new_room TEXT NOT NULL) STRICT;
  CREATE INDEX rekeys_by_room ON rekeys(room, seq);
  CREATE INDEX rekeys_by_new_room ON rekeys(new_room, seq);
  CREATE TABLE waiting (seq INTEGER PRIMARY KEY, recipient TEXT NOT NULL) STRICT;
  CREATE INDEX waiting_by_recipient ON waiting(recipient, seq);
  INSERT INTO untried
    SELECT p.n, iif(lower(hex(a.key)) IN (SELECT key FROM pinned_keys), 2, 0), p.time
    FROM rooms r JOIN posts p ON p.room = r.id JOIN post_authors a ON a.n = p.author
    WHERE r.name = '_dm' AND p.kind = 16 AND p.own = 0;
`

/** Who is tried first: those one has written with, or has pinned; those whose conversation is open; strangers. */
export const UNTRIED_RANK = { known: 2, open: 1, stranger: 0 } as const
