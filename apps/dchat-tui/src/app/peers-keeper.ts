/** Finds out who the peers are: again when there are more or fewer, and now and then while they are shown. */
import { isCallFailure } from '@dchat/rpc'
import type { Clock, Timer } from '@dchat/system'
import { PEERS_PAUSE_MS } from '../limits.ts'
import type { ChatSession } from '../session/chat-session.ts'
import { toPeers } from '../session/ingress.ts'
import type { NodeSummary } from '../state/model.ts'
import type { Store } from '../state/store.ts'
import { StateWatcher } from './state-watcher.ts'

export interface PeersKeeperDeps {
  readonly store: Store
  readonly session: Pick<ChatSession, 'call'>
  readonly clock: Clock
  /** Whether the peers are on screen. */
  readonly isShown: () => boolean
}

export class PeersKeeper extends StateWatcher<PeersKeeperDeps> {
  #timer: Timer | undefined
  #isAsking = false
  /** Whether what is asked now may be outdated when it is answered. */
  #isDue = false
  #seen: NodeSummary['peers'] | undefined

  /** Idempotent. */
  override stop(): void {
    super.stop()
    this.#timer?.cancel()
    this.#timer = undefined
  }

  protected override look(): void {
    const { link, node } = this.deps.store.state
    if (link.at !== 'ready') this.#seen = undefined
    else if (node !== null && node.peers !== this.#seen) {
      this.#seen = node.peers
      void this.#ask()
    }
    if (this.#timer === undefined && link.at === 'ready' && this.deps.isShown()) this.#schedule()
  }

  #schedule(): void {
    this.#timer = this.deps.clock.setTimer(
      PEERS_PAUSE_MS,
      () => {
        this.#timer = undefined
        if (this.deps.store.state.link.at !== 'ready' || !this.deps.isShown()) return
        void this.#ask()
        this.#schedule()
      },
      { background: true },
    )
  }

  async #ask(): Promise<void> {
    this.#isDue = true
    if (this.#isAsking) return
    this.#isAsking = true
    try {
      while (this.#isDue && this.isStarted) {
        this.#isDue = false
        const peers = toPeers(await this.deps.session.call('p2p.get_info', {}))
        if (this.deps.store.state.link.at === 'ready') this.deps.store.dispatch({ type: 'peers', peers })
      }
    } catch (error) {
      // They are asked for again on the next link.
      if (!isCallFailure(error)) throw error
    } finally {
      this.#isAsking = false
    }
  }
}
