/** Has the search index follow the lines: in slices, with rests between them so that storing keeps its speed. */
import type { Clock, Logger, Timer } from '@dchat/system'
import { SEARCH_REST_BUSY, SEARCH_REST_IDLE } from '../limits.ts'
import type { Guard } from '../guard.ts'
import { isDamage } from '../sqlite-error.ts'
import type { SearchIndex } from './search-index.ts'

export interface IndexKeeperDeps {
  readonly clock: Clock
  readonly logger: Logger
  readonly guard: Guard
  readonly index: SearchIndex
}

export class IndexKeeper {
  readonly #deps: IndexKeeperDeps
  #timer: Timer | undefined
  /** Lines were stored since the last slice. */
  #isBusy = false

  constructor(deps: IndexKeeperDeps) {
    this.#deps = deps
  }

  /** Lines were stored: goes on when there is work. */
  wake(): void {
    this.#isBusy = true
    this.#schedule(0)
  }

  /** Takes the damaged index away; it is made anew while searches look through the lines. @throws what SQLite throws */
  startAnew(cause: unknown): void {
    const { index, logger } = this.#deps
    logger.warn('The search index is damaged and is made anew', { error: cause })
    index.reset()
    this.#schedule(0)
  }

  /** Takes the index away as lines are in it that are to leave no trace; it is made anew as after damage. @throws what SQLite throws */
  wipe(): void {
    this.#deps.index.reset()
    this.#schedule(0)
  }

  stop(): void {
    this.#timer?.cancel()
    this.#timer = undefined
  }

  #schedule(restMs: number): void {
    const { clock, guard, index } = this.#deps
    if (this.#timer !== undefined || guard.state !== 'open' || !index.hasWork) return
    this.#timer = clock.setTimer(restMs, () => this.#slice(), { background: true })
  }

  #slice(): void {
    const { clock, logger, guard, index } = this.#deps
    this.#timer = undefined
    const beganMs = clock.monotonicMs()
    try {
      index.slice()
    } catch (cause) {
      if (isDamage(cause)) this.#tryAnew(cause)
      else logger.warn('The search index could not follow; it goes on with the next lines', { error: guard.noteFailure(cause) })
      return
    }
    const rest = this.#isBusy ? SEARCH_REST_BUSY : SEARCH_REST_IDLE
    this.#isBusy = false
    this.#schedule((clock.monotonicMs() - beganMs) * rest)
  }

  #tryAnew(cause: unknown): void {
    const { guard, logger } = this.#deps
    try {
      this.startAnew(cause)
    } catch (error) {
      logger.error('The damaged search index could not be made anew', { error: guard.noteFailure(error) })
    }
  }
}
