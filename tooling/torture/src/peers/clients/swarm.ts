/** Clients that never finish: see swarm-process.ts. */
import { Child } from '../child.ts'

export interface SwarmTask {
  /** Of the RPC, on 127.0.0.1. */
  readonly port: number
  readonly count: number
  /** What they send, in turn; nothing follows. */
  readonly beginnings: readonly string[]
}

/** `begin` is answered when all are connected. */
export type SwarmOrder = { readonly want: 'begin' | 'report' }

export interface SwarmReport {
  readonly made: number
  /** Not cut by the daemon yet. */
  readonly open: number
}

export class Swarm extends Child<SwarmOrder, SwarmReport> {
  constructor(task: SwarmTask) {
    super(new URL('swarm-process.ts', import.meta.url), { within: [], task })
  }
}
