/** Time as a port: everything that waits or reads a clock takes one, so that tests and simulators own time. */

/** A scheduled callback that has not run yet. */
export interface Timer {
  /** Takes the callback back. Calling it again, or after the callback ran, does nothing. */
  cancel(): void
}

/** Wall time, monotonic time and timers. */
export interface Clock {
  /** Unix time in milliseconds, never below 0; may jump when the machine's clock is set. */
  nowMs(): number
  /** Unix time in nanoseconds, as dnet events carry it. */
  nowNs(): bigint
  /** Milliseconds since an arbitrary start; never goes back. Use it for durations and deadlines. */
  monotonicMs(): number
  /**
   * Runs `run` once, `delayMs` from now (negative counts as 0).
   * The timer keeps the process alive until it ran or was cancelled, unless `background` is set.
   */
  setTimer(delayMs: number, run: () => void, options?: { background?: boolean }): Timer
  /** Runs `run` once this turn of the event loop has ended, before any timer that is not due yet. */
  defer(run: () => void): void
}

/** The longest delay Node's timers take; longer ones would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1

/** A clock that lost its battery may stand before 1970; neither the wire nor the files have numbers below zero. */
function sinceEpochMs(): number {
  return Math.max(0, Date.now())
}

/** The machine's own clock. */
export class SystemClock implements Clock {
  nowMs(): number {
    return sinceEpochMs()
  }

  nowNs(): bigint {
    return BigInt(sinceEpochMs()) * 1_000_000n + (process.hrtime.bigint() % 1_000_000n)
  }

  monotonicMs(): number {
    return performance.now()
  }

  setTimer(delayMs: number, run: () => void, options: { background?: boolean } = {}): Timer {
    const timeout = setTimeout(run, Math.min(Math.max(0, delayMs), MAX_TIMER_MS))
    if (options.background === true) timeout.unref()
    return { cancel: () => clearTimeout(timeout) }
  }

  defer(run: () => void): void {
    setImmediate(run)
  }
}

/** Turns of the event loop given to work outside the clock (files, sockets) before and after time is moved. */
const SETTLE_ROUNDS = 8
/** Timers between two such turns while time is moved. */
const TIMERS_PER_TURN = 256
/** How often `runUntil` lets things settle without a timer before it gives up. */
const IDLE_ROUNDS = 50

interface ManualTimer {
  readonly dueMs: number
  readonly order: number
  readonly run: () => void
}

/** What was waited for did not come, in the time of a `ManualClock`. */
class ConditionNotMet extends Error {
  override readonly name = 'ConditionNotMet'

  constructor(limitMs: number) {
    super(`condition not met within ${limitMs} ms of manual time`)
  }
}

/**
 * A clock that stands still until a test moves it. Timers run in order of their due time, those due at the same time
 * in the order they were set. Between two of them all pending promises settle and all deferred work runs: what depends on
 * nothing but the clock runs the same way each time. What waits for files or sockets gets turns of the event loop only
 * before and after time is moved.
 */
export class ManualClock implements Clock {
  #elapsedMs = 0
  #order = 0
  readonly #heap: ManualTimer[] = []
  readonly #queued = new Set<ManualTimer>()
  readonly #cancelled = new Set<ManualTimer>()
  readonly #startMs: number
  #deferred: (() => void)[] = []
  #isTurnAwaited = false
  #timersRun = 0

  /** @param startMs - Unix time in milliseconds at which the clock stands first. */
  constructor(startMs = 1_795_000_000_000) {
    this.#startMs = startMs
  }

