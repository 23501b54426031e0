import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fitText, padText, textWidth } from './width.ts'
import { wrapText } from './wrap.ts'

const readable = fc.string({
  unit: fc.constantFrom(
    'a',
    'b',
    'Z',
    '-',
    ' ',
    ' ',
    '\n',
    '世',
    '界',
    '👩‍👩‍👧‍👦',
    'é',
    '\u1100',
    '⌛',
    '1️⃣',
    '.',
    '🇪',
    '🇪🇺',
    '\u0301',
    'क्षि',
  ),
})
const width = fc.integer({ min: 4, max: 40 })

describe('wrapText', () => {
  it('keeps rows within the width and loses nothing but the blanks it breaks at', () => {
    fc.assert(
      fc.property(readable, width, width, (text, first, rest) => {
        const rows = wrapText(text, { first, rest })
        expect(rows.length).toBeGreaterThan(0)
        rows.forEach((row, index) => expect(textWidth(row.text)).toBeLessThanOrEqual(index === 0 ? first : rest))
        expect(
          rows
            .map((row) => row.text)
            .join('')
            .replaceAll(' ', ''),
        ).toBe(text.replaceAll(/[ \n]/g, ''))
      }),
      { numRuns: 2_000 },
    )
  })

  it('tells the place of each row in the text', () => {
    fc.assert(
      fc.property(readable, width, (text, columns) => {
        const rows = wrapText(text, { first: columns, rest: columns })
        rows.forEach((row, index) => {
          expect(text.slice(row.offset, row.offset + row.text.length)).toBe(row.text)
          expect(row.offset).toBeGreaterThan(rows[index - 1]?.offset ?? -1)
        })
      }),
      { numRuns: 2_000 },
    )
  })

  it('breaks inside a word only when the word is longer than a row', () => {
    const rows = wrapText('alpha beta gamma-delta abcdefghijklmnop', { first: 10, rest: 10 })
    expect(rows.map((row) => row.text)).toEqual(['alpha beta', 'gamma-', 'delta ', 'abcdefghij', 'klmnop'])
  })

  it('breaks beside wide characters', () => {
    expect(wrapText('世界世界世', { first: 5, rest: 5 }).map((row) => row.text)).toEqual(['世界', '世界', '世'])
  })

  it('takes a cluster wider than a row apart', () => {
    const rows = wrapText('\u1100'.repeat(10), { first: 6, rest: 6 })
    expect(rows.every((row) => textWidth(row.text) <= 6)).toBe(true)
  })
})

describe('fitText and padText', () => {
  it('give at most and exactly the width', () => {
    fc.assert(
      fc.property(
        readable.map((text) => text.replaceAll('\n', '')),
        width,
        (text, columns) => {
          expect(textWidth(fitText(text, columns, '…'))).toBeLessThanOrEqual(columns)
          expect(textWidth(padText(text, columns, { ellipsis: '…', align: 'right' }))).toBe(columns)
        },
      ),
    )
  })
})
