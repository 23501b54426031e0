/** A client on raw JSON lines, over a Unix socket or TCP. Many calls may wait at once; answers come in any order. */
import { connect as connectSocket } from 'node:net'
import type { Socket } from 'node:net'
import { Publisher, SystemClock } from '@dchat/system'
import type { Clock, Timer, Unsubscribe } from '@dchat/system'
import { formatRpcAddress } from './address.ts'
import { readIncoming } from './client-messages.ts'
import type { Incoming } from './client-messages.ts'
import type { RpcEndpoint } from './endpoint.ts'
import { RpcError, RpcUnreachable, rpcError } from './errors.ts'
import { MAX_ANSWER_BYTES, MAX_PENDING_CALLS, MAX_REQUEST_BYTES, MAX_UNSENT_BYTES } from './limits.ts'
import { LineSplitter, TOO_LONG } from './line-splitter.ts'
import { openSocket } from './open-socket.ts'
import type { MethodName, MethodParams, MethodResult } from './types.ts'

export interface ConnectOptions {
  /** Gives up early; `connect` then throws the signal's reason. */
  signal?: AbortSignal
  /** Until connected and, with a cookie, authorised. @default 5000 */
  timeoutMs?: number
  /** @default the machine's clock */
  clock?: Clock
}

export interface CallOptions {
  /** Gives up waiting; the call throws the signal's reason. The server may still carry it out. */
  signal?: AbortSignal
  /** Throws RPC_TIMEOUT after that. The server may still carry it out. @default none: as long as the connection lasts */
  timeoutMs?: number
}

export type NotificationListener = (method: string, params: unknown) => void

interface PendingCall {
  resolve(result: unknown): void
  reject(error: unknown): void
}

export class RpcClient {
  /** Resolves once the connection ended, whoever ended it. */
  readonly closed: Promise<void>
  readonly #socket: Socket
  readonly #clock: Clock
  readonly #address: string
  readonly #splitter = new LineSplitter(MAX_ANSWER_BYTES)
  readonly #pending = new Map<number, PendingCall>()
  readonly #notifications = new Publisher<{ notification: { method: string; params: unknown } }>(throwLater)
  #lastId = 0
  #end: RpcUnreachable | undefined

