/** What a start goes through, each named in the debug log as it begins. docs/operations.md lists them; a test compares. */
import { NODE_STAGES } from '@dchat/daemon'

/** The stages in their order, those of the node once for each network; a stop may come in any of them. */
export const START_STAGES = ['folders', 'locks', 'rpc', ...NODE_STAGES] as const
export type StartStage = (typeof START_STAGES)[number]
