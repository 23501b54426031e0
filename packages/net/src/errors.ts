/** Everything that can go wrong in packages/net, as data: callers switch on `code`, the compiler knows the fields. */
import { errorText } from '@dchat/system'

/** Who caused an error: the peer, which may earn it a ban, or anything else. */
export type Fault = 'peer' | 'none'

/** The fields that come with each code. Codes are never reused; docs/errors.md lists them. */
export interface NetErrorData {
  /** A frame does not begin with the magic bytes of this network; `magic`: what came, in hexadecimal. */
  NET_BAD_MAGIC: { magic: string }
  /** A command of `length` bytes, where `maxBytes` is the most. */
  NET_COMMAND_TOO_LONG: { length: number; maxBytes: number }
  /** A command that is no UTF-8, or a length that is not in its shortest form. */
  NET_COMMAND_MALFORMED: { reason: string }
  /** No protocol of the channel takes the command. */
  NET_UNKNOWN_COMMAND: { command: string }
  /** A payload of `length` bytes, above the `maxBytes` of its command: one that came, or one that was to be sent. */
  NET_MESSAGE_TOO_LARGE: { command: string; length: bigint | number; maxBytes: number }
  /** A payload that does not decode, or with bytes left over; `reason` is the code of a SerialError. */
  NET_MESSAGE_UNDECODABLE: { command: string; reason: string }
  /** A frame that has begun is not whole after `elapsedMs`, and came at `bytesPerSec` only. */
  NET_FRAME_SLOW: { channelId: number; elapsedMs: number; bytesPerSec: number }
  /** A payload that would be skipped, and is too long even for that: more than `maxBytes`. */
  NET_FRAME_TOO_LARGE: { command: string; length: bigint | number; maxBytes: number }
  /** A message that decodes and breaks the rules of its protocol; protocols throw this in their handlers. */
  NET_PROTOCOL_OFFENCE: { command: string; reason: string }
  /** More live points than all thresholds of the channel together. */
  NET_METERING_EXCEEDED: { score: number; maxScore: number }
  /** The channel was stopped on this side; `cause` holds the failure of a protocol, if it was one. */
  NET_CHANNEL_STOPPED: { channelId: number }
  /** The peer ended the connection, or it broke. */
  NET_CHANNEL_CLOSED_BY_PEER: { channelId: number }
  /** The peer took next to nothing of `queuedBytes` for `stalledMs`. */
  NET_CHANNEL_STALLED: { channelId: number; queuedBytes: number; stalledMs: number }
  /** `limit` messages wait on the channel already; this one has not been taken. */
  NET_TOO_MANY_SENDS: { command: string; limit: number }
  /** No pong came within `timeoutMs`, not counting time in which this node did not read. */
  NET_PONG_MISSING: { channelId: number; timeoutMs: number }
  /** A pong came to a ping that was not asked. */
  NET_PONG_WRONG_NONCE: { channelId: number }
  /** The version exchange did not end within `timeoutMs`. */
  NET_HANDSHAKE_TIMEOUT: { channelId: number; timeoutMs: number }
  /** The peer's application, major or minor version is another. */
  NET_VERSION_MISMATCH: { expected: string; received: string }
  /** All places for channels of this kind, `limit` of them, are taken. */
  NET_TOO_MANY_CHANNELS: { limit: number }
  /** This inbound channel was dropped for a peer of another network group. */
  NET_EVICTED: { channelId: number }
  /** More than `maxBytes` came before the version exchange was done. */
  NET_HANDSHAKE_FLOOD: { channelId: number; maxBytes: number }
  /** For over a minute the messages of the peer cost `workMsPerKib` of work for a KiB. */
  NET_WORK_EXCEEDED: { channelId: number; workMsPerKib: number }
  /** The address could not be dialled; `reason` is the system's. */
  NET_DIAL_FAILED: { url: string; reason: string }
  /** The address did not answer within `timeoutMs`. */
  NET_DIAL_TIMEOUT: { url: string; timeoutMs: number }
  /** The address cannot be listened on; `reason` is the system's. */
  NET_LISTEN_FAILED: { url: string; reason: string }
  /** No transport for the scheme, or none that does what is asked; `reason` says which. */
  NET_SCHEME_UNSUPPORTED: { url: string; scheme: string; reason: string }
  /** The proxy itself does not answer, is no SOCKS5 proxy, or wants a password. */
  NET_PROXY_UNREACHABLE: { url: string; proxy: string; reason: string }
  /** The peer's certificate is for other `names`. */
  NET_TLS_NAME: { url: string; names: string }
  /** The peer's certificate has no Ed25519 key. */
  NET_TLS_KEY: { url: string; reason: string }
  /** The peer does not speak TLS 1.3. */
  NET_TLS_VERSION: { url: string; reason: string }
  /** The peer showed no certificate. */
  NET_TLS_NO_CERTIFICATE: { url: string }
  /** The TLS handshake failed for another reason. */
  NET_TLS_FAILED: { url: string; reason: string }
  /** An address that cannot be used: malformed, without a port, or this node's own. */
  NET_ADDRESS_INVALID: { address: string; reason: string }
  /** Another part of the node works on the host, or it is connected already. */
  NET_HOST_STATE_BLOCKED: { url: string; from: string; to: string }
  /** The host is banned or on the blacklist. */
  NET_HOST_BANNED: { url: string }
  /** A file of hosts, bans or anchors is there and cannot be read. */
  NET_HOSTLIST_UNREADABLE: { path: string; reason: string }
  /** Such a file cannot be written; the old one is untouched. */
  NET_HOSTLIST_UNWRITABLE: { path: string; reason: string }
  /** The node was stopped meanwhile. */
  NET_STOPPED: Record<string, never>
  /** The call does not fit the state of the node: it is in `state`, and has to be in `wanted`. */
  NET_WRONG_STATE: { state: string; wanted: string }
  /** The setting `key` cannot be used, or not be changed while the node is there. */
  NET_SETTINGS_INVALID: { key: string; reason: string }
  /** Gave up waiting for `what` after `timeoutMs`. */
  NET_TIMEOUT: { what: string; timeoutMs: number }
}

