/** Finds a running daemon and what it takes to talk to it. */
import { existsSync, readFileSync } from 'node:fs'
import { parseRpcAddress } from './address.ts'
import { RpcUnreachable } from './errors.ts'
import { dchatPaths } from './paths.ts'

export type RpcEndpoint = { kind: 'unix'; path: string } | { kind: 'tcp'; host: string; port: number; cookie?: string }

export interface FindEndpointOptions {
  /** Value of `--home`. */
  home?: string
  /** @default process.env */
  env?: NodeJS.ProcessEnv
  /** Value of `--rpc`: `unix:///path` or `tcp://host:port`. */
  rpc?: string
  /** Where to read the cookie for a TCP address. @default the one of `dchatPaths` */
  cookieFile?: string
}

const START_HINT = 'start the daemon with `dchatd`, or say where it is with --rpc or --home'

/**
 * The address given by `rpc`, else by `DCHAT_RPC`, else the Unix socket of `dchatPaths`. For a TCP address the cookie is read
 * too; when the default cookie file does not exist there is none, which a server with `rpc_compat` takes.
 * @throws {RpcUnreachable} RPC_NOT_RUNNING, RPC_ADDRESS_INVALID, RPC_COOKIE_UNREADABLE
 */
export function findEndpoint(options: FindEndpointOptions = {}): RpcEndpoint {
  const env = options.env ?? process.env
  const paths = dchatPaths(options.home === undefined ? { env } : { env, home: options.home })
  const given = options.rpc ?? (env['DCHAT_RPC'] === '' ? undefined : env['DCHAT_RPC'])
  if (given === undefined) {
    if (existsSync(paths.socketPath)) return { kind: 'unix', path: paths.socketPath }
    throw new RpcUnreachable('RPC_NOT_RUNNING', {
      reason: `no daemon is running: ${paths.socketPath} does not exist`,
      hint: START_HINT,
    })
  }
  const address = parseGiven(given)
  if (address.kind === 'unix') return address
  const cookie = readCookie(options.cookieFile ?? paths.cookiePath, options.cookieFile !== undefined)
  return cookie === undefined ? address : { ...address, cookie }
}

function parseGiven(given: string): RpcEndpoint {
  try {
    return parseRpcAddress(given)
  } catch (cause) {
    const text = { reason: (cause as Error).message, hint: 'check --rpc and DCHAT_RPC' }
    throw new RpcUnreachable('RPC_ADDRESS_INVALID', text, { cause })
  }
}

function readCookie(path: string, isRequired: boolean): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT' && !isRequired) return undefined
    const text = {
      reason: `the cookie file ${path} cannot be read (${code ?? 'unknown error'})`,
      hint: 'it is written when dchatd starts and readable by its user only; name another with --cookie-file',
    }
    throw new RpcUnreachable('RPC_COOKIE_UNREADABLE', text, { cause })
  }
}
