/** JSON-RPC over one WebSocket: calls, and what the server tells by itself. */
import type { MethodName, MethodResult } from '@dchat/rpc'
import { CALL_MS } from '../limits.ts'

interface Waiting {
  readonly resolve: (result: unknown) => void
  readonly reject: (error: Error) => void
  readonly timer: ReturnType<typeof setTimeout>
}

/** The server refused a call. Its text is the server's own. */
export class CallRefused extends Error {
  override readonly name = 'CallRefused'
  readonly kind: string

  constructor(message: string, kind: string) {
    super(message)
    this.kind = kind
  }
}

/** The connection ended before the answer. */
export class LinkLost extends Error {
  override readonly name = 'LinkLost'
}

export interface RpcSocketEvents {
  /** A notification of the server. */
  told(method: string, params: unknown): void
  /** Once, however it ends. */
  closed(): void
}

export class RpcSocket {
  readonly #ws: WebSocket
  readonly #events: RpcSocketEvents
  readonly #waiting = new Map<number, Waiting>()
  #lastId = 0

  /** @param ws with listeners of nobody yet */
  constructor(ws: WebSocket, events: RpcSocketEvents) {
    this.#ws = ws
    this.#events = events
    ws.addEventListener('message', ({ data }) => this.#came(String(data)))
    ws.addEventListener('close', () => this.#closed())
  }

  /** Opens one at the server that the page came from. @throws {LinkLost} */
  static open(url: string, options: { session: string; events: RpcSocketEvents }): Promise<RpcSocket> {
    // The second names no protocol: it is the only place where a page can show who it is. The first is the one that is taken.
    const ws = new WebSocket(url, ['dchat', `bearer.${options.session}`])
    return new Promise((resolve, reject) => {
      const refuse = (): void => reject(new LinkLost('the WebSocket was refused'))
      ws.addEventListener('close', refuse, { once: true })
      ws.addEventListener('open', () => {
        ws.removeEventListener('close', refuse)
        resolve(new RpcSocket(ws, options.events))
      })
    })
  }

  /** @throws {CallRefused} {LinkLost} when no answer comes in time, too: the connection is ended then */
  call<M extends MethodName>(method: M): Promise<MethodResult<M>> {
    this.#lastId += 1
    const id = this.#lastId
    return new Promise<unknown>((resolve, reject) => {
      if (this.#ws.readyState !== WebSocket.OPEN) {
        reject(new LinkLost('the connection has ended'))
        return
      }
      this.#waiting.set(id, { resolve, reject, timer: setTimeout(() => this.close(), CALL_MS) })
      this.#ws.send(JSON.stringify({ jsonrpc: '2.0', id, method }))
    }) as Promise<MethodResult<M>>
  }

  close(): void {
    this.#ws.close()
    this.#failAll()
  }

  #came(text: string): void {
    const { id, method, params, result, error } = JSON.parse(text) as {
      id?: number | null
      method?: string
      params?: unknown
      result?: unknown
      error?: { message: string; data?: { kind?: string; hint?: string } }
    }
    if (method !== undefined) {
      this.#events.told(method, params)
      return
    }
    const waiting = this.#waiting.get(id ?? 0)
    if (waiting === undefined) return
    this.#waiting.delete(id ?? 0)
    clearTimeout(waiting.timer)
    if (error === undefined) waiting.resolve(result)
    else waiting.reject(new CallRefused(error.data?.hint ?? error.message, error.data?.kind ?? ''))
  }

  #closed(): void {
    this.#failAll()
    this.#events.closed()
  }

  #failAll(): void {
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer)
      reject(new LinkLost('the connection has ended'))
    }
    this.#waiting.clear()
  }
}
