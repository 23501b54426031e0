/** Takes connections and says nothing: a seed that never answers, or an address that is in use. */
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { until } from './until.ts'

export class SilentServer implements AsyncDisposable {
  readonly host: string
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(host: string, server: Server) {
    this.host = host
    this.#server = server
    server.on('connection', (socket) => {
      this.#sockets.add(socket)
      socket.on('error', () => {}) // whoever connected may go as it likes
      socket.resume()
    })
  }

  static async listen(host: string): Promise<SilentServer> {
    const server = createServer()
    const silent = new SilentServer(host, server)
    server.listen(0, host)
    await once(server, 'listening')
    return silent
  }

  /** `host:port`, with its real port. */
  get address(): string {
    return `${this.host}:${(this.#server.address() as AddressInfo).port}`
  }

  /** Resolves once somebody has connected. */
  async isConnected(): Promise<void> {
    await until(`somebody connects to ${this.address}`, () => this.#sockets.size > 0)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }
}
