/** Where characters, as people see them, begin and end in a text; and where words and lines do. Offsets are code units. */

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
const WORD = /[\p{L}\p{N}\p{M}_]/u

/** The start of the grapheme that ends at or holds `offset - 1`; 0 at the start. */
export function previousBoundary(text: string, offset: number): number {
  if (offset <= 0) return 0
  return segmenter.segment(text).containing(Math.min(offset, text.length) - 1)?.index ?? 0
}

/** The end of the grapheme that holds `offset`; the length of `text` at its end. */
export function nextBoundary(text: string, offset: number): number {
  const found = segmenter.segment(text).containing(offset)
  return found === undefined ? text.length : found.index + found.segment.length
}

/** `offset`, or the start of the grapheme it is inside of. */
export function toBoundary(text: string, offset: number): number {
  if (offset <= 0) return 0
  return segmenter.segment(text).containing(offset)?.index ?? text.length
}

/** The start of the word before `offset`, over what is not a word. */
export function wordStartBefore(text: string, offset: number): number {
  return backOver(text, backOver(text, offset, false), true)
}

/** The end of the word after `offset`, over what is not a word. */
export function wordEndAfter(text: string, offset: number): number {
  return forthOver(text, forthOver(text, offset, false), true)
}

/** The start of the run of non-blanks before `offset`, over blanks. */
export function blankStartBefore(text: string, offset: number): number {
  const before = text.slice(0, offset)
  return toBoundary(text, before.trimEnd().search(/\S+$/u) === -1 ? 0 : before.trimEnd().search(/\S+$/u))
}

/** The start of the line `offset` is in. */
export function lineStart(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1
}

/** The end of the line `offset` is in, before its newline. */
export function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset)
  return end === -1 ? text.length : end
}

/** Whether the code unit is a character that is a grapheme of its own beside another such: ASCII, letters of Europe, Han, Kana. */
export function isSimple(unit: number): boolean {
  return isNarrow(unit) || isWide(unit)
}

/** A simple character of one column. */
export function isNarrow(unit: number): boolean {
  return (unit >= 0x20 && unit < 0x7f) || (unit >= 0xc0 && unit < 0x250) || (unit >= 0x400 && unit < 0x482)
}

/** A simple character of two columns. */
export function isWide(unit: number): boolean {
  return (
    (unit >= 0x4e00 && unit < 0xa000) ||
    (unit >= 0x3400 && unit < 0x4dc0) ||
    (unit >= 0x3041 && unit < 0x3097) ||
    (unit >= 0x30a1 && unit < 0x30fb)
  )
}

/** Code units that are looked at in one go: a long word is not segmented whole for each of its graphemes. */
const WINDOW = 512

function backOver(text: string, offset: number, isWord: boolean): number {
  let at = offset
  while (at > 0) {
    if (isSimple(text.charCodeAt(at - 1)) && (at === 1 || isSimple(text.charCodeAt(at - 2)))) {
      if (WORD.test(text[at - 1]!) !== isWord) return at
      at -= 1
      continue
    }
    const from = toBoundary(text, Math.max(0, at - WINDOW))
    const graphemes = [...segmenter.segment(text.slice(from, at))]
    const last = graphemes.findLast(({ segment }) => WORD.test(segment) !== isWord)
    if (last !== undefined) return from + last.index + last.segment.length
    at = from
  }
  return at
}

function forthOver(text: string, offset: number, isWord: boolean): number {
  let at = offset
  while (at < text.length) {
    if (isSimple(text.charCodeAt(at)) && (at + 1 === text.length || isSimple(text.charCodeAt(at + 1)))) {
      if (WORD.test(text[at]!) !== isWord) return at
      at += 1
      continue
    }
    const to = nextBoundary(text, Math.min(text.length, at + WINDOW))
    const first = [...segmenter.segment(text.slice(at, to))].find(({ segment }) => WORD.test(segment) !== isWord)
    if (first !== undefined) return at + first.index
    at = to
  }
  return at
}
