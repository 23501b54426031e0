/** TCP, plain or with TLS inside. Wire: docs/wire.md, *Transports*: no delay, keep-alive 20 s, backlog 1024, IPv6 sockets v6-only. */
import { createServer } from 'node:net'
import type { AddressInfo, ListenOptions, Server } from 'node:net'
import { NetError } from '../errors.ts'
import { dialTcp, reasonOf, socketAddressOf, TCP_OPTIONS } from './socket-dial.ts'
import { plainLayer } from './socket-layer.ts'
import type { SocketLayer } from './socket-layer.ts'
import type { DialOptions, Listening, Transport, TransportStream } from './transport.ts'

const BACKLOG = 1024

export class TcpTransport implements Transport {
  readonly #scheme: string
  readonly #layer: SocketLayer

  /** @param scheme - the scheme in the addresses of this transport. @default 'tcp' */
  constructor(scheme = 'tcp', layer: SocketLayer = plainLayer) {
    this.#scheme = scheme
    this.#layer = layer
  }

  async dial(url: string, { signal, isGlobalOnly = false }: DialOptions): Promise<TransportStream> {
    const address = socketAddressOf(url, 'NET_DIAL_FAILED')
    await this.#layer.prepare()
    const socket = await dialTcp({ ...address, isGlobalOnly }, signal).catch((error: unknown) => {
      throw signal.aborted ? signal.reason : new NetError('NET_DIAL_FAILED', { url, reason: reasonOf(error) }, { cause: error })
    })
    return this.#layer.dialled(socket, url, signal)
  }

  async listen(url: string, onStream: (stream: TransportStream) => void): Promise<Listening> {
    const { host, port } = socketAddressOf(url, 'NET_LISTEN_FAILED')
    await this.#layer.prepare()
    const server = createServer({ ...TCP_OPTIONS, pauseOnConnect: true })
    server.on('connection', (socket) => {
      const remoteUrl = socketUrl(this.#scheme, socket.remoteAddress, socket.remotePort)
      if (remoteUrl === undefined) socket.destroy()
      else onStream(this.#layer.accepted(socket, remoteUrl))
    })
    try {
      await listening(server, { host, port, backlog: BACKLOG, ipv6Only: host.includes(':') })
    } catch (error) {
      throw new NetError('NET_LISTEN_FAILED', { url, reason: reasonOf(error) }, { cause: error })
    }
    const real = (server.address() as AddressInfo).port
    return { url: withPort(url, real), close: () => closed(server) }
  }
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

/** Binds. @throws the system's error */
export function listening(server: Server, options: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(options, () => {
      server.off('error', reject)
      // A connection that could not be accepted is gone already; the server goes on with the next.
      server.on('error', () => {})
      resolve()
    })
  })
}

/** Frees the address. The callback of `close` would wait for every accepted connection, and those live on. */
export function closed(server: Server): Promise<void> {
  server.close()
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
