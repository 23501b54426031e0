/** The settings as keys of tui.toml: one table reads, checks, sets, lists and documents them. */
import { booleanKind, choiceKind, integerKind, listKind, textKind, tomlKind } from '@dchat/config'
import type { KeyKind, KeyTable, Parsed } from '@dchat/config'
import { MAX_HIGHLIGHT_CHARS, MAX_HIGHLIGHT_WORDS, MAX_TIME_FORMAT_CHARS } from '../limits.ts'
import { timeFormatFault } from '../view/time-format.ts'
import { DEFAULT_SETTINGS, THEMES } from './settings.ts'
import type { Settings } from './settings.ts'

/** All but the keys, which have a table of their own. */
export type PlainSettings = Omit<Settings, 'keys'>

type Spec<K extends keyof PlainSettings> = Omit<KeyTable<PlainSettings>[K], 'default'>

/** In the order in which files and documents show them. */
const SPECS: { readonly [K in keyof PlainSettings]: Spec<K> } = {
  theme: {
    kind: choiceKind(...THEMES),
    text: 'How the screen is drawn: `"default"` for dark backgrounds, `"light"`, or `"mono"` without colours',
    flag: { name: 'theme', kind: 'string', value: 'NAME', help: 'draw with the theme default, light or mono' },
  },
  colors: {
    kind: choiceKind('auto', 'truecolor', '256', '16', 'none'),
    text: 'How many colours there are; `"auto"` goes by FORCE_COLOR (0 to 3), NO_COLOR, COLORTERM and TERM',
  },
  nickColors: {
    kind: choiceKind('off', 'base', 'extended'),
    text: 'Colours of nicks, the same for all lines of one key: of the 16 every terminal has, or of 256 and more where there are so many',
  },
  timeFormat: {
    kind: textKind(`text, ${MAX_TIME_FORMAT_CHARS} characters`, parseTimeFormat),
    text: 'Time beside lines, as strftime: `%H %M %S %I %p %d %m %y %Y %b %a %T %R %%`. It is left out where there is no room for it',
    examples: ['time_format = "%a %I:%M %p"'],
    startsGroup: true,
  },
  showTime: { kind: booleanKind, text: 'Whether lines have their time; `/ts` turns it on and off' },
  nickColumns: {
    kind: integerKind({ min: 4, max: 40, unit: 'columns' }),
    text: 'Width of the nick column, where the talk has 60 columns and more; from 100 on it is 8 columns wider',
  },
  roomsPane: {
    kind: choiceKind('auto', 'on', 'off'),
    text: 'The list of rooms at the left; `"auto"` shows it from 100 columns on, once there are two rooms',
    startsGroup: true,
  },
  peersPane: { kind: choiceKind('on', 'off'), text: 'The people and peers at the right' },
  title: { kind: booleanKind, text: 'Whether the title of the terminal names the room and what is unread' },
  highlight: {
    kind: highlightKind(),
    text: 'Words that count as mentions, beside your nick; added to those the daemon keeps (`/hilight`)',
    examples: ['highlight = ["dchat", "release"]'],
    startsGroup: true,
  },
  notify: {
    kind: choiceKind('off', 'bell', 'osc9', 'command'),
    text: 'How you are told of mentions and direct messages while the terminal is not in use: its bell, a notification of the terminal (OSC 9), or a command, which is run while it is in use, too',
  },
  notifyCommand: {
    kind: commandKind(),
    text: 'The program of `"command"` and its arguments, run without a shell; it finds `DCHAT_ROOM`, `DCHAT_SENDER`, `DCHAT_MESSAGE` (empty without `notify_body`) and `DCHAT_HERE` (`1` while you look at that room) in its environment',
    examples: ['notify_command = ["notify-send", "dchat"]'],
  },
  notifyBody: { kind: booleanKind, text: 'Whether notifications say what was said' },
  mouse: { kind: booleanKind, text: 'Whether the wheel scrolls; selecting text then needs Shift', startsGroup: true },
  clipboard: { kind: booleanKind, text: 'Whether `/copy` may write to the clipboard, through the terminal (OSC 52)' },
  pasteLines: {
    kind: integerKind({ min: 1, max: 1_000, unit: 'lines' }),
    text: 'Pasted lines that are taken without a question',
  },
  askOffline: { kind: booleanKind, text: 'Whether to ask before a line is kept because nobody is connected', startsGroup: true },
  startDaemon: { kind: choiceKind('ask', 'yes', 'no'), text: 'Whether to start dchatd when none runs' },
}

export const SETTING_NAMES = Object.keys(SPECS) as readonly (keyof PlainSettings)[]

/** What files, variables and `/set` call a setting: `nick_colors`. */
export function keyOf(name: keyof PlainSettings): string {
  return name.replaceAll(/[A-Z]/gu, (letter) => `_${letter.toLowerCase()}`)
}

/** By the names of the file. */
export const SETTING_KEYS: KeyTable<Readonly<Record<string, unknown>>> = Object.fromEntries(
  SETTING_NAMES.map((name) => [keyOf(name), { ...SPECS[name], default: DEFAULT_SETTINGS[name] }]),
) as KeyTable<Readonly<Record<string, unknown>>>

function parseTimeFormat(text: string): Parsed<string> {
  if (text.length > MAX_TIME_FORMAT_CHARS) return { reason: `may have ${MAX_TIME_FORMAT_CHARS} characters, has ${text.length}` }
  const fault = timeFormatFault(text)
  return fault === null ? { value: text } : { reason: fault }
}

function parseHighlight(text: string): Parsed<string> {
  const word = text.trim()
  if (word === '') return { reason: 'a word cannot be empty' }
  const { length } = word
  return length <= MAX_HIGHLIGHT_CHARS
    ? { value: word }
    : { reason: `a word may have ${MAX_HIGHLIGHT_CHARS} characters, has ${length}` }
}

function highlightKind(): KeyKind<readonly string[]> {
  const list = listKind(`list of words, at most ${MAX_HIGHLIGHT_WORDS}`, parseHighlight)
  return {
    ...list,
    read(table, key, places) {
      const words = list.read(table, key, places)
      if (words.length <= MAX_HIGHLIGHT_WORDS) return words
      throw table.error(key, { code: 'CONFIG_RANGE', reason: `may have ${MAX_HIGHLIGHT_WORDS} words, has ${words.length}` })
    },
  }
}

/** A program and its arguments: a list, in a variable or `/set` also words with blanks between them. */
function commandKind(): KeyKind<readonly string[]> {
  const list = tomlKind('list of texts', (table, key) => table.strings(key)!)
  return {
    ...list,
    parseText: (text, cwd) => (text.startsWith('[') ? list.parseText(text, cwd) : { value: wordsOf(text) }),
  }
}

function wordsOf(text: string): string[] {
  return text.split(/\s+/u).filter((word) => word !== '')
}
