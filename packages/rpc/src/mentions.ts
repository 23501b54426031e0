/** Whether somebody is spoken to: their nick as a word of its own, in any case. */

/** Nicks shorter than this would match everywhere. */
const LEAST_NICK = 2
const WORD = /[\p{L}\p{N}\p{M}_]/u

/** Whether `text` has `nick` in it as a word; never for a null or one-letter nick. */
export function mentions(text: string, nick: string | null): boolean {
  if (nick === null || nick.length < LEAST_NICK) return false
  const where = text.toLowerCase()
  const what = nick.toLowerCase()
  for (let at = where.indexOf(what); at !== -1; at = where.indexOf(what, at + 1)) {
    if (!isWordAt(where, at - 1) && !isWordAt(where, at + what.length)) return true
  }
  return false
}

function isWordAt(text: string, index: number): boolean {
  const character = text[index]
  return character !== undefined && WORD.test(character)
}
