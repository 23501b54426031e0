/**
 * Streams within one process: for tests and simulators. Each `MemoryNetwork` is a world of its own; nodes are told apart
 * by the host they dial from. Bytes arrive in order, after the network's latency, never in the call that wrote them.
 */
import { parseUrl } from '@dchat/serial'
import type { Clock } from '@dchat/system'
import { NetError } from '../errors.ts'
import type { DialOptions, Listening, StreamHandler, Transport, TransportStream } from './transport.ts'
import { withPort } from './tcp.ts'

/** What one side may have under way before `write` returns false. */
const HIGH_WATER_BYTES = 64 * 1024
const FIRST_EPHEMERAL_PORT = 49_152

export interface MemoryNetworkOptions {
  /** Moves the bytes, so that a manual clock knows what is under way. @default the event loop */
  readonly clock?: Clock
  /** One way, in milliseconds. @default 0 */
  readonly latencyMs?: number
  /** Decides whether a dial between two hosts gets through; a refused one fails. @default all do */
  readonly isReachable?: (fromHost: string, toUrl: string) => boolean
}

interface MemoryListener {
  readonly url: string
  readonly onStream: (stream: TransportStream) => void
}

export class MemoryNetwork {
  readonly #listeners = new Map<string, MemoryListener>()
  readonly #options: MemoryNetworkOptions
  #nextPort = FIRST_EPHEMERAL_PORT
  #openStreams = 0

  constructor(options: MemoryNetworkOptions = {}) {
    this.#options = options
  }

  /** Streams that have not closed on both sides, and addresses that are listened on: 0 when all has stopped. */
  get openHandles(): number {
    return this.#openStreams + this.#listeners.size
  }

  /** The transport of a node whose connections come from `host`. @param scheme @default 'tcp' */
  transport(host: string, scheme = 'tcp'): Transport {
    return {
      dial: (url, options) => this.#dial({ host, scheme }, url, options),
      listen: (url, onStream) => this.#listen(url, onStream),
    }
  }

  async #dial(from: { host: string; scheme: string }, url: string, { signal }: DialOptions): Promise<TransportStream> {
    await this.#delay()
    signal.throwIfAborted()
    const listener = this.#listeners.get(keyOf(url))
    const isReachable = this.#options.isReachable?.(from.host, url) ?? true
    if (listener === undefined || !isReachable) throw new NetError('NET_DIAL_FAILED', { url, reason: 'ECONNREFUSED' })
    const port = this.#takePort()
    const { near, far } = this.#pair({ nearUrl: url, farUrl: `${from.scheme}://${from.host}:${port}/` })
    listener.onStream(far)
    return near
  }

  async #listen(url: string, onStream: (stream: TransportStream) => void): Promise<Listening> {
    await this.#delay()
    const real = parseUrl(url).port === 0 ? withPort(url, this.#takePort()) : url
    if (this.#listeners.has(keyOf(real))) throw new NetError('NET_LISTEN_FAILED', { url, reason: 'EADDRINUSE' })
    this.#listeners.set(keyOf(real), { url: real, onStream })
    return {
      url: real,
      close: async () => {
        this.#listeners.delete(keyOf(real))
        await Promise.resolve()
      },
    }
  }

  #takePort(): number {
    this.#nextPort = this.#nextPort >= 65_535 ? FIRST_EPHEMERAL_PORT : this.#nextPort + 1
    return this.#nextPort
  }

  #pair(urls: { nearUrl: string; farUrl: string }): { near: MemoryStream; far: MemoryStream } {
    const schedule = (run: () => void): void => this.#schedule(run)
    const onClosed = (): void => {
      this.#openStreams -= 1
    }
    const near = new MemoryStream(urls.nearUrl, schedule, onClosed)
    const far = new MemoryStream(urls.farUrl, schedule, onClosed)
    near.peer = far
    far.peer = near
    this.#openStreams += 2
    return { near, far }
  }

  #schedule(run: () => void): void {
    const { clock, latencyMs = 0 } = this.#options
    if (clock === undefined) setImmediate(run)
    else if (latencyMs > 0) clock.setTimer(latencyMs, run)
    else clock.defer(run)
  }

  #delay(): Promise<void> {
    return new Promise((resolve) => this.#schedule(resolve))
  }
}

