/** What can be completed, as rows between the talk and the status bar. Pure. */
import type { Candidate, Completion } from '../input/completion.ts'
import { MAX_POPUP_ROWS } from '../limits.ts'
import type { HintText } from './hint-lines.ts'
import type { Glyphs } from './theme.ts'
import { fitText, padText, textWidth } from './width.ts'

/** Columns of the names; a longer one moves its words to the right. */
const LABEL_COLUMNS = 28

/** The marked one and its neighbours, on at most `rows` rows; a mark stands before it, and the count on the last row when there are more. */
export function popupRows(completion: Completion | null, place: { columns: number; rows: number; glyphs: Glyphs }): HintText[] {
  if (completion === null) return []
  const { candidates, at, stage } = completion
  const count = Math.min(candidates.length, MAX_POPUP_ROWS, Math.max(0, place.rows))
  const first = Math.min(Math.max(0, at - Math.floor(count / 2)), candidates.length - count)
  return candidates.slice(first, first + count).map((candidate, index): HintText => {
    const isMarked = first + index === at
    const isLast = index === count - 1 && candidates.length > count
    const position = isLast ? ` ${at + 1}/${candidates.length}` : ''
    const room = Math.max(0, place.columns - textWidth(position))
    const text = fitText(`${isMarked ? '> ' : '  '}${candidateText(candidate)}`, room, place.glyphs.ellipsis)
    const padded = isLast ? padText(text, room, { ellipsis: '', align: 'left' }) + position : text
    return { text: padded, style: isMarked && stage !== 'offered' ? 'status' : isMarked ? 'prompt' : 'dim' }
  })
}

function candidateText({ label, doc }: Candidate): string {
  if (doc === '') return label
  const name = textWidth(label) < LABEL_COLUMNS ? padText(label, LABEL_COLUMNS, { ellipsis: '', align: 'left' }) : label
  return `${name} ${doc}`
}
