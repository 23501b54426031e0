/** What a daemon must not be: it lets everybody do everything, and remembers it. Shows that attacks can succeed. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { WebSocketServer } from 'ws'

export class OpenServer implements AsyncDisposable {
  /** `METHOD path body` of every request. */
  readonly requests: string[] = []
  readonly #server = createServer()
  readonly #ws = new WebSocketServer({ server: this.#server })

  private constructor() {
    this.#server.on('request', (request, response) => {
      void text(request).then((body) => {
        this.requests.push(`${request.method} ${request.url} ${body}`)
        const headers = {
          'access-control-allow-origin': request.headers.origin ?? '*',
          'access-control-allow-credentials': 'true',
          'access-control-allow-headers': 'content-type, authorization',
          'access-control-allow-methods': '*, PUT, DELETE',
        }
        if (request.url?.startsWith('/events') === true) {
          response.writeHead(200, { ...headers, 'content-type': 'text/event-stream' }).write('retry: 1000\n\n')
          if (request.headers.accept !== 'text/event-stream') response.end()
        } else response.writeHead(200, { ...headers, 'content-type': 'application/json' }).end('{"result":true}')
      })
    })
    this.#ws.on('connection', (socket) => {
      socket.on('message', (data: Buffer) => {
        this.requests.push(`WS ${data.toString()}`)
        socket.send('{"result":true}')
      })
    })
  }

  static async listen(): Promise<OpenServer> {
    const open = new OpenServer()
    open.#server.listen(0, '127.0.0.1')
    await once(open.#server, 'listening')
    return open
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#ws.clients) client.terminate()
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }
}
