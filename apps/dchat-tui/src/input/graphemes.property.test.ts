import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isNarrow, isWide, wordEndAfter, wordStartBefore } from './graphemes.ts'
import { graphemeWidth } from '../view/width.ts'

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
const WORD = /[\p{L}\p{N}\p{M}_]/u
const pieces = [
  'a',
  'word',
  ' ',
  '_',
  '9',
  '.',
  '世',
  'か',
  'é',
  'e\u0301',
  'Ж',
  '👩‍👩‍👧‍👦',
  '🇪🇺',
  'क्षि',
  '\u0301',
  '\u200d',
  '\n',
  '\u0600',
  '\ud800',
]
const text = fc
  .array(fc.oneof(fc.constantFrom(...pieces), fc.constantFrom('x'.repeat(600), '👍🏽'.repeat(300), '한국'.repeat(300))), {
    maxLength: 12,
  })
  .map((all) => all.join(''))

/** The same, looked up in all graphemes of the text. */
function plainWordStart(whole: string, offset: number): number {
  const graphemes = [...segmenter.segment(whole)].filter(({ index }) => index < offset)
  while (graphemes.length > 0 && !WORD.test(graphemes.at(-1)!.segment)) graphemes.pop()
  while (graphemes.length > 0 && WORD.test(graphemes.at(-1)!.segment)) graphemes.pop()
  const last = graphemes.at(-1)
  return last === undefined ? 0 : last.index + last.segment.length
}

function plainWordEnd(whole: string, offset: number): number {
  const graphemes = [...segmenter.segment(whole)].filter(({ index }) => index >= offset)
  while (graphemes.length > 0 && !WORD.test(graphemes[0]!.segment)) graphemes.shift()
  while (graphemes.length > 0 && WORD.test(graphemes[0]!.segment)) graphemes.shift()
  return graphemes[0]?.index ?? whole.length
}

describe('words', () => {
  it('begin and end where they do when every grapheme is looked at', () => {
    fc.assert(
      fc.property(text, fc.nat(), (whole, at) => {
        const boundaries = [...segmenter.segment(whole)].map(({ index }) => index).concat(whole.length)
        const offset = boundaries[at % boundaries.length]!
        expect(wordStartBefore(whole, offset)).toBe(plainWordStart(whole, offset))
        expect(wordEndAfter(whole, offset)).toBe(plainWordEnd(whole, offset))
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('simple characters', () => {
  it('are graphemes beside each other, and as wide as is said', () => {
    const simple = Array.from({ length: 0x1_0000 }, (_, unit) => unit).filter((unit) => isNarrow(unit) || isWide(unit))
    const all = String.fromCharCode(...simple)
    expect([...segmenter.segment(all)]).toHaveLength(simple.length)
    const wrong = simple.filter((unit) => graphemeWidth(String.fromCharCode(unit)) !== (isNarrow(unit) ? 1 : 2))
    expect(wrong).toEqual([])
  })
})
