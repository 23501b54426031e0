/**
 * Names: claims, pins and ignored keys. Keys are lower-case hex.
 *
 * name_claims: a key's use of a nick, by the folded nick; `current` while its newest profile has it. Claims go with the
 * profile of their key, those of pinned keys stay. ignored_keys: in the order they were ignored.
 */
export const NAME_TABLES = `
  CREATE TABLE name_claims (
    folded TEXT NOT NULL,
    key TEXT NOT NULL,
    first_seen INTEGER NOT NULL,
    since INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    current INTEGER NOT NULL,
    PRIMARY KEY (folded, key)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX name_claims_by_key ON name_claims(key);
  CREATE TABLE pinned_keys (key TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
  CREATE TABLE ignored_keys (n INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE) STRICT;
  CREATE TRIGGER profiles_removed AFTER DELETE ON profiles BEGIN
    DELETE FROM name_claims WHERE key = OLD.key AND key NOT IN (SELECT key FROM pinned_keys);
  END;
  INSERT INTO name_claims SELECT folded, key, time, time, time, 1 FROM profiles;
`
