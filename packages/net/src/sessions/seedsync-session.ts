/** Asks the seeds for addresses. Source: docs/node.md, *Sessions*, seed. */
import { TaskScope } from '@dchat/system'
import type { Channel } from '../channel.ts'
import { NetError, isNetError } from '../errors.ts'
import { failureReason } from '../failure-reason.ts'
import type { FailureReason } from '../failure-reason.ts'
import { channelProfile } from '../settings.ts'
import { OutcomeLog } from './outcome-log.ts'
import { SessionFlag } from './session-flags.ts'
import { claimHost, connectPeer, stopOnAbort } from './session.ts'
import type { Session, SessionDeps } from './session.ts'

/** What came of the last query of a seed. `atMs`: Unix ms; `hosts`: addresses that it told. */
export type SeedOutcome =
  | { readonly at: 'answered'; readonly atMs: number; readonly hosts: number }
  | { readonly at: 'failed'; readonly atMs: number; readonly reason: FailureReason }

/** What a seed is at; while it is asked again, `before` is what came of the last query. */
export type SeedState =
  | { readonly at: 'unasked' }
  | { readonly at: 'asking'; readonly atMs: number; readonly before: SeedOutcome | undefined }
  | SeedOutcome

/**
 * One slot a seed: connect, version exchange, query, close. Every query ends by itself: after at most
 * outbound_connect_timeout + 2 × channel_handshake_timeout.
 */
export class SeedSyncSession implements Session {
  readonly #deps: SessionDeps
  /** Queries under way, by seed. */
  readonly #queries = new Map<string, Promise<void>>()
  readonly #outcomes: OutcomeLog
  readonly #states = new Map<string, SeedState>()
  #scope: TaskScope | undefined

  constructor(deps: SessionDeps) {
    this.#deps = deps
    this.#outcomes = new OutcomeLog(deps.logger, 'Seed')
  }

  start(): Promise<void> {
    this.#scope = new TaskScope((error) => this.#deps.logger.error('Seed session failed', { error }))
    return Promise.resolve()
  }

  /**
   * Queries all seeds at once and resolves when every query has ended; a query that is under way is joined. Never rejects
   * because of a seed; with no seeds it resolves at once.
   * @throws NetError NET_STOPPED unless the session runs
   */
  async seed(): Promise<void> {
    const scope = this.#scope
    if (scope === undefined || scope.isStopped) throw new NetError('NET_STOPPED', {})
    await Promise.all(this.#deps.settings.seeds.map((url) => this.#queries.get(url) ?? this.#begin(url, scope)))
  }

  /** What became of each seed of the settings, in their order. */
  get states(): (readonly [url: string, state: SeedState])[] {
    return this.#deps.settings.seeds.map((url) => [url, this.#states.get(url) ?? { at: 'unasked' }] as const)
  }

  async stop(): Promise<void> {
    await this.#scope?.stop()
  }

  #begin(url: string, scope: TaskScope): Promise<void> {
    const query = new Promise<void>((resolve) => {
      scope.spawn(async (signal) => {
        try {
          this.#enter(url, { at: 'asking', atMs: this.#deps.clock.nowMs(), before: this.#outcomeOf(url) })
          this.#note(url, await this.#query(url, signal))
        } finally {
          this.#queries.delete(url)
          if (this.#states.get(url)?.at === 'asking') this.#states.delete(url)
          resolve()
        }
      })
    })
    this.#queries.set(url, query)
    return query
  }

  #note(url: string, outcome: number | NetError | undefined): void {
    const atMs = this.#deps.clock.nowMs()
    if (typeof outcome === 'number') this.#enter(url, { at: 'answered', atMs, hosts: outcome })
    else this.#enter(url, { at: 'failed', atMs, reason: failureReason(outcome) })
    this.#outcomes.tell(url, typeof outcome === 'number' ? 'answered' : outcome)
  }

  #outcomeOf(url: string): SeedOutcome | undefined {
    const state = this.#states.get(url)
    if (state === undefined || state.at === 'unasked') return undefined
    return state.at === 'asking' ? state.before : state
  }

  /** Seeds that the settings name no longer are forgotten. */
  #enter(url: string, state: SeedState): void {
    this.#states.set(url, state)
    for (const known of this.#states.keys()) if (!this.#deps.settings.seeds.includes(known)) this.#states.delete(known)
  }

  /** @returns how many addresses it told, or why it did not answer */
  async #query(url: string, signal: AbortSignal): Promise<number | NetError | undefined> {
    const { clock, hosts } = this.#deps
    const startMs = clock.monotonicMs()
    if (!claimHost(url, this.#deps)) {
      return new NetError('NET_HOST_STATE_BLOCKED', { url, from: hosts.registry.stateOf(url), to: 'connect' })
    }
    let channel: Channel
    try {
      channel = await connectPeer({ url, session: SessionFlag.Seed }, signal, this.#deps)
    } catch (error) {
      hosts.registry.tryMove(url, 'free')
      signal.throwIfAborted()
      if (error instanceof NetError) return error
      throw error
    }
    await this.#closedInTime(channel, startMs, signal)
    return isNetError(channel.stopReason, 'NET_CHANNEL_STOPPED') ? channel.toldAddrs : channel.stopReason
  }

  /** Waits for the close; a seed that has used up the time of all its steps is not waited for to close as well. */
  async #closedInTime(channel: Channel, startMs: number, signal: AbortSignal): Promise<void> {
    const { clock, settings } = this.#deps
    const profile = channelProfile(settings, channel.info)
    const timeoutMs = profile.outboundConnectTimeoutMs + 2 * profile.channelHandshakeTimeoutMs
    const timer = clock.setTimer(startMs + timeoutMs - clock.monotonicMs(), () => {
      void channel.drop(new NetError('NET_TIMEOUT', { what: 'query of a seed', timeoutMs }))
    })
    const release = stopOnAbort(channel, signal)
    await channel.closed
    release()
    timer.cancel()
  }
}
