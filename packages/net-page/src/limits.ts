/** What bounds the page, with the reason of each bound. */

/** Characters of a text of others: the longest addresses are those of hidden services. */
export const TEXT_MAX = 100

/** Circles that are drawn: what fits around the middle without touching, and more than a node has slots for. */
export const DRAWN_MAX = 240

/** Circles beside which their address stands; more of them would be written over each other. */
export const LABELLED_MAX = 28

/** Rows of a table; who looks for one host among thousands asks `hosts.list`. */
export const ROWS_MAX = 240

/** Events that are kept, and of these as many as are shown. */
export const EVENTS_MAX = 1_000
export const EVENTS_SHOWN = 200

/** How often is asked what changes by itself: the counts of bytes, slots and channels. */
export const STATUS_EVERY_MS = 1_000

/** How often is asked what changes rarely and is long: the lists of hosts, and what the node says of itself. */
export const LISTS_EVERY_MS = 10_000

/** An answer that has not come by then will not: the connection is made anew. */
export const CALL_MS = 15_000

/** Between tries to connect: the first wait, and the longest. */
export const RETRY_FIRST_MS = 500
export const RETRY_LONGEST_MS = 15_000
