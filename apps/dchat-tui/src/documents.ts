/** The tables of docs/tui.md, and the page of tui.toml: printed from the tables of commands, actions and settings. */
import { describeKeys, keyTable, markdownTable } from '@dchat/config'
import type { SectionDescription } from '@dchat/manual'
import { COMMANDS, COMMAND_GROUPS } from './commands/command-table.ts'
import { keyLabel } from './commands/help-text.ts'
import { ACTIONS } from './input/action-table.ts'
import { TUI_SECTIONS } from './settings/read-settings.ts'

/** A table a group. */
export function commandDocument(): string {
  return COMMAND_GROUPS.map((group) => {
    const rows = COMMANDS.filter((command) => command.group === group).map(({ name, argument, aliases, doc }) => [
      code(`/${name}${argument === '' ? '' : ` ${argument}`}`),
      aliases.map((alias) => code(`/${alias}`)).join(', '),
      cell(doc),
    ])
    return `${heading(group)}\n\n${markdownTable(['Command', 'Also', 'What it does'], rows)}`
  }).join('\n\n')
}

/** A table a group, with the names that `[keys]` knows. */
export function keyDocument(): string {
  const groups = [...new Set(ACTIONS.map(({ group }) => group))]
  return groups
    .map((group) => {
      const rows = ACTIONS.filter((action) => action.group === group).map(({ name, keys, doc }) => [
        keys.map((key) => code(keyLabel(key))).join(', '),
        code(name),
        cell(doc),
      ])
      return `${heading(group)}\n\n${markdownTable(['Keys', 'Action', 'What it does'], rows)}`
    })
    .join('\n\n')
}

export function settingDocument(): string {
  return keyTable(TUI_SECTIONS[0]!)
}

/** tui.toml(5). */
export function describeTuiToml(): { summary: string; sections: readonly SectionDescription[] } {
  const [settings, keys] = describeKeys(TUI_SECTIONS) as [SectionDescription, SectionDescription]
  const description = { title: 'Description', text: TOML_TEXT }
  const files = { title: 'Files', entries: FILES }
  return {
    summary: 'the configuration of dchat-tui',
    sections: [description, { ...settings, title: 'Settings' }, keys, { title: 'Example', text: TOML_EXAMPLE }, files],
  }
}

const TOML_TEXT = `TOML 1.0. dchat-tui reads it at its start and never writes it; without it there are defaults. \`dchat-tui --print-config\`
prints one with every key and its default. A key or value that will not do ends the program with exit code 2 before anything is drawn, and a
line with file, line, key and what was probably meant.

A setting is what its flag says, else what was set in the program (\`/set NAME VALUE\`, \`/theme\`, \`/ts\`), else what its variable says
(\`nick_colors\`: \`DCHAT_TUI_NICK_COLORS\`; lists have commas), else what this file says, else its default. \`/set\` lists all with what says
so; \`/set NAME default\` takes back what was set there.`

const TOML_EXAMPLE = `  theme = "light"
  nick_colors = "extended"
  time_format = "%H:%M:%S"
  highlight = ["release"]

  [keys]
  room-next = ["alt-down", "ctrl-n"]
  room-previous = ["alt-up", "ctrl-p"]
  history-search = []`

const FILES = [
  ['~/.config/dchat/tui.toml', 'With `--home DIR`: `tui.toml` in DIR.'],
  ['~/.local/state/dchat/tui-settings.json', 'What was set in the program.'],
] as const

function heading(group: string): string {
  return `### ${group.charAt(0).toUpperCase()}${group.slice(1)}`
}

/** As it stands in a table. */
function cell(text: string): string {
  return text.replaceAll('|', String.raw`\|`)
}

/** A backquote cannot stand in code that is one. */
function code(text: string): string {
  return cell(text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``)
}
