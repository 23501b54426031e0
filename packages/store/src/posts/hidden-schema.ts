/** hidden_posts: posts that make no line any more, by their number, for as long as they are there. */
export const HIDDEN_TABLES = 'CREATE TABLE hidden_posts (post INTEGER PRIMARY KEY) STRICT;'

/** Whether the post `p` may make a line; for a WHERE clause. */
export const IS_SHOWABLE = 'p.n NOT IN (SELECT post FROM hidden_posts)'
