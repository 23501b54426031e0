/** The quick switcher as rows above the status bar: what is found, then what was typed. Pure. */
import type { ChatState, Overlay } from '../state/model.ts'
import { destinationName, destinations } from '../state/switcher.ts'
import type { Destination } from '../state/switcher.ts'
import type { HintText } from '../view/hint-lines.ts'
import type { NoticeSize } from '../view/notice-rows.ts'
import { unreadMark } from '../view/room-pane.ts'
import type { Glyphs } from '../view/theme.ts'
import { fitText, padText } from '../view/width.ts'

/** Places in sight at once. */
const MOST_ROWS = 10
const KEYS = '[Enter] go [Up, Down] choose [Esc] leave'

export function switcherRows(
  state: ChatState,
  { query, at }: Extract<Overlay, { kind: 'switcher' }>,
  { columns, room, glyphs }: NoticeSize,
): HintText[] {
  const places = destinations(state, query)
  const height = Math.min(MOST_ROWS, places.length, room - 1)
  const from = Math.max(0, Math.min(places.length - height, at - Math.floor(height / 2)))
  const digits = Math.max(2, String(state.rooms.length).length)
  const rows = places.slice(from, from + height).map((place, index): HintText => {
    const isChosen = from + index === at
    const text = ` ${isChosen ? glyphs.here : ' '} ${placeText(place, digits)}`
    return { text: padText(fitText(text, columns, glyphs.ellipsis), columns, PAD(glyphs)), style: isChosen ? 'status' : 'text' }
  })
  const found = places.length === 0 ? ' (nothing found)' : ''
  const prompt = `go to: ${query}${found}  ${KEYS}`
  return [...rows, { text: fitText(prompt, columns, glyphs.ellipsis), style: 'prompt' }]
}

const PAD = ({ ellipsis }: Glyphs): Parameters<typeof padText>[2] => ({ ellipsis, align: 'left' })

function placeText(place: Destination, digits: number): string {
  const label = place.kind === 'room' && place.number !== null ? String(place.number) : ''
  const mark = place.kind === 'room' ? unreadMark(place.summary) : 'opens a conversation'
  return `${label.padStart(digits)} ${destinationName(place)}${mark === '' ? '' : `  ${mark}`}`
}