  /** Whole, as the machine's clock tells it, where time was moved by parts of a millisecond. */
  nowMs(): number {
    return Math.floor(this.#startMs + this.#elapsedMs)
  }

  /** Simulated Unix time, in nanoseconds. */
  nowNs(): bigint {
    return BigInt(this.nowMs()) * 1_000_000n
  }

  /** Simulated time since the clock was made, in milliseconds. */
  monotonicMs(): number {
    return this.#elapsedMs
  }

  /** How many timers wait to run: 0 once everything under test has stopped. */
  get pendingTimers(): number {
    return this.#heap.length - this.#cancelled.size
  }

  /** Runs `run` when time was moved that far. */
  setTimer(delayMs: number, run: () => void): Timer {
    const timer: ManualTimer = { dueMs: this.#elapsedMs + Math.max(0, delayMs), order: this.#order++, run }
    this.#push(timer)
    return {
      cancel: () => {
        if (this.#queued.has(timer)) this.#cancelled.add(timer)
      },
    }
  }

  /** Runs `run` before time is moved on. */
  defer(run: () => void): void {
    this.#deferred.push(run)
    if (this.#isTurnAwaited) return
    this.#isTurnAwaited = true
    // While nobody moves time (a test waits for a socket), the end of the real turn has to do.
    setImmediate(() => {
      this.#isTurnAwaited = false
      const deferred = this.#deferred
      this.#deferred = []
      for (const each of deferred) each()
    })
  }

  /** Moves time forward by `ms`, running what falls due. Resolves when what it started has settled too. */
  async advance(ms: number): Promise<void> {
    const target = this.#elapsedMs + ms
    await this.#settle()
    while (await this.#runNext(target));
    this.#elapsedMs = target
    await this.#settle()
  }

  /**
   * Moves time timer by timer until `isDone` holds.
   * @throws ConditionNotMet when no timer is left or `limitMs` of simulated time have passed before that.
   */
  async runUntil(isDone: () => boolean, limitMs = 3_600_000): Promise<void> {
    const end = this.#elapsedMs + limitMs
    let idleRounds = 0
    await this.#settle()
    while (!isDone()) {
      if (await this.#runNext(end)) {
        idleRounds = 0
        continue
      }
      idleRounds += 1
      if (idleRounds > IDLE_ROUNDS) throw new ConditionNotMet(limitMs)
      await this.#settle()
    }
  }

  /** Runs the next timer and what follows from it. @returns whether one was due until `endMs` */
  async #runNext(endMs: number): Promise<boolean> {
    const next = this.#peek()
    if (next === undefined || next.dueMs > endMs) return false
    this.#pop()
    this.#elapsedMs = Math.max(this.#elapsedMs, next.dueMs)
    next.run()
    await this.#drain()
    this.#timersRun += 1
    if (this.#timersRun % TIMERS_PER_TURN === 0) await nextTurn()
    return true
  }

  /** Lets everything run that is ready, also outside the clock. */
  async #settle(): Promise<void> {
    for (let round = 0; round < SETTLE_ROUNDS; round += 1) {
      await this.#drain()
      await nextTurn()
    }
    await this.#drain()
  }

  /** Runs pending promise callbacks and deferred work until there is neither. */
  async #drain(): Promise<void> {
    await promisesSettled()
    while (this.#deferred.length > 0) {
      const deferred = this.#deferred
      this.#deferred = []
      for (const run of deferred) {
        run()
        await promisesSettled()
      }
    }
  }

  #peek(): ManualTimer | undefined {
    for (;;) {
      const first = this.#heap[0]
      if (first === undefined || !this.#cancelled.has(first)) return first
      this.#pop()
      this.#cancelled.delete(first)
    }
  }

  #push(timer: ManualTimer): void {
    const heap = this.#heap
    this.#queued.add(timer)
    let index = heap.push(timer) - 1
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (!isBefore(timer, heap[parent]!)) break
      heap[index] = heap[parent]!
      index = parent
    }
    heap[index] = timer
  }

  #pop(): void {
    const heap = this.#heap
    const first = heap[0]
    if (first !== undefined) this.#queued.delete(first)
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    let index = 0
    for (;;) {
      let child = 2 * index + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1
      if (!isBefore(heap[child]!, last)) break
      heap[index] = heap[child]!
      index = child
    }
    heap[index] = last
  }
}

function isBefore(a: ManualTimer, b: ManualTimer): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order)
}

/** Resolves when no promise callback is pending: Node runs `nextTick` callbacks each time that queue is empty. */
async function promisesSettled(): Promise<void> {
  await Promise.resolve()
  await new Promise<void>((resolve) => process.nextTick(resolve))
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/**
 * Resolves after `ms`.
 * @throws the signal's reason, as soon as `signal` aborts; the timer is taken back.
 */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(signal.reason as Error)
      return
    }
    const onAbort = (): void => {
      timer.cancel()
      reject(signal!.reason as Error)
    }
    const timer = clock.setTimer(ms, () => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    })
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}
