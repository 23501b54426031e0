/**
 * How well what is typed fits a name: its characters have to stand in the name in this order; starts of words, runs and beginnings
 * count more. Own, as names are short and rank by few rules: the libraries there are bring tokenising and indexes for texts. Pure.
 */

/** Characters of a name that are looked at. */
const MAX_CHARACTERS = 80

const AT_START = 12
const AT_WORD = 8
const IN_RUN = 9
const ANYWHERE = 1
const WHOLE = 30
/** For each character before the first that fits, up to `MOST_LEAD`; and for each that is left over. */
const LEAD = 0.5
const MOST_LEAD = 6
const REST = 0.1

const LETTER = /[\p{L}\p{N}]/u

/** Higher is better; null when `query` is not in `text`. Case and compatibility forms are as one; blanks of `query` do not count. */
export function fuzzyScore(query: string, text: string): number | null {
  const wanted = Array.from(folded(query).replaceAll(/\s+/gu, ''))
  const name = Array.from(folded(text)).slice(0, MAX_CHARACTERS)
  if (wanted.length === 0) return 0
  if (!isIn(wanted, name)) return null
  // `ends[j]`: the best of all ways to place what was wanted so far with its last character at j.
  let ends = name.map((character, j) => (character === wanted[0] ? placeValue(name, j) - Math.min(j, MOST_LEAD) * LEAD : NONE))
  for (const character of wanted.slice(1)) ends = nextEnds(ends, character, name)
  const best = Math.max(...ends)
  return best + (wanted.length === name.length ? WHOLE : 0) - (name.length - wanted.length) * REST
}

const NONE = Number.NEGATIVE_INFINITY

function nextEnds(ends: readonly number[], wanted: string, name: readonly string[]): number[] {
  let before = NONE
  return name.map((character, j) => {
    const previous = j === 0 ? NONE : ends[j - 1]!
    const apart = before
    before = Math.max(before, previous)
    if (character !== wanted) return NONE
    return Math.max(previous + Math.max(IN_RUN, placeValue(name, j)), apart + placeValue(name, j))
  })
}

function placeValue(name: readonly string[], j: number): number {
  if (j === 0) return AT_START
  return LETTER.test(name[j - 1]!) ? ANYWHERE : AT_WORD
}

function isIn(wanted: readonly string[], name: readonly string[]): boolean {
  let at = 0
  for (const character of name) if (character === wanted[at]) at += 1
  return at === wanted.length
}

function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase()
}
