/** Does what a command says and prints what came of it. Shared by the screen and the line mode. */
import { RpcError, RpcUnreachable } from '@dchat/rpc'
import { line } from '../session/ingress.ts'
import { BadArgument } from './command-context.ts'
import type { CommandContext, Handler } from './command-context.ts'
import type { CommandName } from './command-table.ts'
import { connect, disconnect, info, nick, peers } from './node-commands.ts'
import { buffer, join, leave, rooms } from './room-commands.ts'

/** The commands that are not a way to send. */
export type RunnableCommand = { readonly name: Exclude<CommandName, 'me'>; readonly argument: string }

/** Runs `command`; true when it did what was asked. Failures are printed, never thrown. */
export async function runCommand(command: RunnableCommand, context: CommandContext): Promise<boolean> {
  try {
    await HANDLERS[command.name](command.argument, context)
    return true
  } catch (error) {
    if (error instanceof RpcError) context.print(`/${command.name}: ${line(error.data?.hint ?? error.message)}`, 'error')
    else if (error instanceof RpcUnreachable) context.print(`/${command.name}: ${line(error.reason)}`, 'error')
    else if (error instanceof BadArgument) context.print(`/${command.name}: ${error.message}`, 'error')
    else throw error
    return false
  }
}

const HANDLERS: Readonly<Record<RunnableCommand['name'], Handler>> = {
  help: (_argument, context) => context.help(),
  clear: (_argument, context) => context.clear(),
  quit: (_argument, context) => context.quit(),
  rooms,
  buffer,
  join,
  leave,
  nick,
  peers,
  connect,
  disconnect,
  info,
}
