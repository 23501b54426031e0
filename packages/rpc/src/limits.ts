/** What bounds the RPC on both sides. */

/** Bytes of one request: a line, a WebSocket message or an HTTP body. The largest useful one is a `send` of 64 KiB of text. */
export const MAX_REQUEST_BYTES: number = 1_048_576

/** Bytes of one answer a client takes: `recv` gives up to 8 MiB of text, of which JSON escapes may make six times that. */
export const MAX_ANSWER_BYTES: number = 64 * 1_048_576

/** Calls of one client that wait for their answer; a server works on 64 of a connection at a time. */
export const MAX_PENDING_CALLS: number = 1_024

/** Bytes a client holds for a server that does not read. */
export const MAX_UNSENT_BYTES: number = 8 * 1_048_576

/** Bytes of a Unix socket's path, the smallest bound among systems being 104 with its final NUL. */
export const MAX_SOCKET_PATH_BYTES: number = 103
