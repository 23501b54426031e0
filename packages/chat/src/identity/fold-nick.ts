/** What two nicks have in common that people take for one another. Facts: docs/chat.md, *Identity*; Unicode UTS 39. */
import { CONFUSABLES } from './confusables.ts'

/** Nobody sees them: joiners, fillers, selectors, marks of direction, spaces and the blank of Braille. */
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\p{White_Space}\p{Control}\u2800]/gu
const ASCII = /^[\0-\x7f]*$/
/** Folding a letter may give one that looks like another; no chain is longer. */
const ROUNDS_MAX = 4

let looks: ReadonlyMap<string, string> | undefined

/**
 * Equal for nicks that differ in case, in what is not seen or only in letters that look alike. To compare, never to show.
 *
 * A nick that looks like one in plain Latin letters is folded as that, so that `ВОТ` in Cyrillic is `BOT` and `bot`; in any other one case
 * is folded first, so that `Виктор` is `виктор`. As `I` looks like `l`, `i` and `l` are one.
 */
export function foldNick(nick: string): string {
  const seen = nick.normalize('NFKD').replaceAll(UNSEEN, '')
  const likeness = skeletonOf(seen)
  let folded = ASCII.test(likeness) ? likeness : seen
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const next = skeletonOf(caseFolded(folded))
    if (next === folded) break
    folded = next
  }
  return folded.replaceAll('i', 'l')
}

/** By way of capitals, which `ß` and `ss`, both sigmas and the long s share. */
function caseFolded(text: string): string {
  return text.toUpperCase().toLowerCase()
}

/** UTS 39, section 4, without regard to direction, and with letters that are compatible taken as one. */
function skeletonOf(text: string): string {
  looks ??= readTable()
  let skeleton = ''
  for (const character of text.normalize('NFKD')) skeleton += looks.get(character) ?? character
  return skeleton.normalize('NFKD')
}

function readTable(): ReadonlyMap<string, string> {
  const table = new Map<string, string>()
  for (const line of CONFUSABLES.trim().split('\n')) {
    const [target, ...sources] = line.split(' ')
    const text = String.fromCodePoint(...target!.split('+').map(fromHex))
    for (const source of sources) table.set(String.fromCodePoint(fromHex(source)), text)
  }
  return table
}

function fromHex(digits: string): number {
  return Number.parseInt(digits, 16)
}
