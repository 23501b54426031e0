/** What ended a daemon in the words of who can mend it: what is wrong, and what to do. */
import { ConfigError } from '@dchat/config'
import { isNetError } from '@dchat/net'
import { FlagError } from './errors.ts'

export interface Explanation {
  /** One line, with the address, path or process it is about. */
  readonly reason: string
  /** What to do; names the key where there is one. Null when the reason says it. */
  readonly hint: string | null
}

export interface ExplainOptions {
  /** The key that has the addresses for peers. @default net.inbound */
  readonly inboundKey?: string
  /** The key that has the folder of the data. @default --home */
  readonly folderKey?: string
}

/** How far errors are followed to their causes. */
const MAX_CAUSES = 8

/** Undefined for what nobody but a programmer can mend. */
export function explainFailure(error: unknown, options: ExplainOptions = {}): Explanation | undefined {
  let at = error
  for (let depth = 0; at instanceof Error && depth < MAX_CAUSES; depth += 1) {
    if (at instanceof ConfigError || at instanceof FlagError) return { reason: at.message, hint: null }
    const explanation = listenFailure(at, options.inboundKey ?? 'net.inbound') ?? dataFailure(at, options.folderKey ?? '--home')
    if (explanation !== undefined) return explanation
    at = at.cause
  }
  return undefined
}

function listenFailure(error: Error, inboundKey: string): Explanation | undefined {
  if (isNetError(error, 'NET_LISTEN_FAILED')) {
    const { url, reason } = error.data
    if (reason !== 'EADDRINUSE')
      return { reason: `cannot listen on ${url}: ${reason}`, hint: `set another address in ${inboundKey}` }
    return { reason: `${url} is in use by another process`, hint: `stop it, or set another address in ${inboundKey}` }
  }
  const code = codeOf(error)
  if (code !== 'RPC_ADDRESS_IN_USE' && code !== 'RPC_LISTEN_FAILED') return undefined
  const key = error.message.includes('unix://') ? 'rpc.rpc_socket' : 'rpc.rpc_listen'
  const stop = code === 'RPC_ADDRESS_IN_USE' ? 'stop it, or ' : ''
  return { reason: error.message, hint: `${stop}set another address in ${key}` }
}

/** Codes of the store and of files of keys are spelled out because this package does not import theirs. */
function dataFailure(error: Error, folderKey: string): Explanation | undefined {
  const elsewhere = `use another folder: ${folderKey}`
  if (isNetError(error, 'NET_HOSTLIST_UNREADABLE')) {
    const { path, reason } = error.data
    return { reason: `${path} cannot be read: ${reason}`, hint: 'make it readable, or move it away: it is made anew' }
  }
  switch (codeOf(error)) {
    case 'CHAT_IDENTITY_UNREADABLE':
    case 'CHAT_KEYS_UNREADABLE':
      return { reason: error.message, hint: 'make the file readable for this user' }
    case 'CHAT_IDENTITY_EXPOSED':
    case 'CHAT_KEYS_EXPOSED':
      return { reason: error.message, hint: 'chmod 600 it, and ask yourself who may have read it' }
    case 'CHAT_IDENTITY_DAMAGED':
      return { reason: error.message, hint: 'put a copy back or import an export; moved away, a new key is made' }
    case 'CHAT_KEYS_DAMAGED':
      return { reason: error.message, hint: 'put a copy back; moved away, what was written to its keys stays closed' }
    case 'CHAT_IDENTITY_UNWRITABLE':
    case 'CHAT_KEYS_UNWRITABLE':
      return { reason: error.message, hint: `make room or correct the permissions, or ${elsewhere}` }
    case 'STORE_LOCKED':
      return { reason: error.message, hint: `stop it, or ${elsewhere}` }
    case 'STORE_TOO_NEW':
    case 'CHAT_KEYS_VERSION':
      return { reason: error.message, hint: `the file was not touched; or ${elsewhere}` }
    case 'STORE_FULL':
      return { reason: error.message, hint: 'make room on the disk' }
    case 'STORE_IO':
      if (isDamage(error))
        return { reason: error.message, hint: 'start it again: what is damaged is mended, or set aside beside it' }
      return { reason: error.message, hint: `make it a folder that this user may write to, or ${elsewhere}` }
    case 'FOLDER_UNUSABLE':
      return { reason: error.message, hint: `make it a folder that this user may write to, or ${elsewhere}` }
    default:
      return undefined
  }
}

function codeOf(error: Error): unknown {
  return 'code' in error ? error.code : undefined
}

/** Whether what is in the store's file is at fault, not the disk or the folder. */
function isDamage(error: Error & { data?: { isDamage?: boolean } }): boolean {
  return error.data?.isDamage === true
}
