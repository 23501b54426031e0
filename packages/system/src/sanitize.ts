/**
 * Makes text from others safe to show in a terminal. Used by every program before it prints what a peer wrote, at the
 * daemon's boundary and again at the screen: applying it twice gives the same text. Stored bytes and JSON stay exact.
 */

export interface SanitizeOptions {
  /**
   * Whether line feeds stay (a CR before one is dropped); else they become the mark `␊`.
   * @default false
   */
  keepNewlines?: boolean
}

/** The most marks that stack on one character: enough for Vietnamese, Thai or Hebrew, too few to climb over other lines. */
const MAX_MARKS = 4

/** The most pictographs joined into one emoji; the longest in use (a family with skin tones) has 4. */
const MAX_JOINED = 8

/** Columns of a name; lists and message heads are laid out for it. */
const MAX_NICK_COLUMNS = 32

/** Code units of a raw name that are looked at; far more than 32 columns of anything readable. */
const MAX_NICK_UNITS = 512

const TAB = '    '
const ESCAPE_MARK = '\u241b'
const OTHER_MARK = '\ufffd'

const PRINTABLE_ASCII = /^[\x20-\x7e\n]*$/
const SUSPICIOUS =
  // oxlint-disable-next-line no-control-regex -- finding control characters is what this is for
  /[\x00-\x1f\x7f-\x9f\u2028\u2029\ufff9-\ufffb\u{10eeee}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]|\p{M}{5}/u

/** Stand for no character; U+10EEEE is one of private use by which terminals show a picture that they were given before. */
const MEANINGLESS = '\\u{10eeee}\\p{Noncharacter_Code_Point}'
const IS_MEANINGLESS = new RegExp(`^[${MEANINGLESS}]`, 'u')

const GLYPHLESS = '\\u2028\\u2029\\ufff9-\\ufffb\\p{Default_Ignorable_Code_Point}'
const IS_GLYPHLESS = new RegExp(`^[${GLYPHLESS}]`, 'u')

/**
 * What is replaced, in this order: an emoji, kept whole; an escape sequence (CSI; OSC, DCS, APC, PM, SOS with their
 * text; any other) as one mark; line ends; other controls; and what has no glyph of its own, removed. String bodies
 * hold no control, so that each character is looked at once whatever the input.
 */
const PIECES = new RegExp(
  [
    `([0-9#*]\\ufe0f?\\u20e3|\\p{ExtPict}[\\ufe0e\\ufe0f\\p{EMod}]?(?:\\u200d\\p{ExtPict}[\\ufe0f\\p{EMod}]?){0,${MAX_JOINED - 1}})`,
    '(?:\\x1b\\[|\\x9b)[\\x30-\\x3f]*[\\x20-\\x2f]*[\\x40-\\x7e]?',
    '(?:\\x1b[\\]PX^_]|[\\x90\\x98\\x9d-\\x9f])(?:[^\\x00-\\x1f\\x7f-\\x9f]*(?:\\x07|\\x1b\\\\|\\x9c))?',
    '\\x1b[\\x20-\\x2f]*[\\x30-\\x7e]?',
    '\\r?\\n',
    `[\\x00-\\x1f\\x7f-\\x9f${MEANINGLESS}]`,
    `[${GLYPHLESS}]`,
  ].join('|'),
  'gu',
)

const STACKED_MARKS = new RegExp(`(\\p{M}{${MAX_MARKS}})\\p{M}+`, 'gu')

/**
 * `text` without anything that moves the cursor, colours, links, hides, reorders or stacks: escape sequences become `␛`,
 * other controls their Unicode pictures, a tab four spaces; bidi controls, zero-width characters outside an emoji, tag
 * characters and blank letters go; lone surrogates become U+FFFD. Idempotent; linear in the length of `text`.
 */
export function sanitizeText(text: string, options: SanitizeOptions = {}): string {
  const keepNewlines = options.keepNewlines === true
  if (PRINTABLE_ASCII.test(text) && (keepNewlines || !text.includes('\n'))) return text
  const wellFormed = text.toWellFormed()
  if (!SUSPICIOUS.test(wellFormed)) return wellFormed
  const newline = keepNewlines ? '\n' : '\u240a'
  return wellFormed
    .replace(PIECES, (piece: string, emoji?: string) => emoji ?? shown(piece, newline))
    .replace(STACKED_MARKS, '$1')
}

/** What stands for one match of PIECES that is no emoji, told by its first character. */
function shown(piece: string, newline: string): string {
  const code = piece.codePointAt(0)!
  if (code === 0x0a || piece === '\r\n') return newline
  if (code === 0x09) return TAB
  if (code === 0x1b) return ESCAPE_MARK
  if (code < 0x20) return String.fromCharCode(0x2400 + code)
  if (code === 0x7f) return '\u2421'
  if (code > 0x7f && code < 0xa0) return SEQUENCE_STARTS.has(code) ? ESCAPE_MARK : OTHER_MARK
  if (IS_GLYPHLESS.test(piece)) return ''
  return IS_MEANINGLESS.test(piece) ? OTHER_MARK : piece
}

/** DCS, SOS, CSI, OSC, PM and APC in their one-character forms. */
const SEQUENCE_STARTS: ReadonlySet<number> = new Set([0x90, 0x98, 0x9b, 0x9d, 0x9e, 0x9f])

/** Made when the first name needs it: that takes 6 ms and 4 MiB, which a program among plain names never spends. */
let segmenter: Intl.Segmenter | undefined
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}\p{Emoji_Presentation}\ufe0f]/u

/** White space, and what is drawn as nothing: a Braille pattern without dots, a note without a head. */
const BLANKS = /[\s\u2800\u{1d159}]+/gu

/**
 * A name to show beside a message: compatibility forms folded (NFKC), one line, spaces collapsed, at most 32 columns.
 * Empty when nothing readable is left. Idempotent. Two people may have the same name: it proves nothing.
 */
export function sanitizeNick(nick: string): string {
  const folded = nick.slice(0, MAX_NICK_UNITS).toWellFormed().normalize('NFKC')
  const flat = sanitizeText(folded.replace(BLANKS, ' ')).normalize('NFKC').replace(BLANKS, ' ').trim()
  if (PRINTABLE_ASCII.test(flat)) return flat.slice(0, MAX_NICK_COLUMNS).trimEnd()
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' })
  let columns = 0
  let end = 0
  for (const { segment, index } of segmenter.segment(flat)) {
    columns += WIDE.test(segment) ? 2 : 1
    if (columns > MAX_NICK_COLUMNS) break
    end = index + segment.length
  }
  return flat.slice(0, end).trimEnd()
}
