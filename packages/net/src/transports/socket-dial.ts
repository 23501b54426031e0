/** The connected sockets that dialled streams are made of. Wire: docs/wire.md, *Transports*. */
import { lookup } from 'node:dns'
import type { LookupAddress } from 'node:dns'
import { connect } from 'node:net'
import type { LookupFunction, Socket } from 'node:net'
import { parseUrl } from '@dchat/serial'
import { NetError } from '../errors.ts'
import { isGlobalHost } from '../hosts/address-kind.ts'
import { LIMITS } from '../limits.ts'
import { NameLookups } from './name-lookups.ts'
import { TransportFailure } from './transport-failure.ts'

/** Options of every TCP socket, dialled or accepted. */
export const TCP_OPTIONS: { noDelay: boolean; keepAlive: boolean; keepAliveInitialDelay: number } = {
  noDelay: true,
  keepAlive: true,
  keepAliveInitialDelay: 20_000,
}

/** Where a socket leads. */
export interface SocketAddress {
  /** An IP address without brackets, or a name. */
  readonly host: string
  /** 1 to 65,535. */
  readonly port: number
}

/**
 * Host and port of a URL.
 * @throws NetError `code`, when it lacks one of them
 */
export function socketAddressOf(url: string, code: 'NET_DIAL_FAILED' | 'NET_LISTEN_FAILED'): SocketAddress {
  const { host, port } = parseUrl(url)
  if (host === null || port === null) throw new NetError(code, { url, reason: 'the address needs a host and a port' })
  return { host: withoutBrackets(host), port }
}

export function withoutBrackets(host: string): string {
  return host.replace(/^\[|\]$/g, '')
}

/**
 * @param to.isGlobalOnly refuses a name that stands for local addresses; IP addresses are taken as they are
 * @throws the system's error or the signal's reason; no socket stays behind
 */
export function dialTcp(to: SocketAddress & { isGlobalOnly?: boolean }, signal: AbortSignal): Promise<Socket> {
  const { host, port, isGlobalOnly = false } = to
  const lookup = lookupFor(isGlobalOnly, signal)
  const options = { ...TCP_OPTIONS, lookup, autoSelectFamilyAttemptTimeout: LIMITS.ADDRESS_ATTEMPT_MS.value }
  return connected(() => connect({ host, port, ...options }), signal)
}

/** @throws as `dialTcp` */
export function dialUnix(path: string, signal: AbortSignal): Promise<Socket> {
  return connected(() => connect({ path }), signal)
}

async function connected(dial: () => Socket, signal: AbortSignal): Promise<Socket> {
  signal.throwIfAborted()
  const socket = dial()
  try {
    await socketEvent(socket, 'connect', signal)
    return socket
  } catch (error) {
    socket.destroy()
    throw error
  }
}

/**
 * Resolves at the next `event`. No listener stays behind, but for one that takes the errors of a socket given up.
 * @throws the socket's error, an error when it closes, or the signal's reason; the caller destroys the socket
 */
export function socketEvent(socket: Socket, event: 'connect' | 'secureConnect' | 'readable', signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (): void => {
      signal.removeEventListener('abort', onAbort)
      socket.off(event, onEvent).off('error', fail).off('close', onClose)
    }
    const fail = (error: unknown): void => {
      done()
      socket.on('error', ignoreError)
      reject(error as Error)
    }
    const onEvent = (): void => {
      done()
      resolve()
    }
    const onClose = (): void => fail(new TransportFailure('the connection was closed'))
    const onAbort = (): void => fail(signal.reason)
    if (signal.aborted) {
      onAbort()
      return
    }
    if (socket.destroyed) {
      onClose()
      return
    }
    signal.addEventListener('abort', onAbort, { once: true })
    socket.on(event, onEvent).on('error', fail).on('close', onClose)
  })
}

/** For sockets that nobody waits for any more. */
export function ignoreError(): void {}

/** What the system says of an error: its code, or else its text. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return code ?? message
}

/** Of the process: the system looks names up on threads that all its nodes share. */
const NAMES = new NameLookups(lookup)

/** Resolves names for a dial. @param isGlobalOnly - drops the local addresses, so that what was looked at is what is dialled */
function lookupFor(isGlobalOnly: boolean, signal: AbortSignal): LookupFunction {
  return (name, options, callback) => {
    const answer = (addresses: readonly LookupAddress[]): void => {
      const [first] = addresses
      if (first === undefined) callback(new TransportFailure('the name stands for local addresses'), [])
      else if (options.all === true) callback(null, [...addresses])
      else callback(null, first.address, first.family)
    }
    NAMES.find({ name, options: { ...options, all: true }, isFromPeer: isGlobalOnly }, signal).then(
      (addresses) => answer(isGlobalOnly ? globalOnly(addresses) : addresses),
      (error: unknown) => callback(error as Error, []),
    )
  }
}

export function globalOnly(addresses: readonly LookupAddress[]): LookupAddress[] {
  return addresses.filter(({ address }) => isGlobalHost(address))
}
