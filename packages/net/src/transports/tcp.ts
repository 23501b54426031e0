/** Plain TCP. Wire: docs/wire.md, *Transports*: no delay, keep-alive 20 s, backlog 1024, IPv6 sockets v6-only. */
import { createServer, connect } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { parseUrl } from '@dchat/serial'
import { NetError } from '../errors.ts'
import { SocketStream } from './socket-stream.ts'
import type { DialOptions, Listening, Transport, TransportStream } from './transport.ts'

const KEEP_ALIVE_MS = 20_000
const BACKLOG = 1024

export class TcpTransport implements Transport {
  readonly #scheme: string

  /** @param scheme the scheme in the addresses of this transport. @default 'tcp' */
  constructor(scheme = 'tcp') {
    this.#scheme = scheme
  }

  async dial(url: string, { signal }: DialOptions): Promise<TransportStream> {
    const { host, port } = hostAndPort(url, 'dial')
    signal.throwIfAborted()
    const socket = connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS })
    try {
      await connected(socket, signal)
    } catch (error) {
      socket.destroy()
      if (signal.aborted) throw signal.reason
      throw new NetError('NET_DIAL_FAILED', { url, reason: reasonOf(error) }, { cause: error })
    }
    return new SocketStream(socket, url)
  }

  async listen(url: string, onStream: (stream: TransportStream) => void): Promise<Listening> {
    const { host, port } = hostAndPort(url, 'listen')
    const server = createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS, pauseOnConnect: true })
    server.on('connection', (socket) => {
      const remoteUrl = socketUrl(this.#scheme, socket.remoteAddress, socket.remotePort)
      if (remoteUrl === undefined) socket.destroy()
      else onStream(new SocketStream(socket, remoteUrl))
    })
    try {
      await listening(server, { host, port, backlog: BACKLOG, ipv6Only: host.includes(':') })
    } catch (error) {
      throw new NetError('NET_LISTEN_FAILED', { url, reason: reasonOf(error) }, { cause: error })
    }
    // A connection that could not be accepted is gone already; the server goes on with the next.
    server.on('error', () => {})
    const real = (server.address() as AddressInfo).port
    return { url: withPort(url, real), close: () => closed(server) }
  }
}

function hostAndPort(url: string, what: 'dial' | 'listen'): { host: string; port: number } {
  const { host, port } = parseUrl(url)
  if (host === null || port === null) {
    const code = what === 'dial' ? 'NET_DIAL_FAILED' : 'NET_LISTEN_FAILED'
    throw new NetError(code, { url, reason: 'the address needs a host and a port' })
  }
  return { host: host.replace(/^\[|\]$/g, ''), port }
}

/** `url` with another port. */
export function withPort(url: string, port: number): string {
  return url.replace(/^([a-z0-9+]+:\/\/(?:[^@/]*@)?(?:\[[^\]]*\]|[^:/]*)):\d+/, `$1:${port}`)
}

function socketUrl(scheme: string, address: string | undefined, port: number | undefined): string | undefined {
  if (address === undefined || port === undefined) return undefined
  const host = address.includes(':') ? `[${address}]` : address
  return `${scheme}://${host}:${port}/`
}

function connected(socket: Socket, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => settle(() => reject(signal.reason as Error))
    const settle = (then: () => void): void => {
      signal.removeEventListener('abort', onAbort)
      socket.off('error', onError).off('connect', onConnect)
      if (socket.destroyed) socket.on('error', () => {})
      then()
    }
    const onError = (error: Error): void => settle(() => reject(error))
    const onConnect = (): void => settle(resolve)
    socket.once('connect', onConnect).once('error', onError)
    signal.addEventListener('abort', onAbort, { once: true })
  })
}

function listening(server: Server, options: { host: string; port: number; backlog: number; ipv6Only: boolean }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(options, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

/** Frees the address. The callback of `close` would wait for every accepted connection, and those live on. */
function closed(server: Server): Promise<void> {
  server.close()
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return code ?? message
}
