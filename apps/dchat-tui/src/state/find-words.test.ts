import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aMessage } from '../testing/builders.ts'
import { findWords, holdsWords, searchWords, wordRanges } from './find-words.ts'
import { ItemList } from './item-list.ts'
import { messageItem } from './items.ts'

describe('searchWords', () => {
  it.each([
    ['  Foo\tbar foo ', ['foo', 'bar']],
    ['', []],
    ['x'.repeat(300), ['x'.repeat(256)]],
    [Array.from({ length: 20 }, (_, index) => `w${index}`).join(' '), Array.from({ length: 16 }, (_, index) => `w${index}`)],
  ])('%j', (query, words) => {
    expect(searchWords(query)).toEqual(words)
  })
})

describe('where words stand', () => {
  it('is told by place in the text as it is, whatever lower case makes of it', () => {
    expect(wordRanges('Foo food FO', ['foo', 'fo'])).toEqual([
      { from: 0, to: 3 },
      { from: 4, to: 7 },
      { from: 9, to: 11 },
    ])
    expect(wordRanges('İİ Foo', ['foo'])).toEqual([{ from: 3, to: 6 }])
    expect(wordRanges('abc', ['b', 'bc', 'c'])).toEqual([{ from: 1, to: 3 }])
  })

  it('holds what was put in, in order and apart', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme', minLength: 1 }), (around, inner) => {
        const words = searchWords(inner)
        const text = `${around}${inner}${around}`
        const ranges = wordRanges(text, words)
        expect(holdsWords(text, words)).toBe(words.length > 0)
        expect(ranges.length > 0).toBe(words.length > 0)
        const ends = ranges.flatMap(({ from, to }) => [from, to])
        expect(ends.every((end, index) => index === 0 || end > ends[index - 1]!)).toBe(true)
        expect(ends.at(-1) ?? 0).toBeLessThanOrEqual(text.length)
      }),
    )
  })
})

describe('findWords', () => {
  const items = ItemList.of(
    ['cats', 'dogs', 'cats and dogs', 'birds'].map((text, index) => messageItem(aMessage(index + 1, { text }))),
  )

  it('goes both ways, over lines that were taken back', () => {
    expect(findWords(items, ['cats'], { start: 3, by: -1 })).toBe(2)
    expect(findWords(items, ['dogs', 'cats'], { start: 0, by: 1 })).toBe(2)
    expect(findWords(items, ['cats'], { start: 1, by: -1 })).toBe(0)
    expect(findWords(items, ['fish'], { start: 3, by: -1 })).toBe(-1)
    const isHidden = ({ text }: { text: string }): boolean => text === 'cats and dogs'
    expect(findWords(items, ['cats'], { start: 3, by: -1, isHidden })).toBe(0)
    const gone = ItemList.of([messageItem(aMessage(1, { text: 'cats', retracted: true }))])
    expect(findWords(gone, ['cats'], { start: 0, by: -1 })).toBe(-1)
  })
})
