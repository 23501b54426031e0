/** Writes host lists and bans to disk: every few minutes, soon after a ban, and when it is told to. */
import { sleep, spawnEvery } from '@dchat/system'
import type { Clock, Logger, TaskScope } from '@dchat/system'
import { LIMITS } from './limits.ts'

export interface HostSaverDeps {
  readonly clock: Clock
  readonly logger: Logger
  /** Writes what has changed. */
  save(): Promise<void>
}

export class HostSaver {
  readonly #deps: HostSaverDeps
  #isDue = false

  constructor(deps: HostSaverDeps) {
    this.#deps = deps
  }

  /** Saves every few minutes, as a task of `tasks`. */
  start(tasks: TaskScope): void {
    spawnEvery(tasks, { clock: this.#deps.clock, intervalMs: LIMITS.HOSTS_SAVE_INTERVAL_MS.value }, () => this.save())
  }

  /** Saves a little later, once for all that changes until then; not when `tasks` stops before. */
  saveSoon(tasks: TaskScope): void {
    if (this.#isDue || tasks.isStopped) return
    this.#isDue = true
    tasks.spawn(async (signal) => {
      try {
        await sleep(this.#deps.clock, LIMITS.HOSTS_SAVE_DELAY_MS.value, signal)
      } finally {
        this.#isDue = false
      }
      await this.save()
    })
  }

  /** Saves now. A failure is logged: a disk that is full must not keep a node from running or stopping. */
  async save(): Promise<void> {
    try {
      await this.#deps.save()
    } catch (error) {
      this.#deps.logger.warn('Host list could not be saved', { error })
    }
  }
}
