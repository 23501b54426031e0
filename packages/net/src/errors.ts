/** Everything that can go wrong in packages/net, as data: callers switch on `code`, the compiler knows the fields. */
import { errorText } from '@dchat/system'

/** Who caused an error: the peer (which may earn a ban, see ban-policy.ts), or anything else. */
export type Fault = 'peer' | 'none'

/** The fields that come with each code. Codes are never reused; docs/errors.md lists them. */
export interface NetErrorData {
  // frames and messages
  NET_BAD_MAGIC: { magic: string }
  NET_COMMAND_TOO_LONG: { length: number; maxBytes: number }
  NET_COMMAND_MALFORMED: { reason: string }
  NET_UNKNOWN_COMMAND: { command: string }
  NET_MESSAGE_TOO_LARGE: { command: string; length: bigint | number; maxBytes: number }
  NET_MESSAGE_UNDECODABLE: { command: string; reason: string }
  NET_FRAME_SLOW: { channelId: number; elapsedMs: number; bytesPerSec: number }
  NET_FRAME_TOO_LARGE: { command: string; length: bigint | number; maxBytes: number }
  NET_PROTOCOL_OFFENCE: { command: string; reason: string }
  NET_METERING_EXCEEDED: { score: number; maxScore: number }
  // channels
  NET_CHANNEL_STOPPED: { channelId: number }
  NET_CHANNEL_CLOSED_BY_PEER: { channelId: number }
  NET_CHANNEL_STALLED: { channelId: number; queuedBytes: number; stalledMs: number }
  NET_TOO_MANY_SENDS: { command: string; limit: number }
  NET_PONG_MISSING: { channelId: number; timeoutMs: number }
  NET_PONG_WRONG_NONCE: { channelId: number }
  NET_HANDSHAKE_TIMEOUT: { channelId: number; timeoutMs: number }
  NET_VERSION_MISMATCH: { expected: string; received: string }
  NET_TOO_MANY_CHANNELS: { limit: number }
  NET_EVICTED: { channelId: number }
  NET_HANDSHAKE_FLOOD: { channelId: number; maxBytes: number }
  NET_WORK_EXCEEDED: { channelId: number; workMsPerKib: number }
  // dialling and listening
  NET_DIAL_FAILED: { url: string; reason: string }
  NET_DIAL_TIMEOUT: { url: string; timeoutMs: number }
  NET_LISTEN_FAILED: { url: string; reason: string }
  NET_SCHEME_UNSUPPORTED: { url: string; scheme: string; reason: string }
  NET_PROXY_UNREACHABLE: { url: string; proxy: string; reason: string }
  NET_TLS_NAME: { url: string; names: string }
  NET_TLS_KEY: { url: string; reason: string }
  NET_TLS_VERSION: { url: string; reason: string }
  NET_TLS_NO_CERTIFICATE: { url: string }
  NET_TLS_FAILED: { url: string; reason: string }
  NET_ADDRESS_INVALID: { address: string; reason: string }
  // hosts
  NET_HOST_STATE_BLOCKED: { url: string; from: string; to: string }
  NET_HOST_BANNED: { url: string }
  NET_HOSTLIST_UNREADABLE: { path: string; reason: string }
  NET_HOSTLIST_UNWRITABLE: { path: string; reason: string }
  // life cycle and settings
  NET_STOPPED: Record<string, never>
  NET_WRONG_STATE: { state: string; wanted: string }
  NET_SETTINGS_INVALID: { key: string; reason: string }
  NET_TIMEOUT: { what: string; timeoutMs: number }
}

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

/** An error of packages/net. `message` is for people and may change; `code` and `data` are the contract. */
export class NetError<C extends NetErrorCode = NetErrorCode> extends Error {
  override readonly name = 'NetError'
  readonly code: C
  readonly data: NetErrorData[C]
  /** 'peer' when the other side broke the protocol. @default 'none' */
  readonly fault: Fault

  constructor(code: C, data: NetErrorData[C], options: { fault?: Fault; cause?: unknown } = {}) {
    super(errorText(TEXTS[code], code, data), options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.data = data
    this.fault = options.fault ?? 'none'
  }
}

/** Every code, for the test that compares this table with docs/errors.md. */
export const NET_ERROR_CODES: readonly NetErrorCode[] = Object.keys(TEXTS) as NetErrorCode[]

export function isNetError<C extends NetErrorCode>(error: unknown, code?: C): error is NetError<C> {
  return error instanceof NetError && (code === undefined || error.code === code)
}
