/** Whether somebody is spoken to: their nick, or another word of theirs, as a word of its own, in any case. */
import { MIN_HIGHLIGHT_CHARACTERS } from './limits.ts'

const WORD = /[\p{L}\p{N}\p{M}_]/u

/** Whether `text` has `nick` in it as a word; never for a null or one-letter nick. */
export function mentions(text: string, nick: string | null): boolean {
  return nick !== null && mentionsAny(text, [nick])
}

/** Whether `text` has one of `words` in it as a word; words of one letter are never found. */
export function mentionsAny(text: string, words: readonly string[]): boolean {
  if (words.length === 0) return false
  const where = text.toLowerCase()
  return words.some((word) => word.length >= MIN_HIGHLIGHT_CHARACTERS && hasWord(where, word.toLowerCase()))
}

function hasWord(where: string, what: string): boolean {
  for (let at = where.indexOf(what); at !== -1; at = where.indexOf(what, at + 1)) {
    if (!isWordAt(where, at - 1) && !isWordAt(where, at + what.length)) return true
  }
  return false
}

function isWordAt(text: string, index: number): boolean {
  const character = text[index]
  return character !== undefined && WORD.test(character)
}
