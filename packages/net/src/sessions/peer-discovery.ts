/** Finds addresses for those who lack them. Source: docs/node.md, *Sessions*, peer discovery. */
import { sleep } from '@dchat/system'
import type { Clock, Random, Unsubscribe } from '@dchat/system'
import type { Dnet } from '../dnet.ts'
import type { Settings } from '../settings.ts'
import { WakeUp } from './wake-up.ts'

export interface PeerDiscoveryDeps {
  readonly settings: Settings
  readonly clock: Clock
  readonly random: Random
  readonly dnet: Dnet
  readonly hosts: { onNewHosts(listener: () => void): Unsubscribe }
  /** The event that dnet is told the rounds by. */
  readonly event: 'outbound_peer_discovery' | 'direct_peer_discovery'
  /** Whether any peer is connected (seed and refine channels do not count). */
  isConnected(): boolean
  /** Hears of every peer that is connected. */
  onPeer(listener: () => void): Unsubscribe
  /** Asks every peer for addresses. */
  askPeers(): void
  /** Queries the seeds; resolves when every query has ended. */
  seed(): Promise<void>
  /** Tells those who lack addresses to look again. */
  wakeUsers(): void
  /** How to ask a host that is known and no peer: where there are no slots whose new channels ask by themselves. */
  readonly newChannels?: {
    /** A host to ask, if one can be dialled. */
    pick(): string | undefined
    /** Connects it for as long as the result is not disposed of; undefined when that failed. */
    open(url: string, signal: AbortSignal): Promise<Disposable | undefined>
  }
}

type Source = 'getaddr' | 'newchan' | 'seed'

/** What the search for hosts is at. */
export interface DiscoveryState {
  /** `wait`: until a slot lacks hosts. `getaddr`, `newchan`, `seed`: peers, a new channel or the seeds are asked. `sleep`: between two questions. */
  readonly at: 'wait' | 'sleep' | 'getaddr' | 'newchan' | 'seed'
  /** Questions since hosts were last found; 0 before the first. */
  readonly attempt: number
  /** Monotonic time at which it looks again at the latest, while it sleeps. */
  readonly nextMs: number | undefined
}

/** Rounds in vain after which the pauses grow. */
const PATIENT_ROUNDS = 6
/** Questions to peers that brought nothing, after which others are asked. */
const GETADDR_ATTEMPTS = 2

/**
 * One per node at work. Sleeps until somebody lacks hosts, then asks the peers; after two questions in vain, or while there
 * are no peers, a host that is known (where new channels are offered), then the seeds; then the peers again.
 */
export class PeerDiscovery {
  readonly #deps: PeerDiscoveryDeps
  readonly #wakeUp = new WakeUp()
  /** Questions in vain since the seeds were asked. */
  #failed = { getaddr: 0, newchan: 0 }
  #state: DiscoveryState = { at: 'wait', attempt: 0, nextMs: undefined }

  constructor(deps: PeerDiscoveryDeps) {
    this.#deps = deps
  }

  /** Somebody lacks hosts. */
  wake(): void {
    this.#wakeUp.wake()
  }

  get state(): DiscoveryState {
    return this.#state
  }

  /** Works until `signal` aborts. @throws the signal's reason */
  async run(signal: AbortSignal): Promise<void> {
    let roundsInVain = 0
    let attempt = 0
    this.#failed = { getaddr: 0, newchan: 0 }
    for (;;) {
      this.#enter({ at: 'wait', attempt, nextMs: undefined })
      await this.#wakeUp.wait(signal)
      attempt += 1
      const isFound = await this.#ask(attempt, signal)
      roundsInVain = isFound ? 0 : roundsInVain + 1
      if (isFound) attempt = 0
      this.#deps.wakeUsers()
      const pauseMs = this.#pauseMs(roundsInVain)
      this.#enter({ at: 'sleep', attempt, nextMs: this.#deps.clock.monotonicMs() + pauseMs })
      if (await this.#pause(pauseMs, roundsInVain, signal)) roundsInVain = 0
    }
  }

  /** One question. @returns whether hosts became known */
  async #ask(attempt: number, signal: AbortSignal): Promise<boolean> {
    const { hosts, newChannels } = this.#deps
    const mayAskPeers = this.#deps.isConnected() && this.#failed.getaddr < GETADDR_ATTEMPTS
    const url = mayAskPeers || this.#failed.newchan > 0 ? undefined : newChannels?.pick()
    const source = mayAskPeers ? 'getaddr' : url === undefined ? 'seed' : 'newchan'
    this.#enter({ at: source, attempt, nextMs: undefined })
    const found = new WakeUp()
    const unsubscribe = hosts.onNewHosts(() => found.wake())
    try {
      const isFound = await this.#askSource(url ?? source, found, signal)
      if (isFound || source === 'seed') this.#failed = { getaddr: 0, newchan: 0 }
      else this.#failed[source] += 1
      return isFound
    } finally {
      unsubscribe()
    }
  }

  /** @param source - the peers, the seeds, or the URL of a host to be connected for it */
  async #askSource(source: string, found: WakeUp, signal: AbortSignal): Promise<boolean> {
    const { settings, clock, newChannels } = this.#deps
    if (source === 'seed') {
      await this.#deps.seed()
      signal.throwIfAborted()
      return found.take()
    }
    if (source === 'getaddr') {
      this.#deps.askPeers()
      return found.waitWithin(settings.outboundPeerDiscoveryAttemptMs, clock, signal)
    }
    using channel = await newChannels?.open(source, signal)
    signal.throwIfAborted()
    return channel !== undefined && (await found.waitWithin(settings.outboundPeerDiscoveryAttemptMs, clock, signal))
  }

  /** The attempt time, as the reference; after several rounds in vain longer, with jitter, up to the cool-off time. */
  #pauseMs(roundsInVain: number): number {
    const { settings, random } = this.#deps
    const baseMs = settings.outboundPeerDiscoveryAttemptMs
    if (roundsInVain <= PATIENT_ROUNDS) return baseMs
    const longestMs = Math.max(baseMs, settings.outboundPeerDiscoveryCooloffMs)
    const grownMs = Math.min(longestMs, baseMs * 2 ** Math.min(roundsInVain - PATIENT_ROUNDS, 10))
    return grownMs / 2 + random.int(Math.floor(grownMs / 2) + 1)
  }

  /**
   * Sleeps; after several rounds in vain only until hosts come by themselves, or the first peer.
   * @returns whether they did
   */
  async #pause(pauseMs: number, roundsInVain: number, signal: AbortSignal): Promise<boolean> {
    const { clock, hosts } = this.#deps
    if (roundsInVain <= PATIENT_ROUNDS) {
      await sleep(clock, pauseMs, signal)
      return false
    }
    const back = new WakeUp()
    const wasOffline = !this.#deps.isConnected()
    const endings = [hosts.onNewHosts(() => back.wake()), this.#deps.onPeer(() => wasOffline && back.wake())]
    try {
      return await back.waitWithin(pauseMs, clock, signal)
    } finally {
      for (const unsubscribe of endings) unsubscribe()
    }
  }

  #enter(state: DiscoveryState): void {
    this.#state = state
    this.#publish(state.attempt, state.at)
  }

  #publish(attempt: number, state: 'wait' | 'sleep' | Source): void {
    const { dnet, event } = this.#deps
    if (!dnet.isEnabled) return
    // Only direct discovery has the states newchan and sleep.
    if (event === 'direct_peer_discovery') dnet.publish({ event, info: { attempt, state } })
    else if (state !== 'newchan' && state !== 'sleep') dnet.publish({ event, info: { attempt, state } })
  }
}
