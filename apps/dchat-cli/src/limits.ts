/** Every number that bounds the client, with its reason. */

/** How long an answer is waited for; storing a line durably takes milliseconds. */
export const CALL_TIMEOUT_MS = 30_000

/** The same for a method as such, which may dial a peer. */
export const METHOD_TIMEOUT_MS = 120_000

/** Lines `tail` shows unless told otherwise, and at most. Source of the latter: spec rpc.md, chat.history. */
export const DEFAULT_TAIL_LINES = 10
export const MAX_TAIL_LINES = 1000

/** Lines asked for at once while following: what may wait here for a slow reader of our output. */
export const FOLLOW_PAGE_LINES = 100

/** How long the daemon keeps one question for new lines open; the answer is given this and `CALL_TIMEOUT_MS`. */
export const FOLLOW_WAIT_MS = 30_000

/** Pauses between attempts to find the daemon again: each twice as long as the one before. */
export const MIN_RECONNECT_MS = 500
export const MAX_RECONNECT_MS = 15_000

/** Bytes of one parameter that is read from stdin or a file: more does not fit into a request. */
export const MAX_PARAMETER_BYTES = 1_048_576

/** Code units of notifications that wait for a slow reader of our output; beyond it the program ends, with an error. */
export const MAX_WAITING_UNITS = 16 * 1_048_576

/** Between two looks of `wait-ready`. */
export const READY_POLL_MS = 200

/** What its last look gets even when the time is up: `--timeout 0` looks once. */
export const MIN_LOOK_MS = 1000

/** How long `wait-ready` waits unless told otherwise, and at most, in seconds. */
export const DEFAULT_READY_TIMEOUT_S = 30
export const MAX_READY_TIMEOUT_S = 86_400

/** More peers than a node ever has. */
export const MAX_READY_PEERS = 10_000
