/** How posts spread over a simulated network: who sent whom what, as a tap of the network sees it. */
import { eachFrame } from '@dchat/net/testing'
import type { NetworkTap, Parcel } from '@dchat/net/testing'
import type { Clock } from '@dchat/system'
import { hash } from 'node:crypto'

export interface SpreadOptions {
  readonly clock: Clock
  /** One way, in ms: as the network's. */
  readonly latencyMs: (fromHost: string, toHost: string) => number
}

/** The copies of one post that were sent. */
export interface PostSpread {
  /** Whole copies sent to each host. */
  readonly copies: ReadonlyMap<string, number>
  /** Hops from the writer to each host, along the copies that came first. */
  readonly hops: ReadonlyMap<string, number>
}

interface Watched {
  readonly origin: string
  readonly copies: Map<string, number>
  readonly first: Map<string, { readonly atMs: number; readonly from: string }>
}

/** Counts copies of the posts it was told to watch. A copy on a link that fell silent counts as one that came. */
export class Spread implements NetworkTap {
  readonly #options: SpreadOptions
  readonly #watched = new Map<string, Watched>()

  constructor(options: SpreadOptions) {
    this.#options = options
  }

  /** Begins to count the copies of a post that the host `origin` is about to send. */
  watch(id: Buffer, origin: string): void {
    this.#watched.set(id.toString('latin1'), { origin, copies: new Map(), first: new Map() })
  }

  /** What became of a post, and ends counting. @throws {RangeError} for a post that is not watched */
  take(id: Buffer): PostSpread {
    const key = id.toString('latin1')
    const watched = this.#watched.get(key)
    if (watched === undefined) throw new RangeError('this post is not watched')
    this.#watched.delete(key)
    const hops = new Map<string, number>([[watched.origin, 0]])
    for (const host of watched.first.keys()) hopsTo(host, watched, hops)
    hops.delete(watched.origin)
    return { copies: watched.copies, hops }
  }

  dialled(): void {}

  sent(fromHost: string, toHost: string, parcel: Parcel): void {
    if (parcel.kind !== 'data' || this.#watched.size === 0) return
    const { bytes } = parcel
    eachFrame(bytes, ({ command, payloadStart, end }) => {
      if (command === 'post') this.#note(postIn(bytes.subarray(payloadStart, end)), fromHost, toHost)
    })
  }

  #note(post: Buffer, fromHost: string, toHost: string): void {
    const watched = this.#watched.get(hash('sha256', post, 'latin1' as 'hex'))
    if (watched === undefined) return
    watched.copies.set(toHost, (watched.copies.get(toHost) ?? 0) + 1)
    const atMs = this.#options.clock.monotonicMs() + this.#options.latencyMs(fromHost, toHost)
    const first = watched.first.get(toHost)
    if (first === undefined || atMs < first.atMs) watched.first.set(toHost, { atMs, from: fromHost })
  }
}

/** Fills in `hops` along the way back to the writer. */
function hopsTo(host: string, watched: Watched, hops: Map<string, number>): number {
  const way: string[] = []
  let at = host
  while (!hops.has(at)) {
    way.push(at)
    at = watched.first.get(at)!.from
  }
  let count = hops.get(at)!
  for (const each of way.reverse()) {
    count += 1
    hops.set(each, count)
  }
  return count
}

/** The bytes in the payload of a `post`: a VarInt of one or three bytes, then they. */
function postIn(payload: Buffer): Buffer {
  return payload.subarray(payload[0]! <= 0xfc ? 1 : 3)
}
