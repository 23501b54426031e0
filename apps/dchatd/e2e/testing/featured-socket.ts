/** Featured peers over real sockets, each from an address of its own, so that a ban of one says nothing of the next. */
import { FeaturedPeer } from '@dchat/chat/testing'
import { loopbackHost } from '@dchat/e2e'
import type { StreamHandler, TransportStream, VersionMessage } from '@dchat/net'
import { SystemClock } from '@dchat/system'
import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'

/** Connects to a node and exchanges versions. The caller destroys `raw.stream`. @param version what its version message says */
export async function featuredPeer(url: string, version: Partial<VersionMessage> = {}): Promise<FeaturedPeer> {
  const { hostname: host, port } = new URL(url)
  const socket = connect({ host, port: Number(port), localAddress: loopbackHost() })
  socket.setNoDelay(true)
  await once(socket, 'connect')
  const peer = new FeaturedPeer(new SocketStream(socket, url), { clock: new SystemClock(), version })
  await peer.raw.until(() => peer.isClosed || peer.received.some(({ command }) => command === 'verack'))
  return peer
}

class SocketStream implements TransportStream {
  readonly remoteUrl: string
  readonly #socket: Socket

  constructor(socket: Socket, url: string) {
    this.#socket = socket
    this.remoteUrl = url
  }

  get bufferedBytes(): number {
    return this.#socket.writableLength
  }

  open(handler: StreamHandler): void {
    this.#socket.on('data', (chunk: Buffer) => handler.onData(chunk))
    this.#socket.on('drain', () => handler.onDrain())
    this.#socket.on('end', () => handler.onEnd())
    this.#socket.on('error', () => {}) // that it is gone is what tests look at
    this.#socket.on('close', () => handler.onClose(undefined))
  }

  write(bytes: Uint8Array): boolean {
    return this.#socket.write(bytes)
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  end(): void {
    this.#socket.end()
  }

  destroy(): void {
    this.#socket.destroy()
  }
}
