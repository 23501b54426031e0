/** Hints, then the status bar. */
import { Box } from 'ink'
import type { ReactElement } from 'react'
import type { HintText } from '../view/hint-lines.ts'
import { RowLine } from './RowLine.tsx'

export function StatusArea({ hints, status }: { hints: readonly HintText[]; status: string | null }): ReactElement {
  return (
    <Box flexDirection="column" flexShrink={0}>
      {hints.map((hint, index) => (
        <RowLine key={index} spans={[hint]} />
      ))}
      {status !== null && <RowLine spans={[{ text: status, style: 'status' }]} />}
    </Box>
  )
}
