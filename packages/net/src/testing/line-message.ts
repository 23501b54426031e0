/** A message of one text, which is not metered. */
import { string, struct } from '@dchat/serial'
import { defineMessage } from '../messages/message.ts'
import { NO_METERING } from '../metering.ts'

export const line = defineMessage({
  name: 'line',
  maxBytes: 70_000,
  meteringScore: 0,
  metering: NO_METERING,
  codec: struct({ text: string }),
})
