/** One connection within a memory network: two streams, and the way between them, which can stall and break. */
import type { StreamHandler, TransportStream } from './transport.ts'
import { TransportFailure } from './transport-failure.ts'

/** What one side may have under way before `write` returns false. */
const HIGH_WATER_BYTES = 64 * 1024

/** What travels from one side of a connection to the other. */
export type Parcel =
  | { readonly kind: 'data'; readonly bytes: Buffer }
  | { readonly kind: 'end' }
  | { readonly kind: 'reset'; readonly error: Error | undefined }

export interface MemoryLinkOptions {
  /** The host that dialled, as its transport names it. */
  readonly dialerHost: string
  readonly listenerHost: string
  /** What was dialled. */
  readonly url: string
  /** The dialler's address as the listener sees it. */
  readonly dialerUrl: string
}

export interface MemoryLinkDeps {
  /** Runs `run` at the end of this turn. */
  defer(run: () => void): void
  /** Runs `run` when a parcel sent now arrives; those sent earlier run earlier. */
  carry(run: () => void): void
  /** A parcel leaves `fromHost`. */
  onSent(fromHost: string, toHost: string, parcel: Parcel): void
  /** Both sides are closed. */
  onClosed(link: MemoryLink): void
}

/** Bytes arrive in order, never in the call that wrote them. */
export class MemoryLink {
  readonly dialerHost: string
  readonly listenerHost: string
  readonly url: string
  readonly near: TransportStream
  readonly far: TransportStream
  readonly #deps: MemoryLinkDeps
  readonly #ends: readonly [MemoryStream, MemoryStream]
  /** What was sent while the link is stalled; bounded by its users, who stop at their high-water mark and time out. */
  #held: (() => void)[] | undefined
  #openEnds = 2

  constructor(options: MemoryLinkOptions, deps: MemoryLinkDeps) {
    this.dialerHost = options.dialerHost
    this.listenerHost = options.listenerHost
    this.url = options.url
    this.#deps = deps
    const near = new MemoryStream(options.url, this)
    const far = new MemoryStream(options.dialerUrl, this)
    this.#ends = [near, far]
    this.near = near
    this.far = far
  }

  /** Sides that have not closed: 2, 1 or 0. */
  get openEnds(): number {
    return this.#openEnds
  }

  get isStalled(): boolean {
    return this.#held !== undefined
  }

  /** Nothing arrives any more, and nobody is told: what is sent from now on is kept until `resume`. */
  stall(): void {
    this.#held ??= []
  }

  /** Sends on, in order, what was kept. */
  resume(): void {
    const held = this.#held
    this.#held = undefined
    for (const send of held ?? []) send()
  }

  /** Ends both sides at once, with an error, as a reset by a box on the way does. */
  break(): void {
    const error = new TransportFailure('read ECONNRESET', 'ECONNRESET')
    for (const end of this.#ends) end.arrive({ kind: 'reset', error })
  }

  /** @internal for its streams */
  send(from: MemoryStream, parcel: Parcel): void {
    const isNear = from === this.#ends[0]
    const to = this.#ends[isNear ? 1 : 0]
    const [fromHost, toHost] = isNear ? [this.dialerHost, this.listenerHost] : [this.listenerHost, this.dialerHost]
    this.#deps.onSent(fromHost, toHost, parcel)
    const carry = (): void => this.#deps.carry(() => to.arrive(parcel))
    if (this.#held === undefined) carry()
    else this.#held.push(carry)
  }

  /** @internal for its streams */
  defer(run: () => void): void {
    this.#deps.defer(run)
  }

  /** @internal for its streams: the other side took `bytes` of what `by` was sent */
  taken(by: MemoryStream, bytes: number): void {
    this.#ends[by === this.#ends[0] ? 1 : 0].onTaken(bytes)
  }

  /** @internal for its streams */
  onEndClosed(): void {
    this.#openEnds -= 1
    if (this.#openEnds === 0) this.#deps.onClosed(this)
  }
}

class MemoryStream implements TransportStream {
  readonly remoteUrl: string
  readonly #link: MemoryLink
  #handler: StreamHandler | undefined
  /** Arrived and not delivered: the handler is not there yet, or paused. */
  #inbox: Parcel[] = []
  #isPaused = false
  #isEnded = false
  #isClosed = false
  #underWayBytes = 0
  #wantsDrain = false

  constructor(remoteUrl: string, link: MemoryLink) {
    this.remoteUrl = remoteUrl
    this.#link = link
  }

  get bufferedBytes(): number {
    return this.#underWayBytes
  }

  open(handler: StreamHandler): void {
    this.#handler = handler
    if (this.#isClosed) this.#link.defer(() => handler.onClose(undefined))
    else this.#link.defer(() => this.#deliver())
  }

  write(bytes: Uint8Array): boolean {
    if (this.#isEnded || this.#isClosed) return false
    this.#underWayBytes += bytes.length
    const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#link.send(this, { kind: 'data', bytes: buffer })
    this.#wantsDrain ||= this.#underWayBytes >= HIGH_WATER_BYTES
    return !this.#wantsDrain
  }

  pause(): void {
    this.#isPaused = true
  }

  resume(): void {
    if (!this.#isPaused) return
    this.#isPaused = false
    this.#link.defer(() => this.#deliver())
  }

  end(): void {
    if (this.#isEnded || this.#isClosed) return
    this.#isEnded = true
    this.resume()
    this.#link.send(this, { kind: 'end' })
  }

  destroy(): void {
    if (this.#isClosed) return
    this.#link.send(this, { kind: 'reset', error: undefined })
    this.#close(undefined)
  }

  arrive(parcel: Parcel): void {
    if (this.#isClosed) return
    if (parcel.kind === 'reset') {
      this.#close(parcel.error)
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
        this.#link.taken(this, parcel.bytes.length)
        if (!this.#isEnded) this.#handler.onData(parcel.bytes)
      } else {
        this.#handler.onEnd()
        this.end()
        this.#link.defer(() => this.#close(undefined))
        return
      }
    }
  }

  /** The other side took `bytes` of ours. */
  onTaken(bytes: number): void {
    this.#underWayBytes -= bytes
    if (!this.#wantsDrain || this.#underWayBytes > 0) return
    this.#wantsDrain = false
    this.#link.defer(() => {
      if (!this.#isClosed) this.#handler?.onDrain()
    })
  }

  #close(error: Error | undefined): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#inbox = []
    this.#link.onEndClosed()
    const handler = this.#handler
    if (handler !== undefined) this.#link.defer(() => handler.onClose(error))
  }
}
