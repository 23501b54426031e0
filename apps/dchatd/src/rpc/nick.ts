/** What a nick may be. */

const MAX_CHARACTERS = 32
/** Controls, formatting, unassigned and private characters, and line ends: nothing that cannot be seen, or moves what is. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}]/u

/** The nick in its one form (NFKC, no space at its ends), or undefined: 1 to 32 visible characters on one line. */
export function normaliseNick(nick: string): string | undefined {
  const normal = nick.normalize('NFKC').trim()
  const { length } = Array.from(normal) // code points
  return length >= 1 && length <= MAX_CHARACTERS && !UNSEEN.test(normal) ? normal : undefined
}
