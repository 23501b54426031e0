/** Owns background work: one signal ends all of it, and nothing floats. */

import type { Clock, Timer } from './clock.ts'

/** Thrown into the waits of a scope that stops; tasks let it pass. */
export class ScopeStopped extends Error {
  override readonly name = 'ScopeStopped'
  constructor() {
    super('scope stopped')
  }
}

/** A group of tasks that end together. A stopped scope takes no new work. */
export class TaskScope {
  readonly #controller = new AbortController()
  readonly #tasks = new Set<Promise<void>>()
  readonly #timers = new Set<Timer>()
  readonly #onFailure: (error: unknown) => void

  /** @param onFailure - told of each task that failed for another reason than the scope's own end. */
  constructor(onFailure: (error: unknown) => void) {
    this.#onFailure = onFailure
  }

  /** Aborts when the scope stops. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Whether it has stopped, or is stopping. */
  get isStopped(): boolean {
    return this.#controller.signal.aborted
  }

  /** How many tasks have not ended. */
  get size(): number {
    return this.#tasks.size
  }

  /** Runs `task` in the background. Does nothing once the scope is stopped. */
  spawn(task: (signal: AbortSignal) => Promise<void>): void {
    if (this.isStopped) return
    const running = this.#run(task)
    this.#tasks.add(running)
    void running.then(() => this.#tasks.delete(running))
  }

  /**
   * Runs `task` in the background, `delayMs` from now; not when the scope stops before. Costs a timer alone until then, where
   * a task that sleeps holds its whole state.
   * @returns the timer, to take it back
   */
  spawnAfter(clock: Clock, delayMs: number, task: (signal: AbortSignal) => Promise<void>): Timer {
    if (this.isStopped) return { cancel: () => {} }
    const timer = clock.setTimer(delayMs, () => {
      this.#timers.delete(timer)
      this.spawn(task)
    })
    this.#timers.add(timer)
    return {
      cancel: () => {
        this.#timers.delete(timer)
        timer.cancel()
      },
    }
  }

  async #run(task: (signal: AbortSignal) => Promise<void>): Promise<void> {
    try {
      await task(this.signal)
    } catch (error) {
      if (!this.isStopped) this.#onFailure(error)
    }
  }

  /**
   * Ends all tasks and waits for them; tasks that are spawned while it waits do not start.
   * @param reason - what comes out of their waits; of several calls the first counts. @default a ScopeStopped
   */
  async stop(reason?: Error): Promise<void> {
    if (!this.isStopped) {
      for (const timer of this.#timers) timer.cancel()
      this.#timers.clear()
      this.#controller.abort(reason ?? new ScopeStopped())
    }
    while (this.#tasks.size > 0) await Promise.all(this.#tasks)
  }
}
