/** Judges grey hosts by a version exchange. Source: docs/node.md, *Sessions*, refine. */
import { TaskScope, sleep } from '@dchat/system'
import { HostColor } from '../hosts/host-color.ts'
import { SessionFlag } from './session-flags.ts'
import { registerChannel } from './session.ts'
import type { Session, SessionDeps } from './session.ts'

export interface GreylistRefineryDeps extends SessionDeps {
  /** Milliseconds since the node last had a peer; 0 while it has one. */
  msWithoutPeers(): number
  isDialable(url: string): boolean
}

/** Every interval one random grey host is tried: white when it answers, removed when not. */
export class GreylistRefinery implements Session {
  readonly #deps: GreylistRefineryDeps
  #scope: TaskScope | undefined

  constructor(deps: GreylistRefineryDeps) {
    this.#deps = deps
  }

  start(): Promise<void> {
    const scope = new TaskScope((error) => this.#deps.logger.error('Greylist refinery failed', { error }))
    this.#scope = scope
    scope.spawn((signal) => this.#run(signal))
    return Promise.resolve()
  }

  async stop(): Promise<void> {
    await this.#scope?.stop()
  }

  /** Tries whether `url` answers a version exchange. The host must be in a state that allows it. */
  async probe(url: string, signal: AbortSignal): Promise<boolean> {
    const { connector, logger } = this.#deps
    try {
      const channel = await connector.connect(url, SessionFlag.Refine, signal)
      const onAbort = (): void => void channel.stop()
      signal.addEventListener('abort', onAbort, { once: true })
      try {
        await registerChannel(channel, this.#deps)
      } finally {
        signal.removeEventListener('abort', onAbort)
      }
      await channel.stop()
      return true
    } catch (error) {
      signal.throwIfAborted()
      logger.debug('Grey host did not answer', { url, error })
      return false
    }
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { clock, settings } = this.#deps
    for (;;) {
      await sleep(clock, settings.greylistRefineryIntervalMs, signal)
      if (this.#isOffline()) continue
      await this.#refineOne(signal)
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

  async #refineOne(signal: AbortSignal): Promise<void> {
    const { hosts } = this.#deps
    const url = this.#pickGrey()
    if (url === undefined || !hosts.registry.tryMove(url, 'refine')) return
    try {
      if (await this.probe(url, signal)) hosts.promoteToWhite(url)
      else hosts.removeGrey(url)
    } finally {
      hosts.registry.tryMove(url, 'free')
    }
  }
}