/** What can go wrong; never reused for anything else. */
export type NetErrorCode = keyof NetErrorData

const TEXTS: { readonly [C in NetErrorCode]: string } = {
  NET_BAD_MAGIC: 'frame does not begin with the magic bytes of this network',
  NET_COMMAND_TOO_LONG: 'command name is longer than allowed',
  NET_COMMAND_MALFORMED: 'command name is malformed',
  NET_UNKNOWN_COMMAND: 'no protocol on this channel takes the command',
  NET_MESSAGE_TOO_LARGE: 'message is larger than its command allows',
  NET_MESSAGE_UNDECODABLE: 'message could not be decoded',
  NET_FRAME_SLOW: 'peer did not get on with a frame',
  NET_FRAME_TOO_LARGE: 'frame is larger than this node skips',
  NET_PROTOCOL_OFFENCE: 'peer broke the rules of a protocol',
  NET_METERING_EXCEEDED: 'peer sent more than the metering allows',
  NET_CHANNEL_STOPPED: 'channel was stopped',
  NET_CHANNEL_CLOSED_BY_PEER: 'channel was closed by the peer',
  NET_CHANNEL_STALLED: 'peer did not read for too long',
  NET_TOO_MANY_SENDS: 'as many messages wait to be sent as may',
  NET_PONG_MISSING: 'peer did not answer a ping in time',
  NET_PONG_WRONG_NONCE: 'peer answered a ping with another nonce',
  NET_HANDSHAKE_TIMEOUT: 'version exchange did not end in time',
  NET_VERSION_MISMATCH: 'peer is of another application or version',
  NET_TOO_MANY_CHANNELS: 'no more channels are accepted',
  NET_EVICTED: 'channel was dropped for a peer of another network group',
  NET_HANDSHAKE_FLOOD: 'peer sent too much before the version exchange was done',
  NET_WORK_EXCEEDED: 'peer cost far more work than its messages can be worth',
  NET_DIAL_FAILED: 'address could not be dialled',
  NET_DIAL_TIMEOUT: 'address did not answer in time',
  NET_LISTEN_FAILED: 'address could not be listened on',
  NET_SCHEME_UNSUPPORTED: 'no transport for this scheme',
  NET_PROXY_UNREACHABLE: 'the proxy does not serve',
  NET_TLS_NAME: 'certificate of the peer is not for the name of this network',
  NET_TLS_KEY: 'peer has no Ed25519 certificate',
  NET_TLS_VERSION: 'peer does not speak TLS 1.3',
  NET_TLS_NO_CERTIFICATE: 'peer showed no certificate',
  NET_TLS_FAILED: 'TLS handshake failed',
  NET_ADDRESS_INVALID: 'address is not valid',
  NET_HOST_STATE_BLOCKED: 'host is busy in another state',
  NET_HOST_BANNED: 'host is banned or blacklisted',
  NET_HOSTLIST_UNREADABLE: 'host list could not be read',
  NET_HOSTLIST_UNWRITABLE: 'host list could not be written',
  NET_STOPPED: 'the node is stopped',
  NET_WRONG_STATE: 'the node is in another state',
  NET_SETTINGS_INVALID: 'setting is not valid',
  NET_TIMEOUT: 'gave up waiting',
}

/** An error of this package. `message` is for people and may change; `code` and `data` are the contract. */
export class NetError<C extends NetErrorCode = NetErrorCode> extends Error {
  /** Tells these errors from others across copies of this package. */
  override readonly name = 'NetError'
  /** What went wrong. */
  readonly code: C
  /** The fields of `code`. */
  readonly data: NetErrorData[C]
  /** 'peer' when the other side broke the protocol. @default 'none' */
  readonly fault: Fault

  /**
   * @param code - what went wrong
   * @param data - the fields that go with it
   * @param options - `fault`: 'peer' when the other side broke the protocol, which may earn it a ban; `cause`: what was met
   */
  constructor(code: C, data: NetErrorData[C], options: { fault?: Fault; cause?: unknown } = {}) {
    super(errorText(TEXTS[code], code, data), options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.data = data
    this.fault = options.fault ?? 'none'
  }
}

/** Every code that a `NetError` may have; what each means and who acts: docs/errors.md. */
export const NET_ERROR_CODES: readonly NetErrorCode[] = Object.keys(TEXTS) as NetErrorCode[]

/** Narrows `error` to a NetError, of `code` when given. */
export function isNetError<C extends NetErrorCode>(error: unknown, code?: C): error is NetError<C> {
  return error instanceof NetError && (code === undefined || error.code === code)
}
