/** The list of rooms beside the talk: numbers, names, what is unread. Pure. */
import type { ChatState } from '../state/model.ts'
import { isForUser } from '../state/rooms.ts'
import type { RoomSummary } from '../state/rooms.ts'
import { everyRoom } from '../state/selectors.ts'
import { fitName } from './author.ts'
import type { Span } from './item-rows.ts'
import { paneCell } from './panes.ts'
import { roomName } from './room-name.ts'
import type { Glyphs, StyleName } from './theme.ts'
import { textWidth } from './width.ts'

export interface PaneSize {
  readonly columns: number
  readonly height: number
  readonly glyphs: Glyphs
}

/** Fewer rows than this have none to spare for what is above and below. */
const ROWS_FOR_MORE = 5
/** Counts above this are shown as more than it. */
const MOST_SHOWN = 999

/** `height` rows, the shown room among them. */
export function roomPaneRows(
  state: Pick<ChatState, 'rooms' | 'room' | 'statusNews'>,
  size: PaneSize,
): readonly (readonly Span[])[] {
  const { columns, height, glyphs } = size
  const rooms = everyRoom(state)
  const shown = rooms.findIndex(({ room }) => room === state.room)
  const from = firstInSight(rooms.length, Math.max(0, shown), height)
  const digits = Math.max(2, String(state.rooms.length).length)
  const rows = rooms
    .slice(from, from + height)
    .map((summary, index) => roomRow(summary, { number: from + index + 1, digits, isShown: from + index === shown, ...size }))
  if (height >= ROWS_FOR_MORE) {
    if (from > 0) rows[0] = moreRow(rooms.slice(0, from + 1), glyphs.up, size)
    if (from + height < rooms.length) rows[height - 1] = moreRow(rooms.slice(from + height - 1), glyphs.down, size)
  }
  const blanks = Array.from({ length: Math.max(0, height - rows.length) }, () => paneCell([], columns, glyphs))
  return [...rows, ...blanks]
}

/** The shown room in the middle, but at both ends of the list. */
function firstInSight(count: number, shown: number, height: number): number {
  return Math.max(0, Math.min(count - height, shown - Math.floor(height / 2)))
}

/** What is unread of a room, as the list says it: `5`, `@2` where the user is meant; empty for nothing. */
export function unreadMark(summary: RoomSummary): string {
  const { unread, mentions } = summary
  if (unread === 0) return ''
  if (!isForUser(summary)) return countText(unread)
  return `@${countText(mentions > 0 ? mentions : unread)}`
}

function countText(count: number): string {
  return count > MOST_SHOWN ? `${MOST_SHOWN}+` : String(count)
}

interface RoomPlace extends PaneSize {
  readonly number: number
  readonly digits: number
  readonly isShown: boolean
}

function roomRow(summary: RoomSummary, { number, digits, isShown, columns, glyphs }: RoomPlace): Span[] {
  const label = summary.kind === 'status' ? '' : String(number)
  const head = `${isShown ? glyphs.here : ' '}${label.padStart(digits)} ${summary.level === 'none' ? glyphs.muted : ''}`
  const mark = unreadMark(summary)
  const tail = mark === '' ? '' : ` ${mark}`
  const name = fitName(roomName(summary), Math.max(1, columns - textWidth(head) - tail.length), glyphs.ellipsis)
  const style = styleOf(summary, isShown)
  return paneCell(
    [
      { text: head, style: isShown ? 'own' : 'dim' },
      { text: name, style },
      { text: tail, style: isForUser(summary) && summary.level !== 'none' ? 'mention' : style },
    ],
    columns,
    glyphs,
  )
}

function styleOf({ level, unread }: RoomSummary, isShown: boolean): StyleName {
  if (isShown) return 'own'
  if (level === 'none') return 'dim'
  return unread > 0 ? 'prompt' : 'text'
}

function moreRow(rooms: readonly RoomSummary[], arrow: string, { columns, glyphs }: PaneSize): Span[] {
  const unread = rooms.reduce((sum, summary) => sum + summary.unread, 0)
  const isMeant = rooms.some((summary) => isForUser(summary))
  const tail = unread === 0 ? '' : ` ${isMeant ? '@' : ''}${countText(unread)}`
  return paneCell([{ text: ` ${arrow} ${rooms.length} more${tail}`, style: isMeant ? 'mention' : 'dim' }], columns, glyphs)
}
