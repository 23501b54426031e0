import { findHarm, hostileTexts } from '@dchat/system/testing'
import { expect, it } from 'vitest'
import { formatText } from './log-format.ts'

const FORMATS = [
  { maxValueLength: 30_000, colours: false, journal: false, dated: true },
  { maxValueLength: 100, colours: false, journal: true, dated: false },
]

it.each(hostileTexts())('a line with $kind: $name is one harmless line', ({ text }) => {
  for (const format of FORMATS) {
    const fields = { address: text, [text]: text, deep: { [text]: [text] }, error: { message: text } }
    const line = formatText({ time: 0, level: 'info', msg: text, ...fields }, format)
    expect(findHarm(line)).toBeUndefined()
    expect(line.match(/\n/gu)).toHaveLength(1)
  }
})

it('rows of a stack trace stay rows, and none is harmful or looks like a line of the log', () => {
  for (const { text } of hostileTexts()) {
    const rows = formatText({ time: 0, level: 'error', msg: 'x', error: { message: 'm', stack: text } }, FORMATS[0]!).split('\n')
    expect(rows.slice(1, -1).filter((row) => !row.startsWith('    ') || findHarm(row) !== undefined)).toEqual([])
  }
})