  private constructor(socket: Socket, context: { clock: Clock; address: string }) {
    this.#socket = socket
    this.#clock = context.clock
    this.#address = context.address
    socket.on('data', (chunk: Buffer) => this.#receive(chunk))
    socket.on('error', (cause) =>
      this.#finish('RPC_CONNECTION_LOST', `the connection to ${this.#address} failed: ${cause.message}`),
    )
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        this.#finish('RPC_CONNECTION_LOST', `the daemon at ${this.#address} closed the connection`)
        resolve()
      })
    })
  }

  /**
   * Connects and, over TCP with a cookie, authorises. A server ends a connection that sends nothing for five seconds after it was
   * made: make the first call at once.
   * @throws {RpcUnreachable} RPC_CONNECT_FAILED, RPC_UNAUTHORIZED, RPC_TIMEOUT
   */
  static async connect(endpoint: RpcEndpoint, options: ConnectOptions = {}): Promise<RpcClient> {
    const clock = options.clock ?? new SystemClock()
    const timeoutMs = options.timeoutMs ?? 5_000
    const startMs = clock.monotonicMs()
    const address = formatRpcAddress(endpoint)
    const signal = options.signal === undefined ? {} : { signal: options.signal }
    const socket = await openSocket(endpoint, { clock, timeoutMs, address, connect: connectSocket, ...signal })
    const client = new RpcClient(socket, { clock, address })
    if (endpoint.kind === 'unix' || endpoint.cookie === undefined) return client
    try {
      const leftMs = Math.max(0, timeoutMs - (clock.monotonicMs() - startMs))
      await client.call('rpc.auth', { cookie: endpoint.cookie }, { timeoutMs: leftMs, ...signal })
      return client
    } catch (cause) {
      await client.close()
      if (!(cause instanceof RpcError)) throw cause
      const hint = 'the cookie changes at each start of the daemon: read it again, or name the right file with --cookie-file'
      throw new RpcUnreachable(
        'RPC_UNAUTHORIZED',
        { reason: `the daemon at ${address} did not take the cookie or token`, hint },
        { cause },
      )
    }
  }

  /**
   * @throws {RpcError} the server's answer; -32003 when 1,024 calls wait or 8 MiB are unsent; -32002 for a request beyond 1 MiB
   * @throws {RpcUnreachable} RPC_CONNECTION_LOST, RPC_CLOSED, RPC_BAD_ANSWER (the connection ended first), RPC_TIMEOUT
   */
  async call<M extends MethodName>(method: M, params: MethodParams<M>, options: CallOptions = {}): Promise<MethodResult<M>> {
    return (await this.callRaw(method, params, options)) as MethodResult<M>
  }

  /** As `call`, for any method; `params` is an object, an array, or undefined for none. */
  callRaw(method: string, params: unknown, options: CallOptions = {}): Promise<unknown> {
    const { signal, timeoutMs } = options
    return new Promise((resolve, reject) => {
      if (this.#end !== undefined) throw this.#end
      signal?.throwIfAborted()
      if (this.#pending.size >= MAX_PENDING_CALLS) throw rpcError('too_many', `${MAX_PENDING_CALLS} calls wait for their answer`)
      if (this.#socket.writableLength > MAX_UNSENT_BYTES) throw rpcError('too_many', 'the daemon does not read what was sent')
      this.#lastId += 1
      const id = this.#lastId
      const line = Buffer.from(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`)
      if (line.length > MAX_REQUEST_BYTES + 1) throw rpcError('too_large', `a request has at most ${MAX_REQUEST_BYTES} bytes`)
      const onAbort = (): void => settle(() => reject(signal!.reason as Error))
      let timer: Timer | undefined
      const settle = (then: () => void): void => {
        this.#pending.delete(id)
        timer?.cancel()
        signal?.removeEventListener('abort', onAbort)
        then()
      }
      if (timeoutMs !== undefined)
        timer = this.#clock.setTimer(timeoutMs, () => settle(() => reject(this.#timedOut(method, timeoutMs))))
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#pending.set(id, {
        resolve: (result) => settle(() => resolve(result)),
        reject: (error) => settle(() => reject(error as Error)),
      })
      this.#socket.write(line)
    })
  }

  /** Hears every notification, also those that come before the answer to the call that asked for them. */
  onNotification(listener: NotificationListener): Unsubscribe {
    return this.#notifications.subscribe('notification', ({ method, params }) => listener(method, params))
  }

  /** Ends the connection; calls that wait fail with RPC_CLOSED. */
  close(): Promise<void> {
    this.#finish('RPC_CLOSED', `the connection to ${this.#address} was closed here`)
    return this.closed
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #receive(chunk: Buffer): void {
    this.#splitter.push(chunk)
    for (let line = this.#splitter.next(); line !== undefined && this.#end === undefined; line = this.#splitter.next()) {
      if (line === TOO_LONG) {
        this.#finish('RPC_BAD_ANSWER', `the daemon at ${this.#address} sent a line of more than ${MAX_ANSWER_BYTES} bytes`)
      } else if (line.length > 0) {
        this.#handle(readIncoming(line))
      }
    }
  }

  #handle(incoming: Incoming): void {
    switch (incoming.kind) {
      case 'notification':
        this.#notifications.publish('notification', incoming)
        return
      case 'result':
        this.#pending.get(incoming.id)?.resolve(incoming.result)
        return
      case 'error':
        if (incoming.id !== null) this.#pending.get(incoming.id)?.reject(incoming.error)
        else
          this.#finish(
            'RPC_BAD_ANSWER',
            `the daemon at ${this.#address} refused: ${incoming.error.data?.hint ?? incoming.error.message}`,
          )
        return
      case 'garbage':
        this.#finish('RPC_BAD_ANSWER', `what listens at ${this.#address} does not speak JSON-RPC`)
    }
  }

  #finish(code: RpcUnreachable['code'], reason: string): void {
    if (this.#end !== undefined) return
    const hint = code === 'RPC_CLOSED' ? 'connect again' : 'see whether dchatd is running, then connect again'
    this.#end = new RpcUnreachable(code, { reason, hint })
    this.#socket.destroy()
    for (const call of [...this.#pending.values()]) call.reject(this.#end)
  }

  #timedOut(method: string, timeoutMs: number): RpcUnreachable {
    const reason = `the daemon at ${this.#address} did not answer ${method} within ${timeoutMs} ms`
    return new RpcUnreachable('RPC_TIMEOUT', { reason, hint: 'it may be busy, or still carry the call out' })
  }
}

/** A listener's error is a bug of the program: it surfaces as an uncaught exception, after the other listeners heard. */
function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error
  })
}
