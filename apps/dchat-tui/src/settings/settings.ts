/** How the user wants the program to be. Immutable; docs/tui.md lists the keys. */
import type { KeyBindings } from '../input/key-map.ts'

export const THEMES = ['default', 'light', 'mono'] as const

export interface Settings {
  readonly theme: (typeof THEMES)[number]
  /** `auto`: what the terminal says it can. */
  readonly colors: 'auto' | 'truecolor' | '256' | '16' | 'none'
  /** Colours of nicks: none, of the 16 every terminal has, or of 256 and more where there are so many. */
  readonly nickColors: 'off' | 'base' | 'extended'
  /** As strftime: `%H`, `%M`, `%S`, `%I`, `%p`, `%d`, `%m`, `%y`, `%Y`, `%b`, `%a`, `%T`, `%R`. */
  readonly timeFormat: string
  readonly showTime: boolean
  /** Words that count as mentions, beside the own nick. */
  readonly highlight: readonly string[]
  readonly notify: 'off' | 'bell' | 'osc9' | 'command'
  /** The program of `command` and its arguments. */
  readonly notifyCommand: readonly string[]
  /** Whether notifications say what was said. */
  readonly notifyBody: boolean
  readonly mouse: boolean
  /** Whether lines may be copied to the clipboard through the terminal (OSC 52). */
  readonly clipboard: boolean
  /** `auto`: on wide screens once there are several rooms. */
  readonly roomsPane: 'auto' | 'on' | 'off'
  readonly peersPane: 'on' | 'off'
  /** Columns of the nick column. */
  readonly nickColumns: number
  /** Pasted lines that are taken without a question. */
  readonly pasteLines: number
  /** Whether to ask before a line is kept because nobody is connected. */
  readonly askOffline: boolean
  readonly startDaemon: 'ask' | 'yes' | 'no'
  /** Whether the title of the terminal is set. */
  readonly title: boolean
  /** Of actions that are bound otherwise than by default: their chords, none for no key at all. */
  readonly keys: KeyBindings
}

export const DEFAULT_SETTINGS: Settings = {
  theme: 'default',
  colors: 'auto',
  nickColors: 'base',
  timeFormat: '%H:%M',
  showTime: true,
  highlight: [],
  notify: 'bell',
  notifyCommand: [],
  notifyBody: false,
  mouse: false,
  clipboard: false,
  roomsPane: 'auto',
  peersPane: 'off',
  nickColumns: 14,
  pasteLines: 5,
  askOffline: true,
  startDaemon: 'ask',
  title: true,
  keys: new Map(),
}
