/** What bounds a server, with the reason of each bound. Tests and unusual hosts may pass others. */
import { MAX_REQUEST_BYTES } from '@dchat/rpc'

export interface RpcLimits {
  /** Bytes of a line, a WebSocket message or an HTTP body. A longer line is answered with -32002 and skipped as it streams by. */
  readonly maxRequestBytes: number
  /** Nesting of arrays and objects in a request. Ours needs 4; deeper ones only cost work. */
  readonly maxDepth: number
  /** Fragments of one WebSocket message, and chunks it may come in: far more than a sane client uses for 1 MiB. */
  readonly maxWsFragments: number
  readonly maxWsChunks: number
  /** Requests in one batch. */
  readonly maxBatch: number
  /** Bytes of answers after which the rest of a batch is refused with -32002: `recv` alone may give 8 MiB. */
  readonly maxBatchAnswerBytes: number
  /** Requests of a connection that are worked on at a time; then its socket is not read (HTTP: 429). */
  readonly maxInFlight: number
  /** Connections in all; further ones get -32003 (HTTP: 429) and are closed. */
  readonly maxConnections: number
  /** Part of `maxConnections` that TCP cannot take, so that the owner's Unix socket always answers. */
  readonly reservedForUnix: number
  /** Refused connections that are told why at a time; beyond it they are just closed. */
  readonly maxRefusals: number
  /** Addresses whose wrong secrets are counted; beyond it the count of the one that began longest ago is forgotten. */
  readonly maxFailingAddresses: number
  /** Wrong secrets that may come from one address (IPv6: one /64) at once, and a second; beyond it HTTP 429, lines are closed. */
  readonly failedAuthsBurst: number
  readonly failedAuthsPerSecond: number
  /** Bytes waiting for a slow client; beyond it no notification is queued and no request of it is started. */
  readonly maxQueuedBytes: number
  /** How long a connection on TCP may stay silent before its first byte: until then anybody may hold a place. On a Unix socket, which is the owner's, it may for ever. */
  readonly firstByteMs: number
  /** How long a TLS handshake may take; until it is done its client is known to no one. */
  readonly handshakeMs: number
  /** How long a line client on TCP may take to authorise. */
  readonly authMs: number
  /** How long a line client that has ended its side may wait for answers; then it counts as gone. */
  readonly halfOpenMs: number
  /** How long HTTP headers may take, from the first byte; after an answer, from that answer on (keep-alive included). */
  readonly headersMs: number
  /** How long an HTTP body may take after its headers. */
  readonly bodyMs: number
  /** After how long an event stream on which nothing waits gets a comment, which tells both ends that it still stands. */
  readonly heartbeatMs: number
  /** After how long without taking a byte of what waits for it a client is cut. */
  readonly stallMs: number
  /** How long a ticket opens the page of the network: long enough to click on it, or to carry it to another window. */
  readonly ticketMs: number
  /** Tickets that nobody has used yet; beyond it the oldest is void. */
  readonly maxTickets: number
  /** How long a page may look before it has to be opened anew. */
  readonly pageSessionMs: number
  /** Pages that may look; beyond it the one that was opened first is shut out. */
  readonly maxPageSessions: number
  /** How long a stop waits for answers that are being worked on, and for clients to take them. */
  readonly stopMs: number
}

export const DEFAULT_RPC_LIMITS: RpcLimits = {
  maxRequestBytes: MAX_REQUEST_BYTES,
  maxDepth: 32,
  maxWsFragments: 1_024,
  maxWsChunks: 8_192,
  maxBatch: 100,
  maxBatchAnswerBytes: 8 * 1_048_576,
  maxInFlight: 64,
  maxConnections: 64,
  reservedForUnix: 16,
  maxRefusals: 16,
  maxFailingAddresses: 1_024,
  failedAuthsBurst: 10,
  failedAuthsPerSecond: 1,
  maxQueuedBytes: 1_048_576,
  firstByteMs: 5_000,
  handshakeMs: 5_000,
  authMs: 10_000,
  halfOpenMs: 5_000,
  headersMs: 5_000,
  bodyMs: 15_000,
  heartbeatMs: 15_000,
  stallMs: 30_000,
  ticketMs: 120_000,
  maxTickets: 8,
  pageSessionMs: 43_200_000,
  maxPageSessions: 16,
  stopMs: 2_000,
}
