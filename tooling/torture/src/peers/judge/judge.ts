/** The judge: see judge-process.ts. */
import { Child } from '../child.ts'

export interface JudgeTask {
  readonly seed: number
}

export type JudgeOrder =
  | { readonly want: 'report' }
  /** Listens at so many more addresses. */
  | { readonly want: 'listen'; readonly count: number }
  /** Whether it ends connections of its own accord soon after the version exchange. */
  | { readonly want: 'hang up'; readonly does: boolean }
  /** So often in each of so many lanes, one connection after the other; answered when the last is gone. */
  | { readonly want: 'dial'; readonly url: string; readonly lanes: number; readonly times: number }
  /** Once, until the node ends it; answered at once. */
  | { readonly want: 'hold'; readonly url: string }

/** Since the judge was made. */
export interface JudgeReport {
  /** Where it listens. */
  readonly urls: readonly string[]
  /** Connections that are there. */
  readonly open: number
  /** Connections that did the version exchange, and those that are gone. */
  readonly greeted: number
  readonly ended: number
  readonly frames: number
  readonly chatLines: number
  /** Connections that a node of the reference would have banned for, or closed for a fault. */
  readonly bans: number
  readonly closes: number
  /** The first faults, in words. */
  readonly whys: readonly string[]
}

export class Judge extends Child<JudgeOrder, JudgeReport> {
  constructor(seed: number) {
    const task: JudgeTask = { seed }
    super(new URL('judge-process.ts', import.meta.url), { within: [], task })
  }

  report(): Promise<JudgeReport> {
    return this.ask({ want: 'report' })
  }
}
