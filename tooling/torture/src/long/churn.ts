/** Nodes that leave, by a clean stop or by kill -9, and come back after a while. */
import type { Random } from '@dchat/system'
import type { CrowdNode } from './crowd-node.ts'
import { waited } from './waited.ts'

export interface ChurnOptions {
  /** How long a node is there, and how long away: least and most, each length between as likely. */
  readonly upMs: readonly [number, number]
  readonly awayMs: readonly [number, number]
  /** One of so many is away this many times as long: it has to catch up with more than what is still on its way. */
  readonly longAway: { readonly oneOf: number; readonly times: number }
  /** One of so many leaves by kill -9. */
  readonly killsOneOf: number
  readonly random: Random
}

export class Churn {
  cleanStops = 0
  kills = 0
  readonly #nodes: readonly CrowdNode[]
  readonly #options: ChurnOptions

  constructor(nodes: readonly CrowdNode[], options: ChurnOptions) {
    this.#nodes = nodes
    this.#options = options
  }

  /** Until `signal`: then everybody comes back. @throws {Error} when a node does not start, or does not stop with 0 */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#nodes.map((node) => this.#comeAndGo(node, signal)))
  }

  async #comeAndGo(node: CrowdNode, signal: AbortSignal): Promise<void> {
    const { upMs, awayMs, longAway, killsOneOf, random } = this.#options
    for (;;) {
      await waited(between(random, upMs), signal)
      if (signal.aborted) return
      const isKill = random.int(killsOneOf) === 0
      await node.leave(isKill ? 'SIGKILL' : 'SIGTERM')
      if (isKill) this.kills += 1
      else this.cleanStops += 1
      const times = random.int(longAway.oneOf) === 0 ? longAway.times : 1
      await waited(between(random, awayMs) * times, signal)
      await node.start()
    }
  }
}

function between(random: Random, [least, most]: readonly [number, number]): number {
  return least + random.int(most - least)
}
