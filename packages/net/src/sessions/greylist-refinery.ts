/** Judges grey hosts, and on a seed white ones, by a version exchange. Source: docs/node.md, *Sessions*, refine, and *Lilith's configuration*. */
import { TaskScope } from '@dchat/system'
import type { Channel } from '../channel.ts'
import { isNetError } from '../errors.ts'
import { HostColor } from '../hosts/host-color.ts'
import { SessionFlag } from './session-flags.ts'
import { connectPeer } from './session.ts'
import type { Session, SessionDeps } from './session.ts'
import { WakeUp } from './wake-up.ts'

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
  readonly #reloads: readonly WakeUp[] = [new WakeUp(), new WakeUp()]
  #scope: TaskScope | undefined

  constructor(deps: GreylistRefineryDeps) {
    this.#deps = deps
  }

  start(): Promise<void> {
    const scope = new TaskScope((error) => this.#deps.logger.error('Greylist refinery failed', { error }))
    this.#scope = scope
    const { settings } = this.#deps
    const [greyReload, whiteReload] = this.#reloads as [WakeUp, WakeUp]
    const grey = { reload: greyReload, intervalMs: () => settings.greylistRefineryIntervalMs }
    const white = { reload: whiteReload, intervalMs: () => settings.whitelistRefineryIntervalMs }
    scope.spawn((signal) => this.#every(grey, signal, () => this.#refineOneGrey(signal)))
    scope.spawn((signal) => this.#every(white, signal, () => this.#refineOldestWhite(signal)))
    return Promise.resolve()
  }

  /** Counts the intervals anew, as they are set now. */
  reload(): void {
    for (const reload of this.#reloads) reload.wake()
  }

  async stop(): Promise<void> {
    await this.#scope?.stop()
  }

  /** Tries whether `url` answers a version exchange, and files the host by that; leaves it where that cannot be found out. */
  async #probe(url: string, signal: AbortSignal, onFailure: () => void): Promise<void> {
    const { hosts, logger } = this.#deps
    let channel: Channel
    try {
      channel = await connectPeer({ url, session: SessionFlag.Refine }, signal, this.#deps)
    } catch (error) {
      signal.throwIfAborted()
      logger.debug('Host did not answer a probe', { url, error })
      if (!isNetError(error, 'NET_PROXY_UNREACHABLE')) onFailure()
      return
    }
    hosts.promoteToWhite(url)
    await channel.stop()
  }

  async #every(
    { reload, intervalMs }: { reload: WakeUp; intervalMs: () => number | undefined },
    signal: AbortSignal,
    refine: () => Promise<void>,
  ): Promise<void> {
    for (;;) {
      const ms = intervalMs()
      if (ms === undefined) await reload.wait(signal)
      else if (!(await reload.waitWithin(ms, this.#deps.clock, signal)) && !this.#isOffline()) await refine()
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

  /** To white when `url` answers; a busy one is left for later, and so is one behind a proxy of ours that is down. */
  async #judge(url: string, signal: AbortSignal, onFailure: () => void): Promise<void> {
    const { hosts } = this.#deps
    if (!hosts.registry.tryMove(url, 'refine')) return
    try {
      await this.#probe(url, signal, onFailure)
    } finally {
      // After a success its channel has freed the host, and somebody else may work on it by now.
      if (hosts.registry.stateOf(url) === 'refine') hosts.registry.move(url, 'free')
    }
  }
}
