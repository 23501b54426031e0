/** Finds a running daemon and what it takes to talk to it. */
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { isLoopbackHost, parseRpcAddress } from './address.ts'
import type { RpcAddress } from './address.ts'
import { RpcUnreachable } from './errors.ts'
import { TLS_FINGERPRINT_FILE, dchatPaths } from './paths.ts'
import type { DchatPaths } from './paths.ts'

export type RpcEndpoint =
  | { kind: 'unix'; path: string }
  | {
      kind: 'tcp'
      host: string
      port: number
      tls: boolean
      /** The cookie, or a token. */
      cookie?: string
      /**
       * SHA-256 of the only certificate to be taken, 64 hex digits.
       * @default one that an authority the system trusts has given to this host
       */
      fingerprint?: string
    }

type TcpAddress = Extract<RpcAddress, { kind: 'tcp' }>

export interface FindEndpointOptions {
  /** Value of `--home`. */
  home?: string
  /** @default process.env */
  env?: NodeJS.ProcessEnv
  /** Value of `--rpc`: `unix:///path`, `tcp://host:port` or `tcp+tls://host:port`. */
  rpc?: string
  /**
   * Where to read the cookie or token for a TCP address.
   * @default `DCHAT_RPC_COOKIE_FILE`, else the cookie of `dchatPaths`, which goes to this machine's daemons only
   */
  cookieFile?: string
  /**
   * SHA-256 of the certificate of a TLS address, hex digits with or without colons.
   * @default `DCHAT_RPC_FINGERPRINT`, else the file `tls-fingerprint` beside the cookie file, else none
   */
  fingerprint?: string
  /** Runtime folder of a daemon that serves the whole machine. @default '/run/dchat', that of the unit dchatd.service */
  systemRuntimeDir?: string
}

const SYSTEM_RUNTIME_DIR = '/run/dchat'

const START_HINT = 'start the daemon with `dchatd`, or say where it is with --rpc or --home'

/**
 * The address given by `rpc`, else by `DCHAT_RPC`, else the Unix socket of `dchatPaths`, else what a daemon without one has
 * written to its address file, else, without a home, the socket of the machine's own daemon. For a TCP address the cookie is
 * read too; when the default cookie file does not exist there is none, which a server with `rpc_compat` takes. For a TLS address
 * it is the same with the fingerprint. An address of another machine that was given gets neither unless it is named: the cookie of
 * this machine's daemon is no business of that one's.
 * @throws {RpcUnreachable} RPC_NOT_RUNNING, RPC_ADDRESS_INVALID, RPC_COOKIE_UNREADABLE, RPC_FINGERPRINT_INVALID
 */
export function findEndpoint(options: FindEndpointOptions = {}): RpcEndpoint {
  const env = options.env ?? process.env
  const paths = dchatPaths(options.home === undefined ? { env } : { env, home: options.home })
  const given = options.rpc ?? nonEmpty(env['DCHAT_RPC'])
  if (given === undefined) {
    const found = findRunning(options, paths)
    if (found !== undefined) return withCredentials(found, options, paths)
    throw new RpcUnreachable('RPC_NOT_RUNNING', {
      reason: `no daemon is running: ${paths.socketPath} does not exist`,
      hint: START_HINT,
    })
  }
  const address = parseGiven(given)
  return isElsewhere(address) && namedCookieFile(options) === undefined
    ? withFingerprint(address, namedFingerprint(options))
    : withCredentials(address, options, paths)
}

function isElsewhere(address: RpcAddress): address is TcpAddress {
  return address.kind === 'tcp' && !isLoopbackHost(address.host)
}

function namedCookieFile({ cookieFile, env = process.env }: FindEndpointOptions): string | undefined {
  return cookieFile ?? nonEmpty(env['DCHAT_RPC_COOKIE_FILE'])
}

/** @throws {RpcUnreachable} RPC_FINGERPRINT_INVALID */
function namedFingerprint({ fingerprint, env = process.env }: FindEndpointOptions): string | undefined {
  const given = nonEmpty(fingerprint ?? env['DCHAT_RPC_FINGERPRINT'])
  return given === undefined ? undefined : parseFingerprint(given, 'DCHAT_RPC_FINGERPRINT')
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text
}

function withFingerprint<T extends TcpAddress>(address: T, fingerprint: string | undefined): T & { fingerprint?: string } {
  return address.tls && fingerprint !== undefined ? { ...address, fingerprint } : address
}

function findRunning({ home, env = process.env, ...options }: FindEndpointOptions, paths: DchatPaths): RpcAddress | undefined {
  if (existsSync(paths.socketPath)) return { kind: 'unix', path: paths.socketPath }
  const told = readAddressFile(paths.addressPath)
  if (told !== undefined || home !== undefined || (env['DCHAT_HOME'] ?? '') !== '') return told
  const path = join(options.systemRuntimeDir ?? SYSTEM_RUNTIME_DIR, basename(paths.socketPath))
  return existsSync(path) ? { kind: 'unix', path } : undefined
}

/** The first address that a daemon has noted. What cannot be read or understood is as if it were not there: the file is a hint. */
function readAddressFile(path: string): RpcAddress | undefined {
  try {
    return parseRpcAddress(readFileSync(path, 'utf8').split('\n')[0]!)
  } catch {
    return undefined
  }
}

/** @throws {RpcUnreachable} RPC_COOKIE_UNREADABLE, RPC_FINGERPRINT_INVALID */
function withCredentials(address: RpcAddress, options: FindEndpointOptions, paths: DchatPaths): RpcEndpoint {
  if (address.kind === 'unix') return address
  const named = namedCookieFile(options)
  const cookieFile = named ?? paths.cookiePath
  const cookie = readCookie(cookieFile, named !== undefined)
  const endpoint = cookie === undefined ? address : { ...address, cookie }
  return withFingerprint(endpoint, address.tls ? (namedFingerprint(options) ?? fingerprintBeside(cookieFile)) : undefined)
}

function parseGiven(given: string): RpcAddress {
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
      hint: 'it is written when dchatd starts and readable by its user only; name another, or one with a token, with --cookie-file',
    }
    throw new RpcUnreachable('RPC_COOKIE_UNREADABLE', text, { cause })
  }
}

function fingerprintBeside(cookieFile: string): string | undefined {
  // `cookie` has it in `tls-fingerprint`, a seed's `lilith.cookie` in `lilith.tls-fingerprint`; a token may lie anywhere.
  const prefix = /^(.+\.)cookie$/.exec(basename(cookieFile))?.[1] ?? ''
  const path = join(dirname(cookieFile), `${prefix}${TLS_FINGERPRINT_FILE}`)
  try {
    return parseFingerprint(readFileSync(path, 'utf8'), path)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    if (cause instanceof RpcUnreachable) throw cause
    throw invalidFingerprint(`${path} cannot be read (${code ?? 'unknown error'})`, cause)
  }
}

function parseFingerprint(text: string, source: string): string {
  const hex = text.trim().replaceAll(':', '').toLowerCase()
  if (/^[0-9a-f]{64}$/.test(hex)) return hex
  throw invalidFingerprint(`${source} holds no SHA-256 fingerprint`)
}

function invalidFingerprint(reason: string, cause?: unknown): RpcUnreachable {
  const hint = 'a fingerprint is the 64 hex digits of the file tls-fingerprint beside the cookie of the daemon'
  return new RpcUnreachable('RPC_FINGERPRINT_INVALID', { reason, hint }, cause === undefined ? {} : { cause })
}
