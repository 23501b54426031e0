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

function backOver(text: string, offset: number, isWord: boolean): number {
  let at = offset
  while (at > 0) {
    const start = previousBoundary(text, at)
    if (WORD.test(text.slice(start, at)) !== isWord) break
    at = start
  }
  return at
}

function forthOver(text: string, offset: number, isWord: boolean): number {
  let at = offset
  while (at < text.length) {
    const end = nextBoundary(text, at)
    if (WORD.test(text.slice(at, end)) !== isWord) break
    at = end
  }
  return at
}
