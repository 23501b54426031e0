/** One message to many channels. */
import type { Channel } from './channel.ts'
import type { MessageType } from './messages/message.ts'
import type { PacketWriter } from './messages/packet-writer.ts'

/** What became of a broadcast. */
export interface BroadcastResult {
  /** Channels that took the message. */
  readonly written: readonly Channel[]
  /** Channels whose queue was full; the message was not queued there. */
  readonly full: readonly Channel[]
}

/**
 * Queues a message on every channel, encoded once. A metered message waits for the metering of each channel and counts as
 * taken by all.
 * @throws {NetError} NET_MESSAGE_TOO_LARGE
 */
export function broadcastTo<T>(
  channels: Iterable<Channel>,
  { type, value }: { type: MessageType<T>; value: T },
  packets: PacketWriter,
): BroadcastResult {
  const written: Channel[] = []
  const full: Channel[] = []
  if (type.metering.threshold > 0) {
    for (const channel of channels) {
      written.push(channel)
      channel.tasks.spawn(() => channel.send(type, value))
    }
    return { written, full }
  }
  const frame = packets.encode(type, value)
  for (const channel of channels) (channel.postFrame(frame, type.name) ? written : full).push(channel)
  return { written, full }
}
