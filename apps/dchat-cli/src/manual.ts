/** The whole program in one description: completion and the man page are printed from it. */
import type { CommandDescription, ProgramDescription, WordDescription } from '@dchat/manual'
import { COMMANDS } from './command-list.ts'
import { COMMANDS_GROUP } from './command.ts'
import type { Command } from './command.ts'
import { EXIT_CODES } from './exit.ts'
import { GLOBAL_OPTIONS } from './global-options.ts'
import { ARGUMENT_RULES } from './methods/argument-rules.ts'
import { METHOD_COMMANDS } from './methods/method-commands.ts'

export function describeCli(): ProgramDescription {
  const own = COMMANDS.map((command) => described(command, COMMANDS_GROUP))
  const methods = METHOD_COMMANDS.filter(({ name }) => !COMMANDS.some((command) => command.name === name)).map((command) =>
    described(command, `Methods: ${command.group}`),
  )
  return {
    name: 'dchat-cli',
    summary: 'script a running dchatd',
    usages: ['COMMAND [OPTIONS]', 'METHOD [NAME=VALUE…] [OPTIONS]'],
    text: DESCRIPTION,
    options: GLOBAL_OPTIONS,
    commands: [...own, ...methods],
    sections: [
      { title: 'Parameters of methods', text: ARGUMENT_RULES },
      { title: 'Exit status', entries: EXIT_CODES.map(([code, meaning]) => [String(code), meaning]) },
      { title: 'Environment', entries: ENVIRONMENT },
    ],
    examples: EXAMPLES,
  }
}

const DESCRIPTION = `Talks to the daemon on its Unix socket, which it finds by itself, or at the address given by \`--rpc\`. Commands print a line a
message, methods what they give: texts as they are, objects as lines of key and value, lists as columns, times as local ones with how
far off they are. What others wrote is made safe for a terminal. With \`--json\` it is exact: one JSON value a line, dangerous
characters being written as escapes.

Errors are one line on stderr that says what to do.`

const ENVIRONMENT = [
  ['DCHAT_HOME', 'as `--home`'],
  ['DCHAT_RPC', 'as `--rpc`'],
  ['DCHAT_RPC_COOKIE_FILE', 'as `--cookie-file`'],
  [
    'DCHAT_RPC_FINGERPRINT',
    'SHA-256 of the certificate of a `tcp+tls` address; default: the file tls-fingerprint beside the cookie file',
  ],
] as const

const EXAMPLES = [
  ['dchat-cli wait-ready --peers 1 --timeout 60', 'Wait until somebody is there.'],
  ['uptime | dchat-cli send -', 'Send what a program says.'],
  ['dchat-cli tail -f --since 120 --json | jq -r .text', 'Follow the texts after a message that was seen.'],
  ['dchat-cli chat.history since=0 limit=5 room=dchat', 'Call a method.'],
  ["dchat-cli chat.send room=dchat -- 'a=b is a text'", 'Give a text as it is.'],
] as const

function described(command: Command, group: string): CommandDescription {
  const { name, usage, summary, text, options, entries = [] } = command
  return { name, usage, summary, text, options, entries, words: wordsOf(command), group }
}

function wordsOf({ name, words = [] }: Command): readonly WordDescription[] {
  if (name === 'rpc') return METHOD_COMMANDS.map((method) => ({ word: method.name, help: method.summary }))
  if (name !== 'help') return words
  return [...COMMANDS, ...METHOD_COMMANDS].map((command) => ({ word: command.name, help: command.summary }))
}
