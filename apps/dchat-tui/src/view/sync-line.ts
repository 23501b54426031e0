/** The row that says how far the fetching of history is. Pure. */
import type { SyncProgress } from '@dchat/rpc'
import { bar, countText, counted } from './amounts.ts'
import type { RoomSummary } from '../state/rooms.ts'
import { roomNameIn } from './room-name.ts'
import type { Glyphs } from './theme.ts'
import { fitText, textWidth } from './width.ts'

/** Columns of the bar where there is room for it. */
const MOST_BAR = 20
const LEAST_BAR = 4
/** Columns of the block that moves along the bar while nobody knows how much there is. */
const BLOCK = 4
/** Lines that move it by a column. */
const LINES_A_STEP = 25

/** At most `columns` wide: a bar and words, the words shortened first, then the bar left out. */
export function syncLine(
  sync: SyncProgress,
  { columns, glyphs, rooms }: { columns: number; glyphs: Glyphs; rooms: readonly RoomSummary[] },
): string {
  const words = wordsOf(sync, sync.room === null || sync.room === '' ? '' : roomNameIn(rooms, sync.room))
  const text = words.find((candidate) => textWidth(candidate) + LEAST_BAR + 3 <= columns)
  if (text === undefined) return fitText(words.at(-1)!, columns, glyphs.ellipsis)
  const width = Math.min(MOST_BAR, columns - textWidth(text) - 3)
  return `[${barOf(sync, width, glyphs)}] ${text}`
}

/** Longest first. */
function wordsOf({ state, received, expected, peers }: SyncProgress, room: string): string[] {
  const what = room === '' ? 'history' : `history of ${room}`
  const count = expected === null ? `${countText(received)} lines` : `${countText(received)} of ${countText(expected)} lines`
  const doing = state === 'reconciling' ? 'looking for missing lines' : 'fetching'
  return [`${doing}: ${what}, ${count}, done with ${counted(peers, 'peer')}`, `${what}: ${count}`, count.replace(' lines', '')]
}

function barOf({ received, expected }: SyncProgress, width: number, glyphs: Glyphs): string {
  if (expected !== null && expected > 0) {
    const full = bar(Math.min(received, expected), expected, { columns: width, steps: glyphs.bar })
    return full + glyphs.barRest.repeat(width - textWidth(full))
  }
  const block = Math.min(BLOCK, width)
  const at = Math.floor(received / LINES_A_STEP) % (width - block + 1)
  return glyphs.barRest.repeat(at) + glyphs.bar.at(-1)!.repeat(block) + glyphs.barRest.repeat(width - block - at)
}
