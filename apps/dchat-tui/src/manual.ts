/** The program in one description: its help and its man page are printed from it. */
import type { OptionDescription, ProgramDescription } from '@dchat/manual'
import { COMMANDS } from './commands/command-table.ts'
import { keyEntries } from './commands/help-text.ts'
import { DEFAULT_KEY_MAP } from './input/key-map.ts'
import { THEMES } from './settings/settings.ts'

export const OPTIONS: readonly OptionDescription[] = [
  { name: 'home', value: 'DIR', takes: 'folder', help: "folder of dchatd's files, when it was started with --home" },
  {
    name: 'rpc',
    value: 'URL',
    help: 'where dchatd answers: unix:///path, tcp://host:port or tcp+tls://host:port; default: $DCHAT_RPC, else the Unix socket of the home',
  },
  {
    name: 'cookie-file',
    value: 'FILE',
    takes: 'file',
    help: 'cookie or token for a tcp address; default: $DCHAT_RPC_COOKIE_FILE, else on this machine the cookie of the home',
  },
  { name: 'theme', value: 'NAME', takes: THEMES, help: 'draw with the theme default, light or mono' },
  { name: 'plain', help: 'lines only, for pipes and screen readers' },
  { name: 'no-alt-screen', help: 'draw on the normal screen; the last view stays when you leave' },
  { name: 'print-config', help: 'print a tui.toml with every key and its default, and end' },
  { name: 'help', short: 'h', help: 'show this help' },
  { name: 'version', short: 'V', help: 'show the version' },
]

export function describeTui(): ProgramDescription {
  return {
    name: 'dchat-tui',
    summary: 'chat in the terminal through a running dchatd',
    usages: ['[OPTIONS]'],
    text: TEXT,
    options: OPTIONS,
    commands: [],
    sections: [
      {
        title: 'Commands in the chat',
        entries: [
          ...COMMANDS.map(({ name, argument, doc, aliases }): [string, string] => [
            `/${name}${argument === '' ? '' : ` ${argument}`}`,
            aliases.length === 0 ? doc : `${doc} (also ${aliases.map((alias) => `/${alias}`).join(', ')})`,
          ]),
          ['//text', 'send text that begins with a slash'],
        ],
      },
      { title: 'Keys', entries: keyEntries(DEFAULT_KEY_MAP) },
      { title: 'Environment', entries: ENVIRONMENT },
      { title: 'Files', text: 'With `--home DIR` all are below DIR.', entries: FILES },
      { title: 'Exit status', text: 'Of the line mode:', entries: EXIT_CODES },
    ],
    examples: [
      ['dchat-tui', 'Chat through the daemon of this user.'],
      ['dchat-tui --rpc tcp://127.0.0.1:51054', 'The same over TCP, with the cookie of the home.'],
      ['echo hello | dchat-tui', 'Print the latest lines, and send what is piped in.'],
    ],
  }
}

const TEXT = `Type and press Enter; /help shows commands and keys. When input or output is no terminal, it reads and prints lines instead, as
with --plain. Leaving it leaves dchatd running.`

const ENVIRONMENT = [
  ['DCHAT_HOME, DCHAT_RPC, DCHAT_RPC_COOKIE_FILE', 'as `--home`, `--rpc`, `--cookie-file`'],
  ['DCHAT_RPC_FINGERPRINT', 'SHA-256 of the certificate of a `tcp+tls` address'],
  ['DCHAT_TUI_KEY', 'every key of tui.toml(5): `nick_colors` is `DCHAT_TUI_NICK_COLORS`'],
  ['NO_COLOR', 'no colours, unless FORCE_COLOR or the setting `colors` says otherwise'],
  ['FORCE_COLOR', '0 for none, 1 for 16 colours, 2 for 256, 3 for all'],
  ['COLORTERM, TERM', 'how many colours there are; TERM=dumb: lines only, TERM=linux: ASCII marks'],
  ['INK_SCREEN_READER=true', 'as `--plain`'],
] as const

const FILES = [
  ['~/.config/dchat/tui.toml', 'The configuration: tui.toml(5).'],
  ['~/.local/state/dchat/tui-settings.json', 'What was set in the program.'],
  ['~/.local/state/dchat/input-history', 'Input lines, without those that hold secrets.'],
] as const

const EXIT_CODES = [
  ['0', 'all sent'],
  ['1', 'dchatd refused a line or command'],
  ['2', 'wrong usage, or a tui.toml that cannot be used'],
  ['3', 'dchatd not reached'],
] as const
