/** A line of somebody as the beginning of an answer. Pure. */
import type { Message } from '@dchat/rpc'
import { MAX_QUOTED_UNITS } from '../limits.ts'
import { bareText } from './bare.ts'
import { messageItem } from '../state/items.ts'

/** `> <nick> text`, each of its lines marked, and an empty line to write in. */
export function quoteOf(message: Message, ownNick: string | null): string {
  const text = bareText(messageItem(message), ownNick)
  const shown = text.length > MAX_QUOTED_UNITS ? `${text.slice(0, MAX_QUOTED_UNITS).toWellFormed()}...` : text
  return `${shown
    .split('\n')
    .map((row) => `> ${row}`)
    .join('\n')}\n`
}
