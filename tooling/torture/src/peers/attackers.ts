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

/** `begin` is answered when all attackers have done what they do; `end` ends those that have not; both give what was counted. */
export type AttackOrder = { readonly want: 'begin' | 'end' }

/** By name of the attack. */
export type AttackReport = Readonly<Record<string, Tally>>

export class Attackers extends Child<AttackOrder, AttackReport> {
  constructor(within: readonly string[], task: AttackTask) {
    super(new URL('attack-process.ts', import.meta.url), { within, task })
  }
}
