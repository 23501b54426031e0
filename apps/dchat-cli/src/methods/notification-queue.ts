/** Notifications that wait to be printed: as many as memory should hold. */
import { RpcUnreachable } from '@dchat/rpc'
import type { RpcClient } from '@dchat/rpc'
import { OutputFailed } from '../exit.ts'
import { MAX_WAITING_UNITS } from '../limits.ts'

export interface Notification {
  readonly method: string
  readonly params: unknown
}

export class NotificationQueue implements Disposable {
  readonly #waiting: { readonly notification: Notification; readonly units: number }[] = []
  readonly #unsubscribe: () => void
  #units = 0
  #end: Error | undefined
  #wake = Promise.withResolvers<void>()

  constructor(client: RpcClient) {
    this.#unsubscribe = client.onNotification((method, params) => this.#add({ method, params }))
    void client.closed.then(() => this.#finish(gone()))
  }

  /**
   * The oldest one.
   * @throws {RpcUnreachable} once the connection ended and all is given; {OutputFailed} when too much waits; the signal's reason
   */
  async next(signal: AbortSignal): Promise<Notification> {
    for (;;) {
      signal.throwIfAborted()
      const first = this.#waiting.shift()
      if (first !== undefined) {
        this.#units -= first.units
        return first.notification
      }
      if (this.#end !== undefined) throw this.#end
      await this.#news(signal)
    }
  }

  [Symbol.dispose](): void {
    this.#unsubscribe()
    this.#waiting.length = 0
  }

  #add(notification: Notification): void {
    if (this.#end !== undefined) return
    const units = JSON.stringify(notification).length
    if (this.#units + units > MAX_WAITING_UNITS) {
      this.#finish(
        new OutputFailed('the output is read too slowly: too many notifications wait for it; "tail -f" waits for its reader'),
      )
      return
    }
    this.#units += units
    this.#waiting.push({ notification, units })
    this.#wake.resolve()
  }

  #finish(error: Error): void {
    this.#end ??= error
    this.#wake.resolve()
  }

  async #news(signal: AbortSignal): Promise<void> {
    const onAbort = (): void => this.#wake.resolve()
    signal.addEventListener('abort', onAbort, { once: true })
    await this.#wake.promise
    signal.removeEventListener('abort', onAbort)
    this.#wake = Promise.withResolvers()
  }
}

function gone(): RpcUnreachable {
  return new RpcUnreachable('RPC_CONNECTION_LOST', {
    reason: 'the daemon ended the connection',
    hint: 'subscribe again, or use "dchat-cli tail -f", which goes on by itself',
  })
}
