/** The reference's chat message. Wire: docs/wire.md, `DchatMsg`; vectors: tooling/interop/vectors/transcripts.json. */
import { NO_METERING, defineMessage } from '@dchat/net'
import type { MessageType } from '@dchat/net'
import { string, struct } from '@dchat/serial'
import { CHAT_LIMITS } from './chat-limits.ts'

export interface DchatMessage {
  readonly msg: string
}

/** `msg String`. The reference has no limit: a longer one is skipped, not punished. */
export const dchatMsg: MessageType<DchatMessage> = defineMessage({
  name: 'DchatMsg',
  maxBytes: CHAT_LIMITS.MESSAGE_MAX_BYTES + 5,
  meteringScore: 0,
  metering: NO_METERING,
  codec: struct({ msg: string }),
  oversize: { skipMaxBytes: CHAT_LIMITS.SKIP_MAX_BYTES },
})
