/** The order of lines in a room, said once more without SQL. */
import type { StoredMessage } from '../message.ts'

/** For `sort`. */
export function inOrder(a: StoredMessage, b: StoredMessage): number {
  const byTime = (a.time ?? a.received) - (b.time ?? b.received)
  if (byTime !== 0) return byTime
  if (a.id !== b.id) return (a.id ?? '') < (b.id ?? '') ? -1 : 1
  return a.seq - b.seq
}
