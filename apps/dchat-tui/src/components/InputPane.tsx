/** The rows of the input, and the terminal's own cursor at the caret, where input methods open their window. */
import { Box, useCursor } from 'ink'
import type { ReactElement } from 'react'
import { RowLine } from './RowLine.tsx'

export interface InputPaneProps {
  readonly rows: readonly string[]
  readonly cursor: { readonly x: number; readonly y: number }
}

export function InputPane({ rows, cursor }: InputPaneProps): ReactElement {
  const { setCursorPosition } = useCursor()
  setCursorPosition(cursor)
  return (
    <Box flexDirection="column" flexShrink={0}>
      {rows.map((text, index) => (
        <RowLine key={index} spans={[{ text, style: 'text' }]} />
      ))}
    </Box>
  )
}
