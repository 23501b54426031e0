/** Why a peer could not be had, in words for people. */
import { NetError } from './errors.ts'

/** Kinds of failures that call for different things to be done. */
export type FailureCause =
  | 'refused'
  | 'timeout'
  | 'not_resolvable'
  | 'unreachable'
  | 'proxy'
  | 'other_network'
  | 'other_version'
  | 'closed'
  | 'banned'
  | 'other'

/** Why a peer could not be had. */
export interface FailureReason {
  /** The kind, for programs. */
  readonly cause: FailureCause
  /** A part of a sentence, without the address. */
  readonly text: string
}

/** What systems call it, and what it means. */
const SYSTEM_CODES: ReadonlyMap<string, FailureReason> = new Map(
  (
    [
      ['refused', 'connection refused, nothing listens there', ['ECONNREFUSED', 'ENOENT']],
      ['timeout', 'no answer in time', ['ETIMEDOUT']],
      ['not_resolvable', 'its name is not known', ['ENOTFOUND', 'EAI_NONAME', 'EAI_NODATA']],
      ['unreachable', 'no way to look up names', ['EAI_AGAIN']],
      ['unreachable', 'no network leads there', ['ENETUNREACH', 'ENETDOWN', 'EHOSTUNREACH', 'EHOSTDOWN', 'EADDRNOTAVAIL']],
      ['closed', 'it closed the connection', ['ECONNRESET', 'EPIPE', 'ECONNABORTED']],
    ] as const
  ).flatMap(([cause, text, codes]) => codes.map((code) => [code, { cause, text }] as const)),
)

/** @param error - what a dial, a version exchange or a query of a seed ended with */
export function failureReason(error: unknown): FailureReason {
  if (!(error instanceof NetError)) return { cause: 'other', text: String(error) }
  const other = (cause: FailureCause, text: string): FailureReason => ({ cause, text })
  switch (error.code) {
    case 'NET_DIAL_FAILED':
      return dialReason((error as NetError<'NET_DIAL_FAILED'>).data.reason)
    case 'NET_DIAL_TIMEOUT':
      return other('timeout', 'no answer in time')
    case 'NET_HANDSHAKE_TIMEOUT':
      return other('timeout', 'it took the connection and said nothing in time')
    case 'NET_TIMEOUT':
      return other('timeout', 'it was asked and did not answer in time')
    case 'NET_PROXY_UNREACHABLE':
      return other('proxy', `the proxy does not serve: ${(error as NetError<'NET_PROXY_UNREACHABLE'>).data.reason}`)
    case 'NET_BAD_MAGIC':
      return other('other_network', 'it is of another network, its magic bytes differ')
    case 'NET_TLS_NAME':
      return other('other_network', 'it is of another network, its certificate is for another name')
    case 'NET_VERSION_MISMATCH': {
      const { expected, received } = (error as NetError<'NET_VERSION_MISMATCH'>).data
      return other('other_version', `it speaks ${received}, this node ${expected}`)
    }
    case 'NET_CHANNEL_CLOSED_BY_PEER':
      return other('closed', 'it closed the connection, it may be full, or not want this node')
    case 'NET_HOST_BANNED':
      return other('banned', 'it is banned here')
    default:
      return other('other', error.message)
  }
}

function dialReason(reason: string): FailureReason {
  return SYSTEM_CODES.get(reason) ?? { cause: 'other', text: reason }
}
