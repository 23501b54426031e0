/** Channels that are read by a resource manager, and clocks that say what reading takes. */
import { ManualClock } from '@dchat/system'
import type { NetError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import type { ChannelLoad } from './channel-load.ts'
import { ResourceManager } from './resource-manager.ts'

/** A channel whose peer sends whenever it is read: each read takes so much work and brings so many bytes. */
export class Reader {
  readonly info: { readonly id: number }
  readonly load: ChannelLoad
  sentBytes = 0
  holds = 0
  stopReason: NetError | undefined
  /** Work in milliseconds and bytes of a read. */
  read: { workMs: number; bytes: number }
  /** Time that this one was read, and work done. */
  workMs = 0
  heldTicks = 0
  readonly #world: Pick<World, 'manager' | 'work'>

  constructor(world: Pick<World, 'manager' | 'work'>, id: number, read: { workMs: number; bytes: number }) {
    this.info = { id }
    this.#world = world
    this.read = read
    this.load = world.manager.track(this)
  }

  hold(): void {
    this.holds += 1
  }

  release(): void {
    this.holds -= 1
  }

  stop(reason: NetError): void {
    this.stopReason = reason
    this.#world.manager.close(this.load)
  }

  /** One read, if it may be read. @returns the work done */
  tryRead(): number {
    if (this.holds > 0 || this.stopReason !== undefined) return 0
    this.#world.manager.beforeRead(this.load, this.read.bytes)
    if (this.holds > 0) return 0
    const beganMs = this.#world.manager.begin()
    this.#world.work(this.read.workMs)
    this.#world.manager.end(this.load, beganMs, this.read.bytes)
    this.workMs += this.read.workMs
    return this.read.workMs
  }

  get isThrottled(): boolean {
    return this.load.throttle !== undefined
  }
}

/** A thread: work takes time at once, and the timers follow at the end of each turn. */
export class World {
  readonly clock = new ManualClock()
  readonly manager: ResourceManager
  readonly readers: Reader[] = []
  #workedUntilMs = 0

  constructor() {
    const { clock } = this
    this.manager = new ResourceManager({
      clock: {
        nowMs: () => clock.nowMs(),
        nowNs: () => clock.nowNs(),
        monotonicMs: () => this.nowMs,
        setTimer: (delayMs, run) => clock.setTimer(this.nowMs - clock.monotonicMs() + delayMs, run),
        defer: (run) => clock.defer(run),
      },
    })
  }

  get nowMs(): number {
    return Math.max(this.#workedUntilMs, this.clock.monotonicMs())
  }

  work(ms: number): void {
    this.#workedUntilMs = this.nowMs + ms
  }

  add(workMs: number, bytes: number): Reader {
    const reader = new Reader(this, this.readers.length, { workMs, bytes })
    this.readers.push(reader)
    return reader
  }

  /**
   * One turn of the event loop: each gets up to 32 reads, as libuv does. @returns how long the turn took
   * @param active - who has something to read. @default all
   */
  async turn(active: readonly Reader[] = this.readers): Promise<number> {
    let tookMs = 0
    for (const reader of active) {
      for (let count = 0; count < 32; count += 1) tookMs += reader.tryRead()
    }
    await this.clock.advance(Math.max(tookMs, 0.5))
    return tookMs
  }

  async run(ms: number, active?: readonly Reader[]): Promise<void> {
    const endMs = this.clock.monotonicMs() + ms
    while (this.clock.monotonicMs() < endMs) if ((await this.turn(active)) === 0) await this.clock.advance(50)
  }
}

/**
 * As `World`, whose deferred work runs once a turn, as that of an event loop does; each channel has one read in it. Where nothing is
 * left to do, the next turn begins when a timer is due.
 */
export class SteppedWorld {
  readonly manager: ResourceManager
  readonly #readers: Reader[] = []
  #deferred: (() => void)[] = []
  #timers: { readonly dueMs: number; readonly run: () => void }[] = []
  #nowMs = 0

  constructor() {
    this.manager = new ResourceManager({
      clock: {
        nowMs: () => this.#nowMs,
        nowNs: () => BigInt(Math.floor(this.#nowMs * 1e6)),
        monotonicMs: () => this.#nowMs,
        setTimer: (delayMs, run) => {
          const timer = { dueMs: this.#nowMs + delayMs, run }
          this.#timers.push(timer)
          return { cancel: () => void (this.#timers = this.#timers.filter((each) => each !== timer)) }
        },
        defer: (run) => void this.#deferred.push(run),
      },
    })
  }

  get nowMs(): number {
    return this.#nowMs
  }

  get pendingTimers(): number {
    return this.#timers.length
  }

  work(ms: number): void {
    this.#nowMs += ms
  }

  /** Runs `run` once in the next turn, as channels and handlers do what they put off. */
  defer(run: () => void): void {
    this.#deferred.push(run)
  }

  add(workMs: number, bytes: number): Reader {
    const reader = new Reader(this, this.#readers.length, { workMs, bytes })
    this.#readers.push(reader)
    return reader
  }

  /** So many that press. */
  crowd(count: number, readMs = 1): Reader[] {
    const readers = Array.from({ length: count }, () => this.add(readMs, 65_536))
    for (const endMs = this.#nowMs + LIMITS.LOAD_HALF_LIFE_MS.value; this.#nowMs < endMs;) this.step()
    return readers
  }

  /** @returns how much work was done; the time may have gone on by more, see above */
  step(): number {
    const dueMs = Math.min(...this.#timers.map((timer) => timer.dueMs))
    if (this.#deferred.length === 0 && dueMs < Infinity) this.#nowMs = Math.max(this.#nowMs, dueMs)
    const beganMs = this.#nowMs
    for (const run of this.#deferred.splice(0)) run()
    for (const timer of this.#timers.filter(({ dueMs }) => dueMs <= beganMs)) {
      this.#timers.splice(this.#timers.indexOf(timer), 1)
      timer.run()
    }
    for (const reader of this.#readers) reader.tryRead()
    return this.#nowMs - beganMs
  }
}

export const TURN = LIMITS.TURN_WORK_MS.value
