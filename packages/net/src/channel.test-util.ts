/** Channels that speak `line`, and how much of it fills one. */
import { expect } from 'vitest'
import { LIMITS } from './limits.ts'
import { defineMessage } from './messages/message.ts'
import { ChannelPair } from './testing/channel-pair.ts'
import { line } from './testing/line-message.ts'

export const other = defineMessage({ ...line, name: 'other' })
export const messages = [line]
export const pair = (): Promise<ChannelPair> => ChannelPair.create({ messages })
export const texts = (lines: readonly { readonly text: string }[]): string[] => lines.map(({ text }) => text)
export const FULL = LIMITS.CHANNEL_SEND_QUEUE_BYTES.value
export const BIG = 'x'.repeat(60_000)

/** Posts until the queue is full. @returns how many messages it took */
export function fill({ channel }: ChannelPair): number {
  let count = 0
  while (channel.post(line, { text: `${count} ${BIG}` })) count += 1
  expect(channel.queuedBytes).toBeGreaterThanOrEqual(FULL)
  expect(channel.queuedBytes).toBeLessThan(FULL + BIG.length + 100)
  return count
}
