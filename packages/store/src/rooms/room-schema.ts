/**
 * What people see of rooms.
 *
 * messages.tally: twice the number of lines in the room up to this one that somebody may not have read, and one more when this
 * is one of them: what lies between two lines is known without counting. messages.mention: a line of another that mentions the
 * user, whether it can be unread or not.
 * rooms.since: what was written before, Unix ms, is not unread: when the room was joined. rooms.level: by position in LEVELS.
 * read_clients: what was stored up to `seq` was there before the client came; `used` orders them. read_markers: what a client
 * has read in a room.
 */
export const ROOM_TABLES = `
  ALTER TABLE messages ADD COLUMN tally INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE messages ADD COLUMN mention INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX messages_mentions ON messages(room, seq) WHERE mention = 1;
  CREATE INDEX messages_topics ON messages(room, at, id) WHERE kind = 2;
  ALTER TABLE rooms ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE rooms ADD COLUMN level INTEGER NOT NULL DEFAULT 0;
  CREATE TABLE read_clients (client TEXT PRIMARY KEY, seq INTEGER NOT NULL, used INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE read_markers (
    client TEXT NOT NULL,
    room INTEGER NOT NULL REFERENCES rooms(id),
    seq INTEGER NOT NULL,
    PRIMARY KEY (client, room)
  ) STRICT, WITHOUT ROWID;
`

/** Stored numbers of the levels, by position. */
export const LEVELS = ['all', 'mentions', 'none'] as const
