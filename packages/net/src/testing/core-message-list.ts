/** Every message that core-messages.ts exports. */
import * as core from '../messages/core-messages.ts'
import type { AnyMessageType } from '../messages/message.ts'

export const CORE_MESSAGES: readonly AnyMessageType[] = Object.values(core)

/** The most that the metering of the core messages lets through on a channel: the sum of their thresholds. Wire: docs/wire.md, *Metering*. */
export const CORE_METERING_SUM: number = CORE_MESSAGES.reduce((sum, { metering }) => sum + metering.threshold, 0)
