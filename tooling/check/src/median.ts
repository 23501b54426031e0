/** How long the files of the source are. No file of more than 400 lines without a reason is a rule of the linter (`max-lines`). */
import type { Finding } from './finding.ts'

/** The middle of all, in lines. */
export const MEDIAN_MAX_LINES = 90

export interface FileLength {
  readonly file: string
  readonly lines: number
}

export function medianOf(lengths: readonly FileLength[]): number {
  const sorted = lengths.map(({ lines }) => lines).sort((a, b) => a - b)
  const middle = sorted.length / 2
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2
}

/** What is wrong with the lengths of all files of the source. */
export function checkMedian(lengths: readonly FileLength[]): Finding[] {
  const median = medianOf(lengths)
  if (median <= MEDIAN_MAX_LINES) return []
  return [
    {
      file: '*.ts',
      text: `the median file has ${median} lines, more than ${MEDIAN_MAX_LINES}: split those that are about two things`,
    },
  ]
}
