/** The list of lines that were searched for: one row a line, those in sight only. Pure. */
import type { Message } from '@dchat/rpc'
import { maskInvitations } from '@dchat/rpc'
import { sanitizeText } from '@dchat/system'
import { INLINE_NICK_BELOW } from '../limits.ts'
import type { OverlaySize } from '../overlays/overlay.ts'
import { searchWords, wordRanges } from '../state/find-words.ts'
import { messageKey } from '../state/items.ts'
import type { ChatState, ResultsOverlay } from '../state/model.ts'
import { fitName, messageName, messageStyle } from './author.ts'
import { fitLine } from './excerpt.ts'
import type { Row, Span } from './item-rows.ts'
import { roomNameIn } from './room-name.ts'
import { picked, withMatches } from './row-marks.ts'
import { clockTime, stampOf } from './time.ts'
import { fitText, textWidth } from './width.ts'

const NAME_COLUMNS = 14
const ROOM_COLUMNS = 16
/** Of both on narrow screens. */
const SHORT_COLUMNS = 6
/** Below this many columns there is no time and no room. */
const TIME_FROM = 30
const LEAST_TEXT_COLUMNS = 2

const LEAST_ROWS_WITH_HEADING = 4

/** A heading where there is room for it, then the lines around the one that is picked out; at most `height` rows. */
export function resultRows(overlay: ResultsOverlay, state: Pick<ChatState, 'rooms' | 'node'>, size: OverlaySize): Row[] {
  const { columns, height, glyphs } = size
  const heading = fitText(headingOf(overlay, state), columns, glyphs.ellipsis)
  const hasHeading = height >= LEAST_ROWS_WITH_HEADING || overlay.messages.length === 0
  const room = Math.max(0, height - (hasHeading ? 1 : 0))
  const first = Math.max(0, Math.min(overlay.at - Math.floor(room / 2), overlay.messages.length - room))
  const words = searchWords(overlay.query)
  const rows = overlay.messages.slice(first, first + room).map((message, index) => {
    const row = withMatches(resultRow(message, { overlay, state, size }), words)
    return first + index === overlay.at ? picked(row, glyphs) : row
  })
  return hasHeading ? [{ key: 'results', offset: 0, spans: [{ text: heading, style: 'prompt' }] }, ...rows] : rows
}

function headingOf({ query, room, messages, more, isAsking }: ResultsOverlay, { rooms }: Pick<ChatState, 'rooms'>): string {
  const where = room === null ? 'all rooms' : roomNameIn(rooms, room)
  const count =
    messages.length === 0 ? 'no line' : messages.length === 1 ? '1 line' : `${messages.length}${more ? '+' : ''} lines`
  return `${count} with "${sanitizeText(query)}" in ${where}${isAsking ? ' (looking)' : ''}`
}

function resultRow(
  message: Message,
  place: { overlay: ResultsOverlay; state: Pick<ChatState, 'rooms' | 'node'>; size: OverlaySize },
): Row {
  const { overlay, state, size } = place
  const { columns, glyphs } = size
  const at = message.time ?? message.received
  const isWide = columns >= INLINE_NICK_BELOW
  const head: Span[] = []
  if (isWide) head.push({ text: `${stampOf(at)} `, style: 'dim' })
  else if (columns >= TIME_FROM) head.push({ text: `${clockTime(at)} `, style: 'dim' })
  if (overlay.room === null && columns >= TIME_FROM) {
    const room = fitText(roomNameIn(state.rooms, message.room), isWide ? ROOM_COLUMNS : SHORT_COLUMNS, glyphs.ellipsis)
    head.push({ text: `${room} `, style: 'dim' })
  }
  const nameColumns = isWide ? NAME_COLUMNS : Math.min(SHORT_COLUMNS, columns - LEAST_TEXT_COLUMNS - 2)
  const name = fitName(messageName(message, state.node?.nick ?? null), nameColumns, glyphs.ellipsis)
  head.push({ text: name, style: messageStyle(message) }, { text: ': ', style: 'dim' })
  const used = head.reduce((sum, span) => sum + textWidth(span.text), 0)
  const text = excerptAround(message.text, searchWords(overlay.query), { columns: columns - used, glyphs })
  return { key: messageKey(message), offset: 0, spans: [...head, { text, style: 'text' }], textAt: head.length }
}

/** One row of a text, in which the first of `words` is in sight. */
function excerptAround(
  text: string,
  words: readonly string[],
  place: { columns: number; glyphs: OverlaySize['glyphs'] },
): string {
  const { columns, glyphs } = place
  const shown = sanitizeText(maskInvitations(text))
  const at = wordRanges(shown, words)[0]?.from ?? 0
  const isFar = at > columns / 2
  return fitLine(isFar ? glyphs.ellipsis + shown.slice(at - Math.floor(columns / 3)) : shown, columns, glyphs.ellipsis)
}
