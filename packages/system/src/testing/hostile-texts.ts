/**
 * What people have sent to terminals to harm or to deceive those who read there: one corpus for all programs that show what
 * others wrote. The texts stand in hostile-texts.json, by kind, each under a word of what it tries.
 */
import { readFileSync } from 'node:fs'

/** A part of a text: as it is, so many times, or bytes (hex) as they come out of a decoder of UTF-8. */
type Part = string | { readonly repeat: string; readonly times: number } | { readonly bytes: string }

export interface HostileText {
  readonly kind: string
  /** What it tries, in a few words. */
  readonly name: string
  readonly text: string
}

const FILE = new URL('./hostile-texts.json', import.meta.url)

/** All of them, in the order of the file; none is longer than MAX_HOSTILE_UNITS. */
export function hostileTexts(): HostileText[] {
  const kinds = JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, Record<string, string | Part[]>>
  return Object.entries(kinds).flatMap(([kind, texts]) =>
    Object.entries(texts).map(([name, text]) => ({
      kind,
      name,
      text: typeof text === 'string' ? text : text.map(partText).join(''),
    })),
  )
}

/** Code units of the longest. */
export const MAX_HOSTILE_UNITS = 20_010

function partText(part: Part): string {
  if (typeof part === 'string') return part
  return 'bytes' in part ? Buffer.from(part.bytes, 'hex').toString('utf8') : part.repeat.repeat(part.times)
}

/**
 * What no terminal may be sent of others: controls but the line feed, line and paragraph separators, bidi controls, characters
 * without a glyph (those inside an emoji apart), a place for a picture, lone surrogates.
 */
const HARMFUL =
  // oxlint-disable-next-line no-control-regex, no-misleading-character-class -- finding them, one by one, is what this is for
  /[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}\u{10eeee}\p{Surrogate}]/u

/** More marks than letters of any language bear. */
const TOWER = /\p{M}{5}/u

/** The first thing in `text` that could harm a terminal or its reader, as code points; undefined when there is none. */
export function findHarm(text: string): string | undefined {
  const found = HARMFUL.exec(text) ?? TOWER.exec(text)
  if (found === null) return undefined
  const points = Array.from(found[0], (point) => point.codePointAt(0)!.toString(16))
  return `U+${points.join(' U+')} in ${JSON.stringify(text.slice(Math.max(0, found.index - 30), found.index + 30))}`
}
