import { ConfigError } from '@dchat/config'
import { describe, expect, it, test } from 'vitest'
import { ACTIONS } from '../input/action-table.ts'
import { tuiConfigText } from './config-text.ts'
import { readSettings } from './read-settings.ts'
import type { SettingLayers, SettingsRead } from './read-settings.ts'
import { keyOf, SETTING_NAMES } from './setting-specs.ts'
import { DEFAULT_SETTINGS } from './settings.ts'
import type { Settings } from './settings.ts'

function read({ text = '', ...layers }: Partial<SettingLayers> & { text?: string }): SettingsRead {
  return readSettings({ flags: {}, own: {}, env: {}, file: { path: 't.toml', text }, ...layers })
}

const settings = (text: string): Settings => read({ text }).settings

test('there are defaults without any file', () => {
  expect(read({})).toMatchObject({ settings: DEFAULT_SETTINGS, warnings: [] })
  expect(SETTING_NAMES).toHaveLength(Object.keys(DEFAULT_SETTINGS).length - 1)
  expect(new Set(SETTING_NAMES.map((name) => keyOf(name))).size).toBe(SETTING_NAMES.length)
})

test('the file that is printed says the defaults, in comments and without', () => {
  const bare = tuiConfigText().replaceAll(/^#(?=\S)/gmu, '')
  expect(settings(tuiConfigText())).toEqual(DEFAULT_SETTINGS)
  expect(settings(bare)).toEqual({ ...DEFAULT_SETTINGS, keys: expect.any(Map) })
  expect([...settings(bare).keys]).toEqual(ACTIONS.map(({ name, keys }) => [name, keys]))
  for (const name of SETTING_NAMES) expect(bare).toMatch(new RegExp(`^${keyOf(name)} = `, 'mu'))
})

test('a file says all there is', () => {
  const text = `theme = "light"
colors = "256"
nick_colors = "extended"
time_format = "%T"
show_time = false
nick_columns = 20
rooms_pane = "on"
peers_pane = "on"
title = false
highlight = ["dchat", "release party"]
notify = "command"
notify_command = ["notify-send", "a b"]
notify_body = true
mouse = true
clipboard = true
paste_lines = 50
ask_offline = false
start_daemon = "yes"`
  expect(settings(text)).toEqual({
    theme: 'light',
    colors: '256',
    nickColors: 'extended',
    timeFormat: '%T',
    showTime: false,
    nickColumns: 20,
    roomsPane: 'on',
    peersPane: 'on',
    title: false,
    highlight: ['dchat', 'release party'],
    notify: 'command',
    notifyCommand: ['notify-send', 'a b'],
    notifyBody: true,
    mouse: true,
    clipboard: true,
    pasteLines: 50,
    askOffline: false,
    startDaemon: 'yes',
    keys: new Map(),
  })
  expect(text.split('\n')).toHaveLength(SETTING_NAMES.length)
})

test('a flag wins over what was set, that over a variable, that over the file', () => {
  const layers = {
    flags: { theme: 'mono' },
    own: { theme: 'default', mouse: true },
    env: { DCHAT_TUI_THEME: 'light', DCHAT_TUI_MOUSE: 'false', DCHAT_TUI_NICK_COLUMNS: '9', DCHAT_HOME: '/x' },
    text: 'theme = "light"\nmouse = false\nnick_columns = 8\npaste_lines = 7',
  }
  const all = read(layers)
  expect(all.settings).toMatchObject({ theme: 'mono', mouse: true, nickColumns: 9, pasteLines: 7 })
  expect(all.warnings).toEqual([])
  const sourceOf = (key: string): unknown => all.values().find((value) => value.key === key)?.source
  expect(sourceOf('theme')).toEqual({ kind: 'flag', name: '--theme' })
  expect(sourceOf('mouse')).toEqual({ kind: 'set', name: '/set' })
  expect(sourceOf('nick_columns')).toEqual({ kind: 'env', name: 'DCHAT_TUI_NICK_COLUMNS' })
  expect(sourceOf('paste_lines')).toEqual({ kind: 'file', file: 't.toml', line: 4 })
  expect(sourceOf('title')).toEqual({ kind: 'default' })
  expect(read({ ...layers, flags: {} }).settings.theme).toBe('default')
  expect(read({ ...layers, flags: {}, own: {} }).settings.theme).toBe('light')
})

test('variables are texts: lists have commas, a command has blanks', () => {
  const env = { DCHAT_TUI_HIGHLIGHT: 'a b, c', DCHAT_TUI_NOTIFY_COMMAND: 'notify-send  dchat', DCHAT_TUI_KEYS_UNDO: 'ctrl-z, f5' }
  expect(read({ env }).settings).toMatchObject({ highlight: ['a b', 'c'], notifyCommand: ['notify-send', 'dchat'] })
  expect([...read({ env }).settings.keys]).toEqual([['undo', ['ctrl-z', 'f5']]])
  const listed = read({ env: { DCHAT_TUI_NOTIFY_COMMAND: '["a", "b c"]' } })
  expect(listed.settings.notifyCommand).toEqual(['a', 'b c'])
  expect(read({ env: { DCHAT_TUI_TEME: 'light' } }).warnings).toEqual([
    'DCHAT_TUI_TEME: unknown variable, ignored; did you mean DCHAT_TUI_THEME?',
  ])
})

describe('what will not do is an error with its place', () => {
  it.each([
    ['\ntheme = "lihgt"', 't.toml:2: theme: must be "default", "light" or "mono", is "lihgt"; did you mean "light"?'],
    ['teme = "light"', 't.toml:1: teme: unknown key; did you mean theme?'],
    ['theme = 1', 't.toml:1: theme: must be a string, is a number'],
    ['nick_columns = 3', 't.toml:1: nick_columns: must be a whole number from 4 to 40, is 3'],
    ['mouse = "on"', 't.toml:1: mouse: must be true or false, is a string'],
    ['time_format = "%H:%Q"', /^t\.toml:1: time_format: does not know %Q; there are %H /u],
    [`time_format = "${'x'.repeat(41)}"`, 't.toml:1: time_format: may have 40 characters, has 41'],
    ['highlight = [\n"a",\n" "]', 't.toml:3: highlight: a word cannot be empty'],
    [`highlight = [${'"a",'.repeat(101)}]`, 't.toml:1: highlight: may have 100 words, has 101'],
    [`highlight = ["${'é'.repeat(65)}"]`, 't.toml:1: highlight: a word may have 64 characters, has 65'],
    ['notify_command = "x"', 't.toml:1: notify_command: must be a list, is a string'],
    ['[keys]\nroom-nxt = "f5"', 't.toml:2: keys.room-nxt: unknown key; did you mean room-next?'],
    ['[keys]\nundo = "ctrl-f13"', /^t\.toml:2: keys\.undo: "ctrl-f13" is no key that can be bound; /u],
    ['[keys]\nundo = "pagup"', 't.toml:2: keys.undo: "pagup" is no key that can be bound; did you mean "pageup"?'],
    ['[keys]\nundo = ["f5",\n"x"]', /^t\.toml:3: keys\.undo: "x" is no key/u],
    ['[keys]\nundo = 5', 't.toml:2: keys.undo: must be a list, is a number'],
    ['[keys]\nundo = "f5"\nredo = ["f6", "F5"]', 't.toml:3: keys.redo: "f5" is bound to undo already; see line 2'],
    ['[kyes]\nundo = "f5"', 't.toml:1: kyes: unknown key; did you mean keys?'],
    ['keys = 1', 't.toml:1: keys: must be a table, is a number'],
    ['theme = light', /^t\.toml:1: not valid TOML/u],
  ])('%j', (text, message) => {
    expect(() => settings(text)).toThrow(message)
    expect(() => settings(text)).toThrow(ConfigError)
  })

  it.each([
    [{ env: { DCHAT_TUI_THEME: 'dark' } }, /^DCHAT_TUI_THEME: must be "default"/u],
    [{ env: { DCHAT_TUI_NICK_COLUMNS: 'wide' } }, /^DCHAT_TUI_NICK_COLUMNS: must be a whole number/u],
    [{ flags: { theme: 'dark' } }, /^--theme: must be "default"/u],
    [{ env: { DCHAT_TUI_KEYS_UNDO: 'f5', DCHAT_TUI_KEYS_REDO: 'f5' } }, /^DCHAT_TUI_KEYS_REDO: "f5" is bound to undo already/u],
  ])('%j', (layers, message) => {
    expect(() => read(layers)).toThrow(message)
  })
})

describe('[keys]', () => {
  it('has chords in any order of modifiers and case, one or several, or none', () => {
    const bound = settings('[keys]\nundo = "Shift-Ctrl-Z"\nredo = ["alt-R", "f5"]\nyank = []').keys
    expect(bound).toEqual(
      new Map([
        ['redo', ['alt-r', 'f5']],
        ['undo', ['ctrl-shift-z']],
        ['yank', []],
      ]),
    )
  })

  it('may give an action the same chord twice, and swap those of two', () => {
    expect(settings('[keys]\nundo = ["f5", "F5"]').keys.get('undo')).toEqual(['f5', 'f5'])
    expect(settings('[keys]\nroom-next = "ctrl-p"\nroom-previous = "ctrl-n"').keys.size).toBe(2)
  })
})

test('what was set and is none any more is said, and does not keep the program from starting', () => {
  const { settings: found, warnings } = read({ own: { theme: 'sepia', gone: 1, mouse: true, nick_columns: '9', keys: {} } })
  expect(found).toEqual({ ...DEFAULT_SETTINGS, mouse: true })
  expect(warnings).toEqual([
    'what was set of theme is ignored: must be "default", "light" or "mono", is "sepia"',
    'what was set of gone is ignored: there is no such setting',
    'what was set of nick_columns is ignored: must be a whole number, is a string',
    'what was set of keys is ignored: there is no such setting',
  ])
})
