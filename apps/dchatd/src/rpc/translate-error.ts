/** What a caller is told of an error of the daemon's own parts. */
import { isChatError } from '@dchat/chat'
import { isNetError } from '@dchat/net'
import type { NetError } from '@dchat/net'
import { RpcError, rpcError } from '@dchat/rpc'
import type { RpcErrorKind } from '@dchat/rpc'
import { translateChatError } from './translate-chat-error.ts'

const BAD_ADDRESS = new Set(['NET_ADDRESS_INVALID', 'NET_SCHEME_UNSUPPORTED'])

/**
 * An `RpcError` for errors that are the world's fault; any other error unchanged, for it is ours. Where files lie is nobody's business
 * who calls: what the store says of them stays in the log.
 */
export function translateError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof RpcError) return error
  const { code } = error as { code?: unknown }
  if (typeof code !== 'string') return error
  if (isChatError(error)) return translateChatError(error) ?? error
  const text = isNetError(error) ? inPlainWords(error) : undefined
  if (BAD_ADDRESS.has(code)) return rpcError('invalid_params', text)
  if (code === 'NET_STOPPED') return rpcError('stopping')
  if (code.startsWith('NET_')) return rpcError('connect_failed', text)
  const ofStore = STORE_ERRORS[code]
  if (ofStore !== undefined) return rpcError(...ofStore)
  if (code.startsWith('STORE_'))
    return rpcError('store_failed', 'the history could not be read or written: the log of the daemon says why')
  return error
}

const STORE_ERRORS: Readonly<Record<string, [RpcErrorKind, string?]>> = {
  STORE_CLOSED: ['stopping'],
  STORE_BUSY: ['too_many', 'the store is at other work of this kind: ask again in a moment'],
  STORE_FULL: ['store_failed', 'there is no room on the disk; make some, storing then works again by itself'],
  STORE_FILE_EXISTS: ['invalid_params', 'something of this name is there, and is not written over'],
  STORE_NO_FOLDER: ['invalid_params', 'the folder is not there'],
}

/** Whether a file could not be read or written for a reason that only the log may tell. */
export function isStoreFailure(error: unknown): boolean {
  return error instanceof Error && FILE_FAILURES.has((error as { code?: unknown }).code)
}

const FILE_FAILURES = new Set<unknown>(['STORE_IO', 'CHAT_IDENTITY_UNWRITABLE', 'CHAT_KEYS_UNWRITABLE'])

/** What people meet when they connect a peer. */
function inPlainWords(error: NetError): string {
  if (isNetError(error, 'NET_WRONG_STATE')) {
    return 'the node is not running yet: it may still be asking its seeds; try again when the state in node.get_info is "run"'
  }
  if (isNetError(error, 'NET_ADDRESS_INVALID')) return `${error.data.address} ${error.data.reason}`
  if (isNetError(error, 'NET_HOST_STATE_BLOCKED')) return whyBlocked(error.data)
  if (isNetError(error, 'NET_DIAL_FAILED')) return `${error.data.url} cannot be reached: ${whyUnreachable(error.data.reason)}`
  if (isNetError(error, 'NET_DIAL_TIMEOUT')) return `${error.data.url} did not answer in time (${error.data.timeoutMs / 1_000} s)`
  if (isNetError(error, 'NET_HANDSHAKE_TIMEOUT')) return 'the other side took the connection, but did not say in time who it is'
  if (isNetError(error, 'NET_CHANNEL_CLOSED_BY_PEER')) return 'the other side closed the connection'
  if (isNetError(error, 'NET_BAD_MAGIC')) return 'the other side is no node of this network: its magic bytes are wrong'
  if (isNetError(error, 'NET_VERSION_MISMATCH')) {
    const { expected, received } = error.data
    return `the other side runs another application or version: ${received}, not ${expected}`
  }
  if (isNetError(error, 'NET_SCHEME_UNSUPPORTED')) {
    return `this node cannot dial ${error.data.scheme}:// addresses: add the transport to active_profiles, or to mixed_profiles with one that carries it`
  }
  if (isNetError(error, 'NET_PROXY_UNREACHABLE')) {
    const { proxy, reason } = error.data
    return `the proxy ${proxy} does not serve: ${whyUnreachable(reason)}; its program has to run, or its address has to be set`
  }
  return inPlainWordsOfTls(error) ?? error.message
}

function inPlainWordsOfTls(error: NetError): string | undefined {
  const what = 'the other side is no node of this network'
  if (isNetError(error, 'NET_TLS_VERSION')) return `${what}: it does not speak TLS 1.3`
  if (isNetError(error, 'NET_TLS_NO_CERTIFICATE')) return `${what}: it shows no certificate`
  if (isNetError(error, 'NET_TLS_NAME')) return `${what}: its certificate is for another name (${error.data.names})`
  if (isNetError(error, 'NET_TLS_KEY')) return `${what}: its certificate is not an Ed25519 one (${error.data.reason})`
  if (isNetError(error, 'NET_TLS_FAILED'))
    return `the TLS handshake failed, perhaps it does not speak TLS at all: ${error.data.reason}`
  return undefined
}

function whyBlocked({ url, from }: { readonly url: string; readonly from: string }): string {
  if (from === 'connected') return `${url} is connected already`
  if (from === 'manual peer') return `${url} is connected already, or will be: it is one of the peers that are kept`
  return `the node is busy with ${url} right now; try again in a moment`
}

function whyUnreachable(reason: string): string {
  switch (reason) {
    case 'ECONNREFUSED':
      return 'nobody listens there (ECONNREFUSED)'
    case 'ENOTFOUND':
      return 'the name is not known (ENOTFOUND)'
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `there is no way to that network (${reason})`
    default:
      return reason
  }
}
