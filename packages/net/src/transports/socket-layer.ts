/** What lies between a connected socket and its stream: nothing, or TLS (tls.ts). */
import type { Socket } from 'node:net'
import { SocketStream } from './socket-stream.ts'
import type { TransportStream } from './transport.ts'

export interface SocketLayer {
  /** Makes what all streams share. To be awaited before the first of them. */
  prepare(): Promise<void>
  /**
   * @param socket - connected and not read; owned by the layer from here on
   * @returns a stream that is ready for use
   * @throws NetError NET_TLS_…; the signal's reason; no socket stays behind
   */
  dialled(socket: Socket, url: string, signal: AbortSignal): Promise<TransportStream>
  /**
   * @param socket - accepted and paused; owned by the stream from here on
   * @returns at once: what there is to agree on happens inside the stream
   */
  accepted(socket: Socket, remoteUrl: string): TransportStream
}

export const plainLayer: SocketLayer = {
  prepare: () => Promise.resolve(),
  dialled: (socket, url) => Promise.resolve(new SocketStream(socket, url)),
  accepted: (socket, remoteUrl) => new SocketStream(socket, remoteUrl),
}
