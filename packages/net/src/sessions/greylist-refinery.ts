/** Judges grey hosts, and on a seed white ones, by a version exchange. Source: docs/node.md, *Sessions*, refine, and *Lilith's configuration*. */
import { TaskScope, sleep } from '@dchat/system'
import { HostColor } from '../hosts/host-color.ts'
import { SessionFlag } from './session-flags.ts'
import { connectPeer } from './session.ts'
import type { Session, SessionDeps } from './session.ts'

export interface GreylistRefineryDeps extends SessionDeps {
  /** Milliseconds since the node last had a peer; 0 while it has one. */
  msWithoutPeers(): number
  isDialable(url: string): boolean
}

/**
 * Every interval one random grey host is tried: white when it answers, removed when not. Where a white list interval is
 * set, the white host seen longest ago is tried too: seen now when it answers, grey when not.
 */
export class GreylistRefinery implements Session {
  readonly #deps: GreylistRefineryDeps
  #scope: TaskScope | undefined

  constructor(deps: GreylistRefineryDeps) {
    this.#deps = deps
  }

  start(): Promise<void> {
    const scope = new TaskScope((error) => this.#deps.logger.error('Greylist refinery failed', { error }))
    this.#scope = scope
    const { greylistRefineryIntervalMs, whitelistRefineryIntervalMs } = this.#deps.settings
    scope.spawn((signal) => this.#every(greylistRefineryIntervalMs, signal, () => this.#refineOneGrey(signal)))
    if (whitelistRefineryIntervalMs !== undefined) {
      scope.spawn((signal) => this.#every(whitelistRefineryIntervalMs, signal, () => this.#refineOldestWhite(signal)))
    }
    return Promise.resolve()
  }

  async stop(): Promise<void> {
    await this.#scope?.stop()
  }

  /** Tries whether `url` answers a version exchange. */
  async #probe(url: string, signal: AbortSignal): Promise<boolean> {
    const { logger } = this.#deps
    try {
      const channel = await connectPeer({ url, session: SessionFlag.Refine }, signal, this.#deps)
      await channel.stop()
      return true
    } catch (error) {
      signal.throwIfAborted()
      logger.debug('Grey host did not answer', { url, error })
      return false
    }
  }

  async #every(intervalMs: number, signal: AbortSignal, refine: () => Promise<void>): Promise<void> {
    for (;;) {
      await sleep(this.#deps.clock, intervalMs, signal)
      if (!this.#isOffline()) await refine()
    }
  }

  /** Being offline must not empty the grey list. */
  #isOffline(): boolean {
    const { hosts, settings } = this.#deps
    if (this.#deps.msWithoutPeers() < settings.timeWithNoConnectionsMs) return false
    hosts.registry.freeSuspended()
    return true
  }

  #pickGrey(): string | undefined {
    const { hosts, random } = this.#deps
    return hosts.container.pickAny(random, {
      color: HostColor.Grey,
      accepts: (url) => this.#deps.isDialable(url) && hosts.registry.canMove(url, 'refine'),
    })
  }

  async #refineOneGrey(signal: AbortSignal): Promise<void> {
    const { hosts } = this.#deps
    const url = this.#pickGrey()
    if (url === undefined) return
    await this.#judge(url, signal, () => hosts.removeGrey(url))
  }

  async #refineOldestWhite(signal: AbortSignal): Promise<void> {
    const { hosts } = this.#deps
    const url = hosts.container.oldest(HostColor.White)?.url
    if (url === undefined || !this.#deps.isDialable(url)) return
    await this.#judge(url, signal, () => hosts.greylist(url))
  }

  /** To white when `url` answers; a busy one is left for later. */
  async #judge(url: string, signal: AbortSignal, onFailure: () => void): Promise<void> {
    const { hosts } = this.#deps
    if (!hosts.registry.tryMove(url, 'refine')) return
    try {
      if (await this.#probe(url, signal)) hosts.promoteToWhite(url)
      else onFailure()
    } finally {
      hosts.registry.tryMove(url, 'free')
    }
  }
}
