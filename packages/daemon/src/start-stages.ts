/** Stages of a start, each named in the debug log as it begins. Which there are each daemon says itself; docs/operations.md lists them. */
import type { Logger, Publisher } from '@dchat/system'
import type { P2pEvents, P2pState } from '@dchat/net'

/** Those of a node, in their order. */
export const NODE_STAGES = ['seeds', 'sessions', 'run'] as const
export type NodeStage = (typeof NODE_STAGES)[number]

const BY_STATE: ReadonlyMap<P2pState, NodeStage> = new Map([
  ['start', 'seeds'],
  ['started', 'sessions'],
  ['run', 'run'],
])

/** Says in the log that `stage` begins. */
export function enterStage(logger: Logger, stage: string): void {
  logger.debug('Start', { stage })
}

/** Has the log name the stages of a node, which starts by itself once the RPC answers. */
export function followNodeStages(logger: Logger, events: Publisher<P2pEvents>): void {
  events.subscribe('state', (state) => {
    const stage = BY_STATE.get(state)
    if (stage !== undefined) enterStage(logger, stage)
  })
}
