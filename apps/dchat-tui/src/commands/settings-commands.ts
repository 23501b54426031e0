/** The settings of the program itself: showing them, setting them, and what keys do. */
import { ACTIONS } from '../input/action-table.ts'
import { chordsOf, keyMapWith } from '../input/key-map.ts'
import { keyOf } from '../settings/setting-specs.ts'
import type { SettingLine } from '../settings/settings-keeper.ts'
import { BadArgument } from './command-context.ts'
import type { CommandContext } from './command-context.ts'
import { keyLabel, pair } from './help-text.ts'

/** The theme has this name, too: there it is that. */
const TAKE_BACK = 'default'

export function set(argument: string, context: CommandContext): void {
  const { settings, print } = context
  const [, key, rest] = /^(\S*?)(?:\s*=\s*|\s+|$)([^]*)$/u.exec(argument) as unknown as [string, string, string]
  if (key === '')
    print(
      [
        'settings (value, and what says so; /set NAME VALUE sets one, /set NAME default takes that back):',
        ...listed(settings.lines),
      ].join('\n'),
    )
  else if (rest === '') print(listed([settings.line(key)]).join('\n'))
  else if (rest === TAKE_BACK && key !== keyOf('theme')) print(listed([settings.reset(key)]).join('\n'))
  else print(listed([settings.set(key, rest)]).join('\n'))
}

function listed(lines: readonly SettingLine[]): string[] {
  const width = Math.max(...lines.map(({ key, value }) => key.length + value.length))
  return lines.map(({ key, value, source }) => `${key} = ${value}${' '.repeat(width - key.length - value.length)}  # ${source}`)
}

export function theme(argument: string, { settings, print }: CommandContext): void {
  const name = keyOf('theme')
  const { value, source } = argument === '' ? settings.line(name) : settings.set(name, argument)
  print(`the theme is ${value}, by ${source}${argument === '' ? '; /theme default, light or mono sets it' : ''}`)
}

/** Without a format the time comes and goes. */
export function ts(argument: string, { settings, print }: CommandContext): void {
  if (argument !== '') settings.set(keyOf('timeFormat'), argument)
  const isShown = argument !== '' || !settings.settings.showTime
  settings.set(keyOf('showTime'), String(isShown))
  print(
    isShown ? `lines have their time, as ${settings.settings.timeFormat}` : 'lines are without their time; /ts shows it again',
  )
}

/** As they are bound here. */
export function keys(argument: string, { settings, print }: CommandContext): void {
  const map = keyMapWith(settings.settings.keys)
  const rows = ACTIONS.map(({ name, doc }) => {
    const labels = chordsOf(map, name).map((chord) => keyLabel(chord))
    return pair(labels.length === 0 ? 'no key' : labels.join(', '), `${name}: ${doc}`)
  })
  const wanted = argument.toLowerCase()
  const found = rows.filter((row) => row.toLowerCase().includes(wanted))
  if (found.length === 0) throw new BadArgument(`no key and no action has ${argument.slice(0, 40)} in it: /keys lists all`)
  print(['keys, and the actions they do ([keys] of tui.toml binds others):', ...found].join('\n'))
}
