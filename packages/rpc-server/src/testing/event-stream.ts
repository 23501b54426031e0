/** A client of server-sent events, as a browser's EventSource reads them, over any socket address. */
import { request } from 'node:http'
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http'

export interface StreamEvent {
  readonly id: string | undefined
  readonly event: string
  readonly data: unknown
}

export class EventStream {
  readonly status: number
  readonly response: IncomingMessage
  readonly events: StreamEvent[] = []
  /** Comments and other fields, as they came. */
  readonly others: string[] = []
  /** Resolves with whether the stream ended cleanly. */
  readonly ended: Promise<boolean>
  readonly #request: ClientRequest
  #rest = ''

  private constructor(outgoing: ClientRequest, response: IncomingMessage) {
    this.#request = outgoing
    this.response = response
    this.status = response.statusCode ?? 0
    response.setEncoding('utf8')
    response.on('data', (text: string) => this.#receive(text))
    response.on('error', () => {}) // how it ended is told by `ended`
    this.ended = new Promise((resolve) => response.once('close', () => resolve(response.complete)))
  }

  static open(options: RequestOptions): Promise<EventStream> {
    return new Promise((resolve, reject) => {
      const outgoing = request({ method: 'GET', path: '/events', agent: false, ...options })
      outgoing.on('error', reject)
      outgoing.on('response', (response) => resolve(new EventStream(outgoing, response)))
      outgoing.end()
    })
  }

  close(): Promise<boolean> {
    this.#request.destroy()
    return this.ended
  }

  #receive(text: string): void {
    const blocks = (this.#rest + text).split('\n\n')
    this.#rest = blocks.pop() ?? ''
    for (const block of blocks) this.#take(block)
  }

  #take(block: string): void {
    const fields = new Map(block.split('\n').map((line) => /^([^:]*): ?(.*)$/s.exec(line)!.slice(1) as [string, string]))
    const [event, data] = [fields.get('event'), fields.get('data')]
    if (event === undefined || data === undefined) this.others.push(block)
    else this.events.push({ id: fields.get('id'), event, data: JSON.parse(data) })
  }
}
