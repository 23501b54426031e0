/** Hostile peers in a process of their own: see attack-process.ts. */
import { Child } from './child.ts'
import type { Tally, Target } from './attack.ts'

/** So many attackers of one kind, numbered from `first`. */
export interface Band {
  /** Name of the attack. */
  readonly attack: string
  readonly first: number
  readonly count: number
  /** `Ground.size` of each. */
  readonly size: number
}

export interface AttackTask {
  readonly target: Target
  readonly bands: readonly Band[]
  readonly seed: number
}

/** `begin` is answered when all have done what they do but those that are endless; `end` ends the others; both give what was counted. */
export type AttackOrder = { readonly want: 'ready' | 'begin' | 'end' }

/** By name of the attack. */
export type AttackReport = Readonly<Record<string, Tally>>

export class Attackers extends Child<AttackOrder, AttackReport> {
  /** Ready to begin. */
  static async start(within: readonly string[], task: AttackTask): Promise<Attackers> {
    const attackers = new Attackers(new URL('attack-process.ts', import.meta.url), { within, task })
    try {
      await attackers.ask({ want: 'ready' })
      return attackers
    } catch (error) {
      await attackers[Symbol.asyncDispose]()
      throw error
    }
  }
}
