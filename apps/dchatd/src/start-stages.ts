/** What a start goes through, each named in the debug log as it begins. docs/operations.md lists them; a test compares. */
import { NODE_STAGES } from '@dchat/daemon'

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
  ...NODE_STAGES,
] as const
export type StartStage = (typeof START_STAGES)[number]
