/** What the screen is drawn with: characters, and styles that never carry a meaning alone. */

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
  /** Before what is encrypted. */
  readonly lock: string
  /** What bars are made of: parts of one column, the smallest first, the whole last. */
  readonly bar: readonly string[]
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
  lock: '🔒',
  bar: ['▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'],
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
  lock: '[locked]',
  bar: ['#'],
}

/** ASCII for terminals whose font has little else: `TERM` dumb or linux (the console). */
export function glyphsFor(env: NodeJS.ProcessEnv): Glyphs {
  return env['TERM'] === 'dumb' || env['TERM'] === 'linux' ? ASCII : UNICODE
}

/** FORCE_COLOR decides when set (`0` or `false`: none); else NO_COLOR, non-empty, and TERM=dumb take colours away. */
export function isColorWanted(env: NodeJS.ProcessEnv): boolean {
  const forced = env['FORCE_COLOR']
  if (forced !== undefined) return forced !== '0' && forced !== 'false'
  return (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb'
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
  | 'author0'
  | 'author1'
  | 'author2'
  | 'author3'
  | 'author4'
  | 'author5'
  | 'author6'

export interface Style {
  readonly color?: string
  readonly bold?: boolean
  readonly dimColor?: boolean
  readonly inverse?: boolean
}

/** Of the 16 colours every terminal has, those readable on dark and light; red is for errors, bold without colour the own. */
const AUTHOR_COLORS = ['cyan', 'green', 'yellow', 'magenta', 'blue', 'magentaBright', 'blueBright'] as const

export const AUTHOR_STYLES: number = AUTHOR_COLORS.length

/** The style of an author with `hash`, a non-negative whole number. */
export function authorStyle(hash: number): StyleName {
  return `author${hash % AUTHOR_STYLES}` as StyleName
}

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
}

const COLORS: Readonly<Record<string, string>> = { error: 'red', warning: 'yellow', notice: 'gray' }

/** How `name` is drawn. Without colour the weight and the words have to do. */
export function styleOf(name: StyleName, isColored: boolean): Style {
  const base = PLAIN_STYLES[name] ?? {}
  if (!isColored) return base
  if (name.startsWith('author')) return { color: AUTHOR_COLORS[Number(name.slice('author'.length))]! }
  const color = COLORS[name]
  return color === undefined ? base : { ...base, color }
}
