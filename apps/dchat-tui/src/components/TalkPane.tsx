/** The rows of the talk that are on screen; nothing else of it is mounted. */
import { Box } from 'ink'
import type { ReactElement } from 'react'
import type { Row } from '../view/item-rows.ts'
import { RowLine } from './RowLine.tsx'

export function TalkPane({ rows }: { rows: readonly Row[] }): ReactElement {
  return (
    <Box flexDirection="column" height={rows.length} flexShrink={0}>
      {rows.map((row, index) => (
        <RowLine key={index} spans={row.spans} />
      ))}
    </Box>
  )
}
