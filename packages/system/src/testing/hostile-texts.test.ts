import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { sanitizeNick, sanitizeText } from '../sanitize.ts'
import { MAX_HOSTILE_UNITS, findHarm, hostileTexts } from './hostile-texts.ts'

const TEXTS = hostileTexts()
/** Of these kinds not each text harms by itself: some are to be shown as they are, deceive by looking alike, or lose what harms in decoding. */
const ALSO_HARMLESS = ['homoglyphs', 'width traps', 'long', 'marks that stack', 'forged lines', 'utf-8: what is none']

describe('the corpus', () => {
  it('has at least 300 texts of many kinds, no two alike, in a file without a raw control or letter', () => {
    expect(TEXTS.length).toBeGreaterThanOrEqual(300)
    expect(new Set(TEXTS.map(({ kind }) => kind)).size).toBeGreaterThanOrEqual(15)
    expect(Math.max(...TEXTS.map(({ text }) => text.length))).toBeLessThanOrEqual(MAX_HOSTILE_UNITS)
    const file = readFileSync(new URL('./hostile-texts.json', import.meta.url), 'utf8')
    expect(file).toMatch(/^[\x20-\x7e\n]*$/u)
  })

  it('is harmful where it says so: what finds harm finds it', () => {
    const kinds = Map.groupBy(TEXTS, ({ kind }) => kind)
    const tame = [...kinds].filter(([kind, texts]) => {
      const harmful = texts.filter(({ text }) => findHarm(text) !== undefined || text.includes('\n'))
      return !ALSO_HARMLESS.includes(kind) && harmful.length < 0.6 * texts.length
    })
    expect(tame).toEqual([])
  })
})

it.each(TEXTS)('$kind: $name', ({ text }) => {
  for (const keepNewlines of [true, false]) {
    const clean = sanitizeText(text, { keepNewlines })
    expect(findHarm(clean)).toBeUndefined()
    expect(keepNewlines || !clean.includes('\n')).toBe(true)
    expect(sanitizeText(clean, { keepNewlines })).toBe(clean)
  }
  const nick = sanitizeNick(text)
  expect(findHarm(nick)).toBeUndefined()
  expect(nick).not.toMatch(/\n|^\s|\s$|\s\s/u)
  expect(sanitizeNick(nick)).toBe(nick)
})
