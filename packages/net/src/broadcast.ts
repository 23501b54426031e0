/** One message to many channels. */
import type { Channel } from './channel.ts'
import type { MessageType } from './messages/message.ts'
import type { PacketWriter } from './messages/packet-writer.ts'

/** What became of a broadcast. */
export interface BroadcastResult {
  /** Channels that took the message; a metered one may wait there for its turn. */
  readonly written: readonly Channel[]
  /** Channels that did not: their queue is full, SENDS_WAITING of a metered command wait there already, or they have stopped. */
  readonly full: readonly Channel[]
}

/**
 * Queues a message on every channel, encoded once. A metered message waits for the metering of each channel.
 * @throws NetError NET_MESSAGE_TOO_LARGE
 */
export function broadcastTo<T>(
  channels: Iterable<Channel>,
  { type, value }: { type: MessageType<T>; value: T },
  packets: PacketWriter,
): BroadcastResult {
  const written: Channel[] = []
  const full: Channel[] = []
  const isMetered = type.metering.threshold > 0
  const frame = packets.encode(type, value)
  for (const channel of channels) {
    const isTaken = isMetered ? channel.postMeteredFrame(frame, type) : channel.postFrame(frame, type.name)
    ;(isTaken ? written : full).push(channel)
  }
  return { written, full }
}
