/** Dials through a SOCKS5 proxy: `socks5`, and the overlay networks whose routers offer one. Wire: docs/wire.md, *Transports*. */
import type { Socket } from 'node:net'
import { parseUrl } from '@dchat/serial'
import { NetError } from '../errors.ts'
import type { Socks5Route } from './socks5-address.ts'
import { askSocks5, Socks5ProxyError } from './socks5-handshake.ts'
import { dialTcp, ignoreError, reasonOf } from './socket-dial.ts'
import type { SocketLayer } from './socket-layer.ts'
import type { DialOptions, Listening, Transport, TransportStream } from './transport.ts'

export class Socks5Transport implements Transport {
  readonly #routeOf: (url: string) => Socks5Route
  readonly #layer: SocketLayer

  /** @param routeOf - throws NET_DIAL_FAILED for a URL that names no destination */
  constructor(routeOf: (url: string) => Socks5Route, layer: SocketLayer) {
    this.#routeOf = routeOf
    this.#layer = layer
  }

  async dial(url: string, { signal }: DialOptions): Promise<TransportStream> {
    const { proxy, destination } = this.#routeOf(url)
    await this.#layer.prepare()
    const proxyText = `${proxy.host}:${proxy.port}`
    const unreachable = (error: unknown, reason: string): unknown =>
      signal.aborted ? signal.reason : new NetError('NET_PROXY_UNREACHABLE', { url, proxy: proxyText, reason }, { cause: error })
    const socket = await dialTcp(proxy, signal).catch((error: unknown) => {
      throw unreachable(error, reasonOf(error))
    })
    try {
      await askSocks5(socket, destination, signal)
    } catch (error) {
      discard(socket)
      if (signal.aborted || error instanceof Socks5ProxyError) throw unreachable(error, reasonOf(error))
      throw new NetError('NET_DIAL_FAILED', { url, reason: reasonOf(error) }, { cause: error })
    }
    return this.#layer.dialled(socket, url, signal)
  }

  listen(url: string): Promise<Listening> {
    const { scheme } = parseUrl(url)
    const reason = 'such addresses are dialled only; listen on tcp and let the proxy or hidden service forward to it'
    return Promise.reject(new NetError('NET_SCHEME_UNSUPPORTED', { url, scheme, reason }))
  }
}

function discard(socket: Socket): void {
  socket.on('error', ignoreError).destroy()
}
