import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sanitizeNick, sanitizeText } from './sanitize.ts'
import { findHarm } from './testing/hostile-texts.ts'

const HOSTILE = [
  '\u001b',
  '\u009b',
  '\u009d',
  '\u0090',
  '\u009c',
  '[',
  ']',
  'P',
  '_',
  '^',
  'X',
  '\\',
  '\u0007',
  '\u0018',
  '0;',
  '31m',
  '?1049h',
  '8;;http://x',
  '52;c;',
  '\r',
  '\n',
  '\t',
  '\u202e',
  '\u2066',
  '\u200d',
  '\u200b',
  '\ufe0f',
  '\u{e0041}',
  '\u0301',
  '\u20e3',
  '1',
  '👩',
  '👍🏽',
  'a',
  ' ',
  'ﷺ',
  '\u3164',
  '\ud800',
  '\udfff',
  '\uffff',
  '\u2028',
  '\u1100',
  '世',
]
const READABLE = ['a', 'Z', ' ', '0', ',', '!', '-', 'ä', 'ß', 'é', '世', '界', 'м', '🎉', '🚀', '👍🏽', 'क्षि', 'ש']
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary', maxLength: 4 })), { maxLength: 40 })
  .map((parts) => parts.join(''))

describe('sanitizeText', () => {
  it('leaves nothing that a terminal acts on, and is idempotent', () => {
    fc.assert(
      fc.property(hostile, fc.boolean(), (text, keepNewlines) => {
        const clean = sanitizeText(text, { keepNewlines })
        expect(findHarm(clean)).toBeUndefined()
        expect(keepNewlines || !clean.includes('\n')).toBe(true)
        expect(sanitizeText(clean, { keepNewlines })).toBe(clean)
      }),
      { numRuns: 10_000 },
    )
  })

  it('keeps what people write as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...READABLE) }), (text) => {
        expect(sanitizeText(text)).toBe(text)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('sanitizeNick', () => {
  it('is one short clean line, and idempotent', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const nick = sanitizeNick(text)
        expect(findHarm(nick)).toBeUndefined()
        expect(nick).not.toContain('\n')
        expect(nick).toBe(nick.trim())
        expect(sanitizeNick(nick)).toBe(nick)
      }),
      { numRuns: 10_000 },
    )
  })
})
