/** A host of a simulation that runs a node: it may leave, or die, and come back with what it had saved. */
import { parseUrl } from '@dchat/serial'
import { SeededRandom } from '@dchat/system'
import type { Logger } from '@dchat/system'
import { isNetError } from '../errors.ts'
import type { P2p } from '../p2p.ts'
import type { Settings } from '../settings.ts'
import { restoreSnapshot, takeSnapshot } from './host-snapshot.ts'
import type { HostSnapshot } from './host-snapshot.ts'
import type { LinkConditions } from './link-conditions.ts'
import { makeNode } from './memory-node.ts'
import type { MemoryWorld, NodeOptions } from './memory-node.ts'

export interface SimulatedNodeDeps extends MemoryWorld {
  readonly conditions: LinkConditions
  readonly logger: Logger
  /** The node came up or went down. */
  onChange(node: SimulatedNode, change: 'up' | 'down' | 'dead'): void
  /** The node failed where it should not. */
  onFailure(node: SimulatedNode, error: unknown): void
}

export interface SimulatedNodeOptions extends NodeOptions {
  readonly url: string
  /** Of the node's own random numbers; each start draws others. */
  readonly seed: number
  readonly settings: Partial<Settings>
}

/** How many starts of one node have random numbers of their own. */
const MAX_STARTS = 65_537

/** A host of a simulation that runs a node: it may leave, or die, and come back with what it had saved. */
export class SimulatedNode {
  /** Where it listens. */
  readonly url: string
  /** The host of `url`. */
  readonly host: string
  readonly #options: SimulatedNodeOptions
  readonly #deps: SimulatedNodeDeps
  #p2p: P2p | undefined
  #saved: HostSnapshot | undefined
  #starts = 0
  #leaving: Promise<void> = Promise.resolve()

  /** @internal */
  constructor(options: SimulatedNodeOptions, deps: SimulatedNodeDeps) {
    this.url = options.url
    this.host = parseUrl(options.url).host!
    this.#options = options
    this.#deps = deps
  }

  /** The running node; undefined while the host is down. */
  get p2p(): P2p | undefined {
    return this.#p2p
  }

  /** How often it was started. */
  get starts(): number {
    return this.#starts
  }

  /** Brings the host up, with the lists and bans it had; in the background, once it is down. Does nothing while it is up. */
  start(): void {
    if (this.#p2p !== undefined) return
    const { settings, seed, ...own } = this.#options
    const random = new SeededRandom(seed * MAX_STARTS + (this.#starts % MAX_STARTS))
    const p2p = makeNode({ ...own, random, logger: this.#deps.logger }, settings, this.#deps)
    this.#p2p = p2p
    this.#starts += 1
    if (this.#saved !== undefined) restoreSnapshot(this.#saved, p2p)
    void this.#run(p2p)
  }

  async #run(p2p: P2p): Promise<void> {
    await this.#leaving
    if (this.#p2p !== p2p) return
    this.#deps.conditions.setGone(this.host, false)
    this.#deps.onChange(this, 'up')
    try {
      await p2p.start()
      await p2p.run()
    } catch (error) {
      if (!isNetError(error, 'NET_STOPPED')) this.#deps.onFailure(this, error)
    }
  }

  /** Stops the node as its user does. Resolves when all is down. */
  leave(): Promise<void> {
    return this.#end('down')
  }

  /** The host loses power: nobody is told, and it comes back with the lists of this moment. */
  die(): Promise<void> {
    return this.#end('dead')
  }

  #end(change: 'down' | 'dead'): Promise<void> {
    const p2p = this.#p2p
    if (p2p === undefined) return this.#leaving
    this.#p2p = undefined
    this.#saved = takeSnapshot(p2p)
    if (change === 'dead') this.#deps.conditions.setGone(this.host, true)
    this.#deps.onChange(this, change)
    this.#leaving = both(this.#leaving, p2p.stop())
    return this.#leaving
  }
}

async function both(first: Promise<void>, second: Promise<void>): Promise<void> {
  await Promise.all([first, second])
}
