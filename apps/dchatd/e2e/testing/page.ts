/** A WebSocket of a page, or of any program that speaks JSON-RPC over one. */
import { once } from 'node:events'
import { WebSocket } from 'ws'
import type { ClientOptions } from 'ws'
import { until } from '@dchat/e2e'
import type { Answer } from '@dchat/e2e'

/** A WebSocket, and what came on it. */
export class Page implements AsyncDisposable {
  readonly ws: WebSocket
  readonly came: Answer[] = []

  private constructor(ws: WebSocket) {
    this.ws = ws
    ws.on('message', (data: Buffer) => this.came.push(JSON.parse(data.toString())))
    ws.on('error', () => {}) // how the connection ends is what tests look at
  }

  static async open(address: string, options: ClientOptions = {}): Promise<Page> {
    const ws = new WebSocket(address, options)
    const page = new Page(ws)
    await once(ws, 'open')
    return page
  }

  send(value: unknown): void {
    this.ws.send(typeof value === 'string' ? value : JSON.stringify(value))
  }

  /** The answer to the request with this id. */
  answer(id: unknown): Promise<Answer> {
    return until(`an answer to ${String(id)} comes`, () => this.came.find((one) => one.id === id))
  }

  async ask(method: string, params: unknown, id: unknown = method): Promise<Answer> {
    this.send({ jsonrpc: '2.0', id, method, params })
    return (await this.answer(id)).result
  }

  /** The notifications of a subscription with a text in which `part` stands, as soon as there is one. */
  messages(subscription: string, part: string): Promise<Answer[]> {
    const find = (): Answer[] =>
      this.came.filter(
        ({ method, params }) =>
          method === 'chat.message' && params.subscription === subscription && params.message.text.includes(part),
      )
    return until(`"${part}" comes on ${subscription}`, () => (find().length > 0 ? find() : undefined))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.ws.readyState === WebSocket.CLOSED) return
    this.ws.terminate()
    await once(this.ws, 'close')
  }
}
