/** One row of styled text. */
import { Text } from 'ink'
import { createContext, memo, useContext, useRef } from 'react'
import type { Context, ReactElement } from 'react'
import type { Span } from '../view/item-rows.ts'
import { paletteOf } from '../view/theme.ts'
import type { Palette } from '../view/theme.ts'
import { DEFAULT_SETTINGS } from '../settings/settings.ts'

/** Characters that terminals give different widths. */
const UNSURE_WIDTH = /\p{Emoji_Presentation}|\p{M}|\u200d/u
/** Looks like a space. */
const OTHER_SPACE = '\u00a0'

/** How styles are drawn. */
export const PaletteContext: Context<Palette> = createContext(paletteOf(DEFAULT_SETTINGS, '16'))

function Row({ spans }: { spans: readonly Span[] }): ReactElement {
  const palette = useContext(PaletteContext)
  const drawn = useWholeDrawing(spans)
  if (spans.every((span) => span.text === '')) return <Text> </Text>
  return (
    <Text wrap="truncate">
      {drawn.map((span, index) => (
        <Text key={index} {...palette.styleOf(span.style)}>
          {span.text}
        </Text>
      ))}
    </Text>
  )
}

/** A row is drawn again only when its spans are other ones. */
export const RowLine: typeof Row = memo(Row) as unknown as typeof Row

/**
 * The renderer draws a changed row from the column on where it changed, which it reckons from widths. Where a terminal may see
 * other widths, its first space is another one each time, so that the row is drawn anew from before what is unsure.
 */
function useWholeDrawing(spans: readonly Span[]): readonly Span[] {
  const last = useRef({ text: '', isOther: false })
  const text = spans.map((span) => span.text).join('')
  if (text !== last.current.text) last.current = { text, isOther: !last.current.isOther }
  const space = text.indexOf(' ')
  if (!last.current.isOther || space === -1 || space > text.search(UNSURE_WIDTH)) return spans
  const at = spans.findIndex((span) => span.text.includes(' '))
  return spans.map((span, index) => (index === at ? { ...span, text: span.text.replace(' ', OTHER_SPACE) } : span))
}
