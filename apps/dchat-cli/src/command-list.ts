/** The commands, in the order help shows them. Methods of the daemon that are no command here are found in the contract. */
import type { Command } from './command.ts'
import { accept } from './commands/accept.ts'
import { completion } from './commands/completion.ts'
import { exportCommand } from './commands/export.ts'
import { help } from './commands/help.ts'
import { methods } from './commands/methods.ts'
import { peers } from './commands/peers.ts'
import { recv } from './commands/recv.ts'
import { rpc } from './commands/rpc.ts'
import { send } from './commands/send.ts'
import { status } from './commands/status.ts'
import { tail } from './commands/tail.ts'
import { waitReady } from './commands/wait-ready.ts'

export const COMMANDS: readonly Command[] = [
  send,
  recv,
  tail,
  accept,
  exportCommand,
  peers,
  status,
  waitReady,
  rpc,
  methods,
  help,
  completion,
]

/** The command of this name. The contract is loaded only when it is none of ours. */
export async function findCommand(name: string): Promise<Command | undefined> {
  const own = COMMANDS.find((command) => command.name === name)
  if (own !== undefined) return own
  const { findMethodCommand } = await import('./methods/method-commands.ts')
  return findMethodCommand(name)
}
