/** Reads, again and again, what daemons of a crowd say of themselves: a row of readings for each of their lives. */
import { HeapWatch } from '@dchat/e2e'
import type { Crowd } from './crowd.ts'
import type { Reading } from './growth.ts'
import { readVitals } from './vitals.ts'
import type { Vitals } from './vitals.ts'
import { waited } from './waited.ts'

export interface SoakWatchOptions {
  /** Between two readings of a daemon. */
  readonly everyMs: number
  /** Between two looks into heaps. */
  readonly heapEveryMs: number
  /** What is read before counts for nothing: caches fill, code is compiled. */
  readonly warmUpMs: number
}

/** One life of one daemon. */
export interface Life {
  readonly name: string
  readonly kind: 'seed' | 'stays' | 'watched' | 'comes'
  readonly vitals: Vitals[]
}

/** A daemon may leave while it is asked. */
interface Subject {
  readonly kind: Life['kind']
  readonly name: string
  readonly isUp: () => boolean
  readonly read: () => Promise<Vitals>
}

export class SoakWatch {
  readonly lives: Map<string, Life> = new Map()
  /** Live bytes, by the name of the life. */
  readonly heaps: Map<string, Reading[]> = new Map()
  readonly #crowd: Crowd
  readonly #options: SoakWatchOptions
  readonly #startMs = performance.now()

  constructor(crowd: Crowd, options: SoakWatchOptions) {
    this.#crowd = crowd
    this.#options = options
  }

  /** Whether a reading of this moment counts. */
  isWarm(atMs: number = performance.now()): boolean {
    return atMs - this.#startMs >= this.#options.warmUpMs
  }

  /** Until `signal`. @throws {Error} when a daemon that is there does not answer */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([this.#readOften(signal), this.#lookOften(signal)])
  }

  /** One more reading of everybody who is there. */
  async read(): Promise<void> {
    for (const { kind, name, isUp, read } of this.#subjects()) {
      const life = this.lives.get(name) ?? { name, kind, vitals: [] }
      this.lives.set(name, life)
      try {
        life.vitals.push(await read())
      } catch (error) {
        if (isUp()) throw error
      }
    }
  }

  /** One more look into the heap of each daemon that lets one. */
  async look(): Promise<void> {
    for (const { node, isWatched, number } of this.#crowd.nodes) {
      if (!isWatched) continue
      await using heap = await HeapWatch.open(node.program.stderr)
      const readings = this.heaps.get(`node ${number}`) ?? []
      this.heaps.set(`node ${number}`, readings)
      readings.push([performance.now(), await heap.liveBytes()])
    }
  }

  async #readOften(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.read()
      await waited(this.#options.everyMs, signal)
    }
  }

  async #lookOften(signal: AbortSignal): Promise<void> {
    await waited(this.#options.warmUpMs, signal)
    while (!signal.aborted) {
      await this.look()
      await waited(this.#options.heapEveryMs, signal)
    }
  }

  #subjects(): Subject[] {
    const seeds = this.#crowd.seeds.map((seed, index): Subject => {
      return { kind: 'seed', name: `seed ${index}`, isUp: () => true, read: () => readVitals(seed) }
    })
    const nodes = this.#crowd.present.map((each): Subject => {
      const { number, starts, stays, isWatched, node } = each
      const kind = isWatched ? 'watched' : stays ? 'stays' : 'comes'
      const name = stays ? `node ${number}` : `node ${number}, life ${starts}`
      return { kind, name, isUp: () => each.isUp && each.starts === starts, read: () => readVitals(node) }
    })
    return [...seeds, ...nodes]
  }
}
