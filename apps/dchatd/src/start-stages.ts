/** What a start goes through, each named in the debug log as it begins. docs/operations.md lists them; a test compares. */
import type { Publisher, Logger } from '@dchat/system'
import type { P2pEvents, P2pState } from '@dchat/net'

/** The stages in their order; a stop may come in any of them. */
export const START_STAGES = [
  'folders',
  'lock',
  'identity',
  'room-keys',
  'store',
  'box-keys',
  'parts',
  'rpc',
  'address-file',
  'seeds',
  'sessions',
  'run',
] as const
export type StartStage = (typeof START_STAGES)[number]

const NODE_STAGES: ReadonlyMap<P2pState, StartStage> = new Map([
  ['start', 'seeds'],
  ['started', 'sessions'],
  ['run', 'run'],
])

/** Says in the log that `stage` begins. */
export function enterStage(logger: Logger, stage: StartStage): void {
  logger.debug('Start', { stage })
}

/** Has the log name the stages of the node, which starts by itself once the RPC answers. */
export function followNodeStages(logger: Logger, events: Publisher<P2pEvents>): void {
  events.subscribe('state', (state) => {
    const stage = NODE_STAGES.get(state)
    if (stage !== undefined) enterStage(logger, stage)
  })
}
