/** Liars about history, in a process of their own: see liar-process.ts. */
import type { PostPlan } from '@dchat/bench/fill-posts'
import { Child } from '../child.ts'

export interface LiarTask {
  /** By name: one listens for each. */
  readonly lies: readonly string[]
  /** What the honest peer holds and the node lacks. */
  readonly gap: PostPlan
  readonly seed: number
}

export type LiarOrder = { readonly want: 'report' }

export interface LiarReport {
  /** Where each listens, in order. */
  readonly urls: readonly string[]
  /** Questions of the node that each has had, by name: pages, reconciliations, wants. */
  readonly asked: Readonly<Record<string, number>>
}

export class Liars extends Child<LiarOrder, LiarReport> {
  constructor(task: LiarTask) {
    super(new URL('liar-process.ts', import.meta.url), { within: [], task })
  }

  report(): Promise<LiarReport> {
    return this.ask({ want: 'report' })
  }
}
