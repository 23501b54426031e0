/**
 * Processor time of this process, all its threads, as stopwatches of workers that are at work at once: each is charged its part.
 * Time when nobody works is charged to nobody; wall time would charge one for what the machine does for the others.
 */

/** Of one worker. */
export interface WorkerWatch {
  /** Begins a piece of work, the next call ends it, and so on. @returns ms since an arbitrary start; those between pieces do not pass */
  readonly read: () => number
  /** What it was charged for the pieces that have ended, in ms. */
  readonly usedMs: number
}

/**
 * A piece that takes longer held a collection of the garbage of all nodes in this process, gigabytes of 1,000, which a node by itself has
 * not: it is charged as so long, and counted. Five times what a try takes.
 */
const PIECE_MAX_MS = 25

export class CpuMeter {
  /** Pieces that were charged less than they took. */
  cut = 0
  #lastMs = cpuMs()
  #sharedMs = 0
  #working = 0

  get isIdle(): boolean {
    return this.#working === 0
  }

  /** Makes the stopwatch of another worker. */
  watch(): WorkerWatch {
    const worker = { isWorking: false, beganMs: 0, usedMs: 0 }
    const read = (): number => {
      this.#charge()
      worker.isWorking = !worker.isWorking
      this.#working += worker.isWorking ? 1 : -1
      if (worker.isWorking) worker.beganMs = this.#sharedMs
      else worker.usedMs += this.#cutShort(this.#sharedMs - worker.beganMs)
      return worker.usedMs
    }
    return {
      read,
      get usedMs() {
        return worker.usedMs
      },
    }
  }

  #cutShort(ms: number): number {
    if (ms <= PIECE_MAX_MS) return ms
    this.cut += 1
    return PIECE_MAX_MS
  }

  #charge(): void {
    const nowMs = cpuMs()
    if (this.#working > 0) this.#sharedMs += (nowMs - this.#lastMs) / this.#working
    this.#lastMs = nowMs
  }
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
