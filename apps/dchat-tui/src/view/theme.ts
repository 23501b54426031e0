/** What the screen is drawn with: characters, and styles whose colours never carry a meaning alone. */
import type { Settings } from '../settings/settings.ts'
import type { ColorDepth } from './color-depth.ts'
import { nickColors } from './nick-colors.ts'

export interface Glyphs {
  readonly separator: string
  readonly bullet: string
  readonly ellipsis: string
  readonly rule: string
  readonly prompt: string
  readonly pending: string
  readonly sent: string
  readonly stored: string
  readonly failed: string
  readonly unknown: string
  /** Beside a line that is picked out. */
  readonly pointer: string
  /** Before what is encrypted. */
  readonly lock: string
  /** What bars are made of: parts of one column, the smallest first, the whole last. */
  readonly bar: readonly string[]
  /** What is not full of a bar. */
  readonly barRest: string
  /** Before the room that is shown, in the list of rooms. */
  readonly here: string
  /** Before a room of which nothing is told. */
  readonly muted: string
  /** That there is more above, below. */
  readonly up: string
  readonly down: string
}

const UNICODE: Glyphs = {
  separator: '│',
  bullet: '·',
  ellipsis: '…',
  rule: '─',
  prompt: '> ',
  pending: '…',
  sent: '✓',
  stored: '⌛',
  failed: '!',
  unknown: '?',
  pointer: '❯',
  lock: '🔒',
  bar: ['▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'],
  barRest: '░',
  here: '▸',
  muted: '×',
  up: '↑',
  down: '↓',
}

const ASCII: Glyphs = {
  separator: '|',
  bullet: '-',
  ellipsis: '~',
  rule: '-',
  prompt: '> ',
  pending: '..',
  sent: '+',
  stored: '~',
  failed: '!',
  unknown: '?',
  pointer: '>',
  lock: '[locked]',
  bar: ['#'],
  barRest: '-',
  here: '>',
  muted: 'x',
  up: '^',
  down: 'v',
}

/** ASCII for terminals whose font has little else: `TERM` dumb or linux (the console). */
export function glyphsFor(env: NodeJS.ProcessEnv): Glyphs {
  return env['TERM'] === 'dumb' || env['TERM'] === 'linux' ? ASCII : UNICODE
}

export type StyleName =
  | 'text'
  | 'dim'
  | 'own'
  | 'mention'
  | 'error'
  | 'notice'
  | 'status'
  | 'warning'
  | 'prompt'
  | 'selected'
  | 'match'
  | `author${number}`

export interface Style {
  /** As Ink takes it: a name, `ansi256(n)` or `#rrggbb`. */
  readonly color?: string
  readonly bold?: boolean
  readonly dimColor?: boolean
  readonly inverse?: boolean
}

/** Authors by hash; how many colours they share is the palette's. */
const AUTHOR_STYLES = 65_536

/** The style of an author with `hash`, a non-negative whole number. */
export function authorStyle(hash: number): StyleName {
  return `author${hash % AUTHOR_STYLES}`
}

/** What each style is without colours: weight and words have to do. */
const PLAIN_STYLES: Readonly<Record<string, Style>> = {
  text: {},
  dim: { dimColor: true },
  own: { bold: true },
  mention: { bold: true, inverse: true },
  error: { bold: true },
  notice: { dimColor: true },
  status: { inverse: true },
  warning: { bold: true, inverse: true },
  prompt: { bold: true },
  selected: { inverse: true },
  match: { bold: true, inverse: true },
}

type Colors = Readonly<Record<string, string>>

/** The 16 of the terminal, and those of more, readable on black and on white. */
const COLORS: Readonly<Record<'default' | 'light', Readonly<Record<'few' | 'many', Colors>>>> = {
  default: {
    few: { error: 'red', warning: 'yellow', notice: 'gray' },
    many: { error: 'ansi256(203)', warning: 'ansi256(214)', notice: 'ansi256(245)' },
  },
  light: {
    few: { error: 'red', warning: 'red', notice: 'gray' },
    many: { error: 'ansi256(160)', warning: 'ansi256(130)', notice: 'ansi256(240)' },
  },
}

/** How each style is drawn. */
export interface Palette {
  readonly styleOf: (name: StyleName) => Style
}

/** The palette of a theme on a terminal with `depth`. */
export function paletteOf(settings: Pick<Settings, 'theme' | 'nickColors'>, depth: ColorDepth): Palette {
  const authors = nickColors(settings, depth).map((color): Style => ({ color }))
  const { theme } = settings
  const isMono = theme === 'mono' || depth === 'none'
  const colors = isMono ? {} : COLORS[theme][depth === '16' ? 'few' : 'many']
  const styles = new Map(Object.entries(PLAIN_STYLES).map(([name, plain]) => [name, withColor(plain, colors[name])]))
  return {
    styleOf(name) {
      const known = styles.get(name)
      if (known !== undefined) return known
      return authors[Number(name.slice('author'.length)) % authors.length] ?? PLAIN_STYLES['text']!
    },
  }
}

function withColor(plain: Style, color: string | undefined): Style {
  return color === undefined ? plain : { ...plain, color }
}
