/**
 * Streams within one process: for tests and simulators. Each `MemoryNetwork` is a world of its own; nodes are told apart
 * by the host they dial from. Bytes arrive in order, after the latency of the two hosts, never in the call that wrote them.
 */
import { parseUrl } from '@dchat/serial'
import { sleep } from '@dchat/system'
import type { Clock } from '@dchat/system'
import { NetError } from '../errors.ts'
import { MemoryLink } from './memory-link.ts'
import type { Parcel } from './memory-link.ts'
import type { DialOptions, Listening, Transport, TransportStream } from './transport.ts'
import { withPort } from './tcp.ts'

const FIRST_EPHEMERAL_PORT = 49_152

/** What becomes of a dial: it gets through, is refused, or never hears anything until it is given up. */
export type DialFate = 'open' | 'refused' | 'lost'

/** Hears everything that happens on a network, in order. Must not throw. */
export interface NetworkTap {
  /** Somebody has dialled, and `fate` is what came of it. */
  dialled(fromHost: string, url: string, fate: DialFate): void
  /** A parcel leaves; on a stalled link it may never arrive. */
  sent(fromHost: string, toHost: string, parcel: Parcel): void
}

/** What a memory network is like. */
export interface MemoryNetworkOptions {
  /** Moves the bytes, so that a manual clock knows what is under way; needed for a latency. @default the event loop */
  readonly clock?: Clock
  /** One way, in milliseconds; for each pair of hosts where it is a function, asked once a dial. @default 0 */
  readonly latencyMs?: number | ((fromHost: string, toHost: string) => number)
  /** What becomes of a dial to an address, also to one that nobody listens on. @default open if there is a listener, else refused */
  readonly fateOf?: (fromHost: string, toUrl: string) => DialFate
  /** Hears everything that happens. */
  readonly tap?: NetworkTap
}

/** Sums since the network was made. */
export interface MemoryNetworkCounts {
  /** Dials, with whatever outcome. */
  dials: number
  /** Dials that got through. */
  connections: number
  /** Writes, each of one or more whole frames of a node. */
  writes: number
  /** Bytes of all writes. */
  bytes: number
}

/** One world of streams. */
export class MemoryNetwork {
  /** What has happened on it. */
  readonly counts: MemoryNetworkCounts = { dials: 0, connections: 0, writes: 0, bytes: 0 }
  readonly #listeners = new Map<string, (stream: TransportStream) => void>()
  readonly #links = new Set<MemoryLink>()
  readonly #options: MemoryNetworkOptions
  #nextPort = FIRST_EPHEMERAL_PORT

  constructor(options: MemoryNetworkOptions = {}) {
    this.#options = options
  }

  /** Streams that have not closed on both sides, and addresses that are listened on: 0 when all has stopped. */
  get openHandles(): number {
    let streams = 0
    for (const link of this.#links) streams += link.openEnds
    return streams + this.#listeners.size
  }

  /** Connections of which a side is open, in the order they were made. @internal */
  get links(): Iterable<MemoryLink> {
    return this.#links
  }

  /** How many connections have a side that is open. */
  get linkCount(): number {
    return this.#links.size
  }

  /** The transport of a node whose connections come from `host`, with addresses of `scheme`. */
  transport(host: string, scheme = 'tcp'): Transport {
    return {
      dial: (url, options) => this.#dial({ host, scheme }, url, options),
      listen: (url, onStream) => this.#listen(url, onStream),
    }
  }

  /** The listener has the stream after one latency, the dialler after two. */
  async #dial(from: { host: string; scheme: string }, url: string, { signal }: DialOptions): Promise<TransportStream> {
    signal.throwIfAborted()
    const host = parseUrl(url).host ?? url
    const latencyMs = this.#latencyMs(from.host, host)
    this.counts.dials += 1
    await this.#pass(latencyMs, signal)
    const listener = this.#listeners.get(keyOf(url))
    const fate = this.#options.fateOf?.(from.host, url) ?? 'open'
    this.#options.tap?.dialled(from.host, url, fate === 'open' && listener === undefined ? 'refused' : fate)
    if (fate === 'lost') return aborted(signal)
    if (listener === undefined || fate === 'refused') {
      await this.#pass(latencyMs, signal)
      throw new NetError('NET_DIAL_FAILED', { url, reason: 'ECONNREFUSED' })
    }
    const link = this.#link({ ...from, url, listenerHost: host, latencyMs })
    listener(link.far)
    try {
      await this.#pass(latencyMs, signal)
    } catch (error) {
      link.near.destroy()
      throw error
    }
    return link.near
  }

  async #listen(url: string, onStream: (stream: TransportStream) => void): Promise<Listening> {
    await new Promise<void>((resolve) => this.#defer(resolve))
    const real = parseUrl(url).port === 0 ? withPort(url, this.#takePort()) : url
    if (this.#listeners.has(keyOf(real))) throw new NetError('NET_LISTEN_FAILED', { url, reason: 'EADDRINUSE' })
    this.#listeners.set(keyOf(real), onStream)
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

  #link(dial: { host: string; scheme: string; url: string; listenerHost: string; latencyMs: number }): MemoryLink {
    const { tap } = this.#options
    const dialerUrl = `${dial.scheme}://${dial.host}:${this.#takePort()}/`
    const link = new MemoryLink(
      { dialerHost: dial.host, listenerHost: dial.listenerHost, url: dial.url, dialerUrl },
      {
        defer: (run) => this.#defer(run),
        carry: (run) => this.#carry(dial.latencyMs, run),
        onSent: (fromHost, toHost, parcel) => {
          if (parcel.kind === 'data') {
            this.counts.writes += 1
            this.counts.bytes += parcel.bytes.length
          }
          tap?.sent(fromHost, toHost, parcel)
        },
        onClosed: (closed) => this.#links.delete(closed),
      },
    )
    this.#links.add(link)
    this.counts.connections += 1
    return link
  }

  #latencyMs(fromHost: string, toHost: string): number {
    const { latencyMs = 0 } = this.#options
    return typeof latencyMs === 'number' ? latencyMs : latencyMs(fromHost, toHost)
  }

  #defer(run: () => void): void {
    const { clock } = this.#options
    if (clock === undefined) setImmediate(run)
    else clock.defer(run)
  }

  #carry(latencyMs: number, run: () => void): void {
    const { clock } = this.#options
    if (clock === undefined || latencyMs <= 0) this.#defer(run)
    else clock.setTimer(latencyMs, run)
  }

  async #pass(latencyMs: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.#options
    if (clock !== undefined && latencyMs > 0) await sleep(clock, latencyMs, signal)
    else await new Promise<void>((resolve) => this.#defer(resolve))
    signal.throwIfAborted()
  }
}

function keyOf(url: string): string {
  const { host, port } = parseUrl(url)
  return `${host}:${port}`
}

/** Never resolves. @throws the signal's reason */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const onAbort = (): void => reject(signal.reason as Error)
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
  })
}
