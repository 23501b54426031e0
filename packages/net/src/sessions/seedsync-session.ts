/** Asks the seeds for addresses. Source: docs/node.md, *Sessions*, seed. */
import { TaskScope } from '@dchat/system'
import { isNetError } from '../errors.ts'
import { SessionFlag } from './session-flags.ts'
import { connectPeer, stopOnAbort } from './session.ts'
import type { SessionDeps } from './session.ts'

/** How one seed query ended. */
export type SeedOutcome = 'answered' | 'failed'

/**
 * One slot a seed: connect, version exchange, query, close. Every query ends by itself: after at most
 * outbound_connect_timeout + 2 × channel_handshake_timeout.
 */
export class SeedSyncSession {
  readonly #deps: SessionDeps
  #scope: TaskScope | undefined

  constructor(deps: SessionDeps) {
    this.#deps = deps
  }

  /**
   * Queries all seeds at once and resolves when every query has ended; a seed that is being queried already is not
   * queried twice. Never rejects because of a seed; with no seeds it resolves at once.
   */
  async seed(): Promise<void> {
    const { settings, logger } = this.#deps
    const scope = (this.#scope ??= new TaskScope((error) => logger.error('Seed session failed', { error })))
    const queries = settings.seeds.map((url) => {
      return new Promise<void>((resolve) => {
        scope.spawn(async (signal) => {
          try {
            const outcome = await this.#query(url, signal)
            logger.info('Seed query ended', { outcome })
          } finally {
            resolve()
          }
        })
        if (scope.isStopped) resolve()
      })
    })
    await Promise.all(queries)
  }

  async stop(): Promise<void> {
    const scope = this.#scope
    this.#scope = undefined
    await scope?.stop()
  }

  async #query(url: string, signal: AbortSignal): Promise<SeedOutcome> {
    const { hosts, logger } = this.#deps
    if (!hosts.registry.tryMove(url, 'connect')) return 'failed'
    try {
      const channel = await connectPeer({ url, session: SessionFlag.Seed }, signal, this.#deps)
      const release = stopOnAbort(channel, signal)
      await channel.closed
      release()
      if (isNetError(channel.stopReason, 'NET_CHANNEL_STOPPED')) return 'answered'
      logger.debug('Seed did not answer', { url, error: channel.stopReason })
      return 'failed'
    } catch (error) {
      logger.debug('Seed could not be queried', { url, error })
      hosts.registry.tryMove(url, 'free')
      return 'failed'
    }
  }
}
