/** Looks into a Node process through its inspector: what it really holds, after its garbage is collected. */
import { once } from 'node:events'

export class HeapWatch implements AsyncDisposable {
  readonly #socket: WebSocket
  #lastId = 0

  private constructor(socket: WebSocket) {
    this.#socket = socket
  }

  /** @param said what the process printed when it was started with `--inspect=127.0.0.1:0` */
  static async open(said: string): Promise<HeapWatch> {
    const url = [...said.matchAll(/ws:\/\/\S+/g)].at(-1)?.[0] // a program that starts anew with options of its own opens another
    if (url === undefined) throw new Error(`no inspector in: ${said}`)
    const socket = new WebSocket(url)
    await once(socket, 'open')
    return new HeapWatch(socket)
  }

  /** Bytes of live objects, those outside the heap included. */
  async liveBytes(): Promise<number> {
    await this.#call('HeapProfiler.collectGarbage')
    await this.#call('HeapProfiler.collectGarbage') // what the first has finalised
    const { usedSize, embedderHeapUsedSize = 0, backingStorageSize = 0 } = await this.#call('Runtime.getHeapUsage')
    return usedSize! + embedderHeapUsedSize + backingStorageSize
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close()
    await once(this.#socket, 'close')
  }

  async #call(method: string): Promise<Record<string, number>> {
    this.#lastId += 1
    const id = this.#lastId
    this.#socket.send(JSON.stringify({ id, method }))
    for (;;) {
      const [event] = (await once(this.#socket, 'message')) as [MessageEvent]
      const message = JSON.parse(event.data as string) as { id?: number; result?: Record<string, number> }
      if (message.id === id) return message.result ?? {}
    }
  }
}
