/** What the node is called and is connected to, at the user's word. */
import { CONNECT_PEER_TIMEOUT_MS } from '../limits.ts'
import { line } from '../session/ingress.ts'
import { BadArgument } from './command-context.ts'
import type { CommandContext } from './command-context.ts'

export async function nick(argument: string, context: CommandContext): Promise<void> {
  if (argument === '') {
    const own = context.state().node?.nick ?? null
    context.print(own === null ? 'you have no name yet: /nick NAME takes one' : `your name is ${own}`)
    return
  }
  const result = await context.session.call('chat.set_nick', { nick: argument })
  context.onNick(line(result.nick))
  context.print(`your name is now ${line(result.nick)}`)
}

export async function connect(argument: string, context: CommandContext): Promise<void> {
  const url = argument.includes('://') ? argument : `tcp://${argument}`
  context.print(`connecting ${line(url)}`)
  await context.session.call('p2p.connect', { url }, CONNECT_PEER_TIMEOUT_MS)
  context.print(`connected ${line(url)}`)
}

export async function disconnect(argument: string, context: CommandContext): Promise<void> {
  if (!/^\d{1,10}$/u.test(argument)) throw new BadArgument('a channel is a number from the list of /peers')
  await context.session.call('p2p.disconnect', { channel: Number(argument) })
  context.print(`channel ${argument} ended`)
}

/** `/reconnect`: a new link to the daemon now. */
export function reconnect(_argument: string, context: CommandContext): void {
  context.session.reconnect()
  context.print('connecting to the daemon anew')
}
