/** A TCP server in the hands of a test, for peers and proxies that misbehave. */
import { createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'

export interface RawServer extends AsyncDisposable {
  readonly port: number
  /** Connections so far, the closed ones too. */
  readonly sockets: readonly Socket[]
  /** Resolves once `count` connections have come and all of them are closed. */
  allClosed(count: number): Promise<void>
}

/** Listens on 127.0.0.1. Errors of its sockets are left out: whoever misbehaves is hung up on. */
export function rawServer(onSocket: (socket: Socket) => void): Promise<RawServer> {
  return loopbackServer(createServer(), onSocket)
}

/** As `rawServer`, of a server that speaks a protocol of its own: its sockets are those below that. */
export async function loopbackServer(server: Server, onSocket: (socket: Socket) => void = () => {}): Promise<RawServer> {
  const sockets: Socket[] = []
  let wake = (): void => {}
  server.on('connection', (socket: Socket) => {
    sockets.push(socket)
    socket.on('error', () => {}).on('close', () => wake())
    onSocket(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    sockets,
    allClosed: async (count) => {
      while (sockets.length < count || sockets.some((socket) => !socket.closed)) {
        await new Promise<void>((resolve) => (wake = resolve))
      }
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
