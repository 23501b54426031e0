/** The list of commands, and what --help prints. */
import type { Command } from './command.ts'
import { info } from './commands/info.ts'
import { peers } from './commands/peers.ts'
import { ping } from './commands/ping.ts'
import { recv } from './commands/recv.ts'
import { rpc } from './commands/rpc.ts'
import { send } from './commands/send.ts'
import { tail } from './commands/tail.ts'
import { waitReady } from './commands/wait-ready.ts'

export const COMMANDS: readonly Command[] = [send, recv, tail, ping, peers, info, rpc, waitReady]

const GLOBAL_HELP = `Options of every command:
      --json              machine output: one JSON value a line, texts exact
      --home DIR          the daemon's folder, as given to dchatd --home; default: $DCHAT_HOME, else the XDG folders
      --rpc URL           where the daemon listens: unix:///path or tcp://host:port; default: $DCHAT_RPC, else its socket
      --cookie-file FILE  the cookie for a tcp address; default: the one of the daemon's folder
  -h, --help              of the command, or this
  -V, --version

Exit codes: 0 done, 1 the daemon answered with an error, 2 wrong usage, 3 no daemon there, 130 interrupted.`

/** `dchat-cli --help`. */
export function overview(): string {
  const width = Math.max(...COMMANDS.map((command) => command.usage.length))
  const list = COMMANDS.map((command) => `  ${command.usage.padEnd(width)}  ${command.summary}`)
  return ['Usage: dchat-cli COMMAND [OPTIONS]', '', 'Scripts a running dchatd.', '', ...list, '', GLOBAL_HELP].join('\n')
}

/** `dchat-cli COMMAND --help`. */
export function helpOf(command: Command): string {
  return [`Usage: dchat-cli ${command.usage}`, '', command.help, '', GLOBAL_HELP].join('\n')
}
