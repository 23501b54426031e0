/** What the shown room is about, above its talk. Pure. */
import type { ChatState } from '../state/model.ts'
import { shownRoom } from '../state/selectors.ts'
import { fitLine } from './excerpt.ts'
import type { Row } from './item-rows.ts'
import type { Glyphs } from './theme.ts'
import { padText } from './width.ts'

/** With fewer rows than these the talk needs them all. */
const LEAST_ROWS = 10

/** Null where nobody said what the room is about, where there is no row to spare, and where nothing but the talk is to be seen. */
export function topicRow(
  state: Pick<ChatState, 'room' | 'rooms' | 'overlay'>,
  size: { readonly columns: number; readonly height: number; readonly glyphs: Glyphs },
): Row | null {
  const { topic } = shownRoom(state)
  if (topic === null || size.height < LEAST_ROWS || state.overlay?.kind === 'bare') return null
  const { ellipsis } = size.glyphs
  const text = padText(fitLine(`Topic: ${topic}`, size.columns, ellipsis), size.columns, { ellipsis, align: 'left' })
  return { key: 'topic', offset: 0, spans: [{ text, style: 'status' }] }
}
