import type { Message } from '@dchat/rpc'

/**
 * The time that stands before a line, in Unix ms: when it was said by its author's clock, but never later than it came. A clock that is
 * ahead moves the line in its room, and does not have it said in the future.
 */
export function shownTime({ time, received }: Pick<Message, 'time' | 'received'>): number {
  return Math.min(time ?? received, received)
}
