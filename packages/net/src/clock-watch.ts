/** Says in the log when this computer's clock goes wrong, and when it is right again. Facts: docs/node.md, *The clock*. */
import { spawnEvery } from '@dchat/system'
import type { Clock, Logger, TaskScope } from '@dchat/system'
import { LIMITS } from './limits.ts'

export interface ClockWatchDeps {
  readonly clock: Clock
  readonly logger: Logger
  /** As `clockAheadMs`. */
  aheadMs(): number | undefined
}

/** Whether a clock that is so far ahead, or behind, is wrong. Undefined is not known to be. */
export function isClockOff(aheadMs: number | undefined): boolean {
  return aheadMs !== undefined && Math.abs(aheadMs) > LIMITS.CLOCK_OFF_MS.value
}

export class ClockWatch {
  readonly #deps: ClockWatchDeps
  #isOff = false

  constructor(deps: ClockWatchDeps) {
    this.#deps = deps
  }

  /** Looks now and then, as a task of `tasks`: a clock may be set while no peer comes or goes. */
  start(tasks: TaskScope): void {
    spawnEvery(tasks, { clock: this.#deps.clock, intervalMs: LIMITS.CLOCK_LOOK_MS.value }, () => this.look())
  }

  look(): void {
    const aheadMs = this.#deps.aheadMs()
    // Peers that went do not make a wrong clock right.
    if (aheadMs === undefined || isClockOff(aheadMs) === this.#isOff) return
    this.#isOff = !this.#isOff
    const fields = { aheadS: Math.round(aheadMs / 1000) }
    if (this.#isOff)
      this.#deps.logger.warn('The clock of this computer is off those of its peers: they may refuse its posts', fields)
    else this.#deps.logger.info('The clock of this computer is right again', fields)
  }
}
