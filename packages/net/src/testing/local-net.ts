/** Nodes on one memory network and one manual clock. */
import { ManualClock, MemoryLogger, SeededRandom } from '@dchat/system'
import type { P2p } from '../p2p.ts'
import type { Settings } from '../settings.ts'
import { MemoryNetwork } from '../transports/memory.ts'
import type { MemoryNetworkOptions } from '../transports/memory.ts'
import { SEED_SETTINGS, makeNode, publicUrl } from './memory-node.ts'
import type { NodeOptions } from './memory-node.ts'

/** One node of a LocalNet. */
export interface LocalNode {
  /** The node. */
  readonly p2p: P2p
  /** What it has said. */
  readonly logger: MemoryLogger
  /** Its address, whether it listens there or not. */
  readonly url: string
  /** Settles when `run()` has ended. */
  running: Promise<void>
}

/** What a LocalNet is like. */
export interface LocalNetOptions extends Omit<MemoryNetworkOptions, 'clock'> {
  /** Makes the run repeatable. @default 1 */
  readonly seed?: number
}

/** A few nodes on one memory network and one manual clock. Adds them one by one; `await using` stops them all. */
export class LocalNet implements AsyncDisposable {
  /** Stands still unless a test, or the methods here, move it. */
  readonly clock: ManualClock = new ManualClock()
  /** What the nodes dial each other on. */
  readonly network: MemoryNetwork
  /** In the order they were added. */
  readonly nodes: LocalNode[] = []
  readonly #seed: number

  constructor(options: LocalNetOptions = {}) {
    this.network = new MemoryNetwork({ ...options, clock: this.clock })
    this.#seed = options.seed ?? 1
  }

  /** The address the node number `index` (from 0) has. Public addresses, each in a network group of its own. */
  urlOf(index: number): string {
    return publicUrl(index)
  }

  /** Makes a node that listens at its address and says so; settings override that. */
  add(settings: Partial<Settings> = {}, options: NodeOptions = {}): LocalNode {
    const index = this.nodes.length
    const url = this.urlOf(index)
    const logger = new MemoryLogger()
    const random = new SeededRandom(this.#seed * 65_537 + index)
    const p2p = makeNode({ ...options, url, random, logger }, settings, this)
    const node: LocalNode = { p2p, logger, url, running: Promise.resolve() }
    this.nodes.push(node)
    return node
  }

  /** A node that only answers: no outbound slots, relaxed, as a seed is. */
  addSeed(settings: Partial<Settings> = {}, options: NodeOptions = {}): LocalNode {
    return this.add({ ...SEED_SETTINGS, ...settings }, options)
  }

  /** Starts and runs a node; resolves once it runs. */
  async run(node: LocalNode): Promise<void> {
    const started = node.p2p.start()
    await this.settle(started)
    node.running = node.p2p.run()
    node.running.catch(() => {})
    await this.clock.runUntil(() => node.p2p.state === 'run' || node.p2p.state === 'stopped')
  }

  /** Moves time until `work` has settled. */
  async settle<T>(work: Promise<T>): Promise<T> {
    let isSettled = false
    const done = (): void => {
      isSettled = true
    }
    work.then(done, done)
    await this.clock.advance(0)
    if (!isSettled) await this.clock.runUntil(() => isSettled)
    return work
  }

  /** Stops every node. Resolves when all are down. */
  async stop(): Promise<void> {
    for (const node of this.nodes) await this.settle(node.p2p.stop())
  }

  /** As `stop`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }
}
