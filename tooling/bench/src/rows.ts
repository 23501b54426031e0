/** What the benches share. */
import { NO_METERING, defineMessage } from '@dchat/net'
import type { MessageType } from '@dchat/net'
import { string, struct } from '@dchat/serial'

/** As `DchatMsg`, without a limit on the rate. */
export const benchMessage: MessageType<{ msg: string }> = defineMessage({
  name: 'DchatMsg',
  maxBytes: 65_541,
  meteringScore: 0,
  metering: NO_METERING,
  codec: struct({ msg: string }),
})

/** What a sender sends: so many messages of so many bytes to the node at `url`. */
export interface Job {
  readonly url: string
  readonly bytes: number
  readonly messages: number
}

/** What keeps a bench from running, in one sentence. */
export class BenchError extends Error {
  override readonly name = 'BenchError'
  readonly code: 'BENCH_USAGE' | 'BENCH_NOT_BUILT' | 'BENCH_DAEMON_FAILED'

  constructor(code: BenchError['code'], message: string) {
    super(message)
    this.code = code
  }
}

/** Messages a second, beside the aim and what a reference node does. */
export interface BenchRow {
  readonly label: string
  readonly perSecond: number
  readonly aim: number
  readonly reference: number
}
