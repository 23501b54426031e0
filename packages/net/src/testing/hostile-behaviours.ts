/** What hostile hosts do. A host with no behaviour accepts connections and never says a word. */
import { parseUrl } from '@dchat/serial'
import { shuffled, sleep } from '@dchat/system'
import { addr, getaddr, ping, pong } from '../messages/core-messages.ts'
import type { GetaddrMessage, NonceMessage } from '../messages/core-messages.ts'
import { GETADDRS_MAX } from '../settings.ts'
import type { Behaviour, HostileHost } from './hostile-host.ts'
import type { RawPeer, ReceivedMessage } from './raw-peer.ts'

/** A node dials for so long before it gives up, and so does who besieges it. */
const DIAL_LIMIT_MS = 15_000
/** Addresses in one message of a flood: about 40 kB of the 65 kB a message may have. */
const FLOOD_BATCH = 1_000

/** Keeps every connection alive: exchanges versions and answers pings. What every host does that wants to be kept. */
export class KeepsAlive implements Behaviour {
  /** Sends its part of the version exchange. */
  onPeer(peer: RawPeer): void {
    peer.greet()
  }

  /** Answers a ping. */
  onMessage({ command, value }: ReceivedMessage, peer: RawPeer): void {
    if (command === ping.name) peer.sendMessage(pong, { nonce: (value as NonceMessage).nonce })
  }
}

/** Answers `getaddr` with addresses of its own choice, all seen now. */
export class AnswersWith implements Behaviour {
  readonly #urls: readonly string[]

  /** @param urls - canonical */
  constructor(urls: readonly string[]) {
    this.#urls = urls
  }

  /** Answers a `getaddr`. */
  onMessage({ command, value }: ReceivedMessage, peer: RawPeer, host: HostileHost): void {
    if (command !== getaddr.name) return
    const count = 2 * Math.min((value as GetaddrMessage).max, GETADDRS_MAX)
    sendAddrs(peer, shuffled(host.random, this.#urls).slice(0, count), host)
  }
}

/** Sends all of its addresses to its victim, unasked, again and again. */
export class FloodsAddresses implements Behaviour {
  readonly #urls: readonly string[]
  readonly #everyMs: number
  readonly #victim: string | undefined

  /**
   * @param urls - canonical
   * @param options - `everyMs`: time between two messages, of 1,000 addresses at most; metering lets one in two seconds through.
   * `victim`: the host that is flooded. @default every peer
   */
  constructor(urls: readonly string[], options: { readonly everyMs: number; readonly victim?: string }) {
    this.#urls = urls
    this.#everyMs = options.everyMs
    this.#victim = options.victim
  }

  /** Begins the flood, where the peer is the victim. */
  onPeer(peer: RawPeer, host: HostileHost): void {
    if (this.#victim !== undefined && parseUrl(peer.stream.remoteUrl).host !== this.#victim) return
    host.tasks.spawn(async (signal) => {
      for (let start = 0; !peer.isEnded; start = (start + FLOOD_BATCH) % Math.max(1, this.#urls.length)) {
        await sleep(host.clock, this.#everyMs, signal)
        sendAddrs(peer, this.#urls.slice(start, start + FLOOD_BATCH), host)
      }
    })
  }
}

/** Dials a node and stays; when it is sent away it dials again. */
export class Besieges implements Behaviour {
  readonly #url: string
  readonly #againMs: number

  /** @param url - of the node. @param againMs - time after which it comes back, half to one and a half of it */
  constructor(url: string, againMs: number) {
    this.#url = url
    this.#againMs = againMs
  }

  /** Begins the siege. */
  onStart(host: HostileHost): void {
    host.tasks.spawn(async (signal) => {
      for (;;) {
        await sleep(host.clock, this.#againMs / 2 + host.random.int(this.#againMs), signal)
        const peer = await tryToDial(host, this.#url, signal)
        await peer?.closed
      }
    })
  }
}

/** Announces its own address to nodes as an honest newcomer does: connects, says it, and leaves. */
export class AnnouncesItself implements Behaviour {
  readonly #urls: readonly string[]
  readonly #everyMs: number

  /**
   * @param urls - of the nodes that hear it, canonical
   * @param everyMs - once to twice this time passes between two announcements to a node
   */
  constructor(urls: readonly string[], everyMs: number) {
    this.#urls = urls
    this.#everyMs = everyMs
  }

  /** Begins to announce. */
  onStart(host: HostileHost): void {
    for (const url of this.#urls) host.tasks.spawn((signal) => this.#announce(host, url, signal))
  }

  async #announce(host: HostileHost, url: string, signal: AbortSignal): Promise<void> {
    for (;;) {
      await sleep(host.clock, host.random.int(this.#everyMs), signal)
      const peer = await tryToDial(host, url, signal)
      if (peer !== undefined) {
        await sleep(host.clock, SAY_MS, signal)
        sendAddrs(peer, [host.url], host)
        await sleep(host.clock, SAY_MS, signal)
        peer.stream.end()
      }
      await sleep(host.clock, this.#everyMs, signal)
    }
  }
}

/** Time in which a version exchange, or a message, has long arrived. */
const SAY_MS = 2_000

function sendAddrs(peer: RawPeer, urls: readonly string[], host: HostileHost): void {
  const now = BigInt(Math.floor(host.clock.nowMs() / 1000))
  if (urls.length > 0) peer.sendMessage(addr, { addrs: urls.map((url) => [url, now] as const) })
}

async function tryToDial(host: HostileHost, url: string, signal: AbortSignal): Promise<RawPeer | undefined> {
  const ending = new AbortController()
  const onAbort = (): void => ending.abort(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  const timer = host.clock.setTimer(DIAL_LIMIT_MS, () => ending.abort(new Error('dial took too long')))
  try {
    return await host.dial(url, ending.signal)
  } catch {
    signal.throwIfAborted()
    return undefined
  } finally {
    timer.cancel()
    signal.removeEventListener('abort', onAbort)
  }
}
