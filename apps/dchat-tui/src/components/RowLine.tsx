/** One row of styled text. */
import { Text } from 'ink'
import { createContext, memo, useContext } from 'react'
import type { Context, ReactElement } from 'react'
import type { Span } from '../view/item-rows.ts'
import { styleOf } from '../view/theme.ts'

/** Whether colours are wanted. */
export const ColorContext: Context<boolean> = createContext(true)

function Row({ spans }: { spans: readonly Span[] }): ReactElement {
  const isColored = useContext(ColorContext)
  if (spans.every((span) => span.text === '')) return <Text> </Text>
  return (
    <Text wrap="truncate">
      {spans.map((span, index) => (
        <Text key={index} {...styleOf(span.style, isColored)}>
          {span.text}
        </Text>
      ))}
    </Text>
  )
}

/** A row is drawn again only when its spans are other ones. */
export const RowLine: typeof Row = memo(Row) as unknown as typeof Row
