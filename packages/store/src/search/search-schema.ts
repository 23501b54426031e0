/**
 * The search index: FTS5 over trigrams of folded texts, fed by us.
 *
 * Contentless: the texts stay in `messages` alone, and what is found is compared with them. `detail=none` keeps which line has
 * a trigram, not where: with comparing at the end anyway it finds as fast as positions would, in a third of the bytes (measured
 * on 1,000,000 lines of 46 bytes: 72 MB instead of 237 MB). Merging of segments is ours to do in slices: automerge would do it
 * inside of a commit, for up to 50 ms.
 */

/**
 * search_words: the trigrams and how many lines have each. search_blocks: of each run of `SEARCH_BLOCK_LINES` seqs the newest
 * and oldest place in time, by which a search knows where to look first and when to stop. search_state: all lines up to
 * `indexed` are in the index; `lines` of them, removed ones included until they are purged; `removed` lines had been removed
 * from the store when it was last purged.
 */
export const SEARCH_TABLES = `
  CREATE VIRTUAL TABLE search USING fts5(
    room, text, content='', contentless_delete=1, detail=none, tokenize='trigram case_sensitive 1'
  );
  INSERT INTO search(search, rank) VALUES ('automerge', 0);
  INSERT INTO search(search, rank) VALUES ('crisismerge', 1999);
  CREATE VIRTUAL TABLE search_words USING fts5vocab('search', 'row');
  CREATE TABLE search_blocks (block INTEGER PRIMARY KEY, newest INTEGER NOT NULL, oldest INTEGER NOT NULL) STRICT;
  CREATE TABLE search_state (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    indexed INTEGER NOT NULL,
    lines INTEGER NOT NULL,
    removed INTEGER NOT NULL
  ) STRICT;
  INSERT INTO search_state SELECT 1, 0, 0, last_seq - messages FROM totals;
`

/** Takes the index away, damaged or not; `SEARCH_TABLES` starts it anew. */
export const DROP_SEARCH_TABLES = `
  DROP TABLE IF EXISTS search_words;
  DROP TABLE IF EXISTS search;
  DROP TABLE IF EXISTS search_blocks;
  DROP TABLE IF EXISTS search_state;
`

/** What follows every text in the index, so that its last two characters begin a trigram too. */
export const END_MARK = '\u{f1000}\u{f1000}'

/** The one trigram that stands for a room. It is of private characters; a text that holds it is only looked at in vain. */
export function roomTerm(room: number): string {
  const digit = (at: number): number => 0xf0000 + (Math.floor(room / 4096 ** at) % 4096)
  return String.fromCodePoint(digit(2), digit(1), digit(0))
}
