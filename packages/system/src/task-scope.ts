/** Owns background work: one signal ends all of it, and nothing floats. */

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
  readonly #onFailure: (error: unknown) => void

  /** @param onFailure told of each task that failed for another reason than the scope's own end. */
  constructor(onFailure: (error: unknown) => void) {
    this.#onFailure = onFailure
  }

  /** Aborts when the scope stops. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

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

  async #run(task: (signal: AbortSignal) => Promise<void>): Promise<void> {
    try {
      await task(this.signal)
    } catch (error) {
      if (!this.isStopped) this.#onFailure(error)
    }
  }

  /** Ends all tasks and waits for them; tasks that are spawned while it waits do not start. */
  async stop(): Promise<void> {
    if (!this.isStopped) this.#controller.abort(new ScopeStopped())
    while (this.#tasks.size > 0) await Promise.all(this.#tasks)
  }
}
