/** Which protocols run on channels of which sessions. */
import type { Channel } from '../channel.ts'
import type { SessionFlag } from '../sessions/session-flags.ts'
import type { Protocol } from './protocol.ts'

/** Makes the protocol of one channel; subscribes to its messages and does nothing else. */
export type ProtocolFactory = (channel: Channel) => Protocol

/** The protocols of a node, in the order they were registered. */
export class ProtocolRegistry {
  readonly #entries: { readonly flags: number; readonly make: ProtocolFactory }[] = []

  /** Runs a protocol on every later channel whose session is in `flags` (a sum of SessionFlag bits). */
  register(flags: number, make: ProtocolFactory): void {
    this.#entries.push({ flags, make })
  }

  /** Makes the protocols of a channel. @internal */
  attach(session: SessionFlag, channel: Channel): Protocol[] {
    return this.#entries.filter((entry) => (entry.flags & session) !== 0).map((entry) => entry.make(channel))
  }
}