function keyOf(url: string): string {
  const { host, port } = parseUrl(url)
  return `${host}:${port}`
}

type Parcel = { readonly kind: 'data'; readonly bytes: Buffer } | { readonly kind: 'end' } | { readonly kind: 'reset' }

class MemoryStream implements TransportStream {
  readonly remoteUrl: string
  peer: MemoryStream | undefined
  readonly #schedule: (run: () => void) => void
  readonly #onClosed: () => void
  #handler: StreamHandler | undefined
  /** Arrived and not delivered: the handler is not there yet, or paused. */
  #inbox: Parcel[] = []
  #isPaused = false
  #isEnded = false
  #isClosed = false
  #underWayBytes = 0
  #wantsDrain = false

  // oxlint-disable-next-line max-params -- private to this file: an address and two callbacks
  constructor(remoteUrl: string, schedule: (run: () => void) => void, onClosed: () => void) {
    this.remoteUrl = remoteUrl
    this.#schedule = schedule
    this.#onClosed = onClosed
  }

  get bufferedBytes(): number {
    return this.#underWayBytes
  }

  open(handler: StreamHandler): void {
    this.#handler = handler
    if (this.#isClosed) this.#schedule(() => handler.onClose(undefined))
    else this.#schedule(() => this.#deliver())
  }

  write(bytes: Uint8Array): boolean {
    if (this.#isEnded || this.#isClosed) return false
    this.#underWayBytes += bytes.length
    this.#send({ kind: 'data', bytes: Buffer.from(bytes) })
    this.#wantsDrain ||= this.#underWayBytes >= HIGH_WATER_BYTES
    return !this.#wantsDrain
  }

  pause(): void {
    this.#isPaused = true
  }

  resume(): void {
    if (!this.#isPaused) return
    this.#isPaused = false
    this.#schedule(() => this.#deliver())
  }

  end(): void {
    if (this.#isEnded || this.#isClosed) return
    this.#isEnded = true
    this.resume()
    this.#send({ kind: 'end' })
  }

  destroy(): void {
    if (this.#isClosed) return
    this.#send({ kind: 'reset' })
    this.#close()
  }

  #send(parcel: Parcel): void {
    const peer = this.peer!
    this.#schedule(() => peer.#arrive(parcel))
  }

  #arrive(parcel: Parcel): void {
    if (this.#isClosed) return
    if (parcel.kind === 'reset') {
      this.#close()
      return
    }
    this.#inbox.push(parcel)
    this.#deliver()
  }

  #deliver(): void {
    while (this.#handler !== undefined && !this.#isPaused && !this.#isClosed) {
      const parcel = this.#inbox.shift()
      if (parcel === undefined) return
      if (parcel.kind === 'data') {
        this.peer!.#taken(parcel.bytes.length)
        if (!this.#isEnded) this.#handler.onData(parcel.bytes)
      } else {
        this.#handler.onEnd()
        this.end()
        this.#schedule(() => this.#close())
        return
      }
    }
  }

  /** The other side took `length` of our bytes. */
  #taken(length: number): void {
    this.#underWayBytes -= length
    if (!this.#wantsDrain || this.#underWayBytes > 0) return
    this.#wantsDrain = false
    this.#schedule(() => {
      if (!this.#isClosed) this.#handler?.onDrain()
    })
  }

  #close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#inbox = []
    this.#onClosed()
    const handler = this.#handler
    if (handler !== undefined) this.#schedule(() => handler.onClose(undefined))
  }
}
