/** Does what a command says and prints what came of it. Shared by the screen and the line mode. */
import { isCallFailure } from '@dchat/rpc'
import { keyMapWith } from '../input/key-map.ts'
import { failureWords } from '../session/failure-words.ts'
import { SettingError } from '../settings/settings-keeper.ts'
import { BadArgument } from './command-context.ts'
import type { CommandContext, Handler } from './command-context.ts'
import type { CommandName } from './command-table.ts'
import { exportLines } from './export-command.ts'
import { helpAbout } from './help-text.ts'
import { debug, rpc, stats, whoami } from './inspect-commands.ts'
import { dehilight, hilight } from './highlight-commands.ts'
import { ignore, ignores, unignore } from './ignore-commands.ts'
import { names } from './names-command.ts'
import { net, peers, status } from './network-commands.ts'
import { connect, disconnect, nick, reconnect } from './node-commands.ts'
import { hold, msg, query, verify, whois } from './people-commands.ts'
import { cancel, pending, retract, retry } from './own-line-commands.ts'
import { copy, search } from './search-commands.ts'
import { accept, create, invite, members, rekey } from './private-commands.ts'
import { keys, set, theme, ts } from './settings-commands.ts'
import { buffer, forget, join, leave, mute, notify, rooms, topic, unmute } from './room-commands.ts'

/** The commands that are not a way to send. */
export type RunnableCommand = { readonly name: Exclude<CommandName, 'me'>; readonly argument: string }

/** Runs `command`; true when it did what was asked. Failures are printed, never thrown. */
export async function runCommand(command: RunnableCommand, context: CommandContext): Promise<boolean> {
  const guarded: CommandContext = {
    ...context,
    ask: ({ text, yes }) => context.ask({ text, yes: async () => void (await attempt(command.name, context, yes)) }),
  }
  return await attempt(command.name, context, () => HANDLERS[command.name](command.argument, guarded))
}

async function attempt(name: string, context: CommandContext, action: () => Promise<void> | void): Promise<boolean> {
  try {
    await action()
    return true
  } catch (error) {
    if (isCallFailure(error)) context.print(`/${name}: ${failureWords(error)}`, 'error')
    else if (error instanceof BadArgument || error instanceof SettingError) context.print(`/${name}: ${error.message}`, 'error')
    else throw error
    return false
  }
}

const HANDLERS: Readonly<Record<RunnableCommand['name'], Handler>> = {
  msg,
  query,
  hold,
  nick,
  search,
  copy,
  export: exportLines,
  pending,
  cancel,
  retry,
  retract,
  clear: (_argument, context) => context.clear(),
  edit: (argument, context) => {
    if (context.edit === undefined) throw new BadArgument('there is no input line here to edit: it needs the screen')
    context.edit(argument)
  },
  rooms,
  buffer,
  join,
  leave,
  topic,
  notify,
  mute,
  unmute,
  forget,
  whois,
  ignore,
  unignore,
  ignores,
  hilight,
  dehilight,
  verify,
  create,
  invite,
  accept,
  members,
  rekey,
  names,
  whoami,
  net,
  peers,
  status,
  connect,
  disconnect,
  reconnect,
  set,
  theme,
  ts,
  keys,
  stats,
  rpc,
  debug,
  help: (argument, context) => {
    if (argument === '') context.help()
    else context.print(helpAbout(argument, keyMapWith(context.settings.settings.keys)).join('\n'))
  },
  yes: async (_argument, context) => {
    if (!(await context.sayYes())) throw new BadArgument('nothing was asked')
  },
  quit: (_argument, context) => context.quit(),
}
