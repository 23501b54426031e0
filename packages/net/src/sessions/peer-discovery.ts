/** Finds addresses for empty outbound slots. Source: docs/node.md, *Sessions*, peer discovery. */
import { sleep } from '@dchat/system'
import type { Clock, Random } from '@dchat/system'
import type { Dnet } from '../dnet.ts'
import type { Settings } from '../settings.ts'
import { WakeUp } from './slot.ts'

export interface PeerDiscoveryDeps {
  readonly settings: Settings
  readonly clock: Clock
  readonly random: Random
  readonly dnet: Dnet
  readonly hosts: { onNewHosts(listener: () => void): () => void }
  /** Whether any peer is connected (seed and refine channels do not count). */
  isConnected(): boolean
  /** Asks every peer for addresses. */
  askPeers(): void
  /** Queries the seeds; resolves when every query has ended. */
  seed(): Promise<void>
  /** Tells the empty slots to look again. */
  wakeSlots(): void
}

/** Rounds in vain after which the pauses grow. */
const PATIENT_ROUNDS = 6
/** Questions to peers that brought nothing, after which the seeds are asked. */
const GETADDR_ATTEMPTS = 2

/** One per node. Sleeps until a slot is empty, then asks the peers, or the seeds when there are none or they know nothing. */
export class PeerDiscovery {
  readonly #deps: PeerDiscoveryDeps
  readonly #wakeUp = new WakeUp()

  constructor(deps: PeerDiscoveryDeps) {
    this.#deps = deps
  }

  /** A slot is empty. */
  wake(): void {
    this.#wakeUp.wake()
  }

  /** Works until `signal` aborts. @throws the signal's reason */
  async run(signal: AbortSignal): Promise<void> {
    let failedQuestions = 0
    let roundsInVain = 0
    let attempt = 0
    for (;;) {
      this.#publish(attempt, 'wait')
      await this.#wakeUp.wait(signal)
      attempt += 1
      let isFound: boolean
      if (this.#deps.isConnected() && failedQuestions < GETADDR_ATTEMPTS) {
        isFound = await this.#askPeers(attempt, signal)
        failedQuestions = isFound ? 0 : failedQuestions + 1
      } else {
        isFound = await this.#askSeeds(attempt, signal)
        failedQuestions = 0
      }
      roundsInVain = isFound ? 0 : roundsInVain + 1
      if (isFound) attempt = 0
      this.#deps.wakeSlots()
      if (await this.#pause(roundsInVain, signal)) roundsInVain = 0
    }
  }

  async #askPeers(attempt: number, signal: AbortSignal): Promise<boolean> {
    this.#publish(attempt, 'getaddr')
    this.#deps.askPeers()
    return this.#newHostsWithin(this.#deps.settings.outboundPeerDiscoveryAttemptMs, signal)
  }

  /** Waits until hosts become known, at most `ms`. @returns whether any did */
  async #newHostsWithin(ms: number, signal: AbortSignal): Promise<boolean> {
    const { clock, hosts } = this.#deps
    const found = new AbortController()
    const unsubscribe = hosts.onNewHosts(() => found.abort())
    try {
      await sleep(clock, ms, AbortSignal.any([signal, found.signal]))
      return false
    } catch {
      signal.throwIfAborted()
      return true
    } finally {
      unsubscribe()
    }
  }

  async #askSeeds(attempt: number, signal: AbortSignal): Promise<boolean> {
    this.#publish(attempt, 'seed')
    let isFound = false
    const unsubscribe = this.#deps.hosts.onNewHosts(() => {
      isFound = true
    })
    try {
      await this.#deps.seed()
    } finally {
      unsubscribe()
    }
    signal.throwIfAborted()
    return isFound
  }

  /**
   * The attempt time, as the reference; after several rounds in vain longer, with jitter, up to the cool-off time, or until
   * hosts come by themselves.
   * @returns whether they did
   */
  async #pause(roundsInVain: number, signal: AbortSignal): Promise<boolean> {
    const { settings, random, clock } = this.#deps
    const baseMs = settings.outboundPeerDiscoveryAttemptMs
    if (roundsInVain <= PATIENT_ROUNDS) {
      await sleep(clock, baseMs, signal)
      return false
    }
    const longestMs = Math.max(baseMs, settings.outboundPeerDiscoveryCooloffMs)
    const grownMs = Math.min(longestMs, baseMs * 2 ** Math.min(roundsInVain - PATIENT_ROUNDS, 10))
    return this.#newHostsWithin(grownMs / 2 + random.int(Math.floor(grownMs / 2) + 1), signal)
  }

  #publish(attempt: number, state: 'wait' | 'getaddr' | 'seed'): void {
    this.#deps.dnet.publish({ event: 'outbound_peer_discovery', info: { attempt, state } })
  }
}
