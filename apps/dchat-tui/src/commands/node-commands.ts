/** The node and its peers: what the daemon is, whom it is connected to, what its user is called. */
import { CONNECT_PEER_TIMEOUT_MS } from '../limits.ts'
import { line, toChannels } from '../session/ingress.ts'
import { peerTag } from '../view/author.ts'
import { durationText } from '../view/time.ts'
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

export async function peers(_argument: string, context: CommandContext): Promise<void> {
  const channels = toChannels(await context.session.call('p2p.get_info', {}))
  if (channels.length === 0) {
    context.print('no peers: /connect ADDRESS connects one')
    return
  }
  const rows = channels.map((channel) => `${channel.id}  ${channel.session}  ${peerTag(channel.url)}  ${channel.url}`)
  context.print(
    [`${channels.length} ${channels.length === 1 ? 'channel' : 'channels'} (channel, session, mark, address):`, ...rows].join(
      '\n',
    ),
  )
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

export async function info(_argument: string, context: CommandContext): Promise<void> {
  const node = await context.session.call('node.get_info', {})
  const list = (values: unknown): string =>
    Array.isArray(values) && values.length > 0 ? values.map((value) => line(value)).join(', ') : 'none'
  context.print(
    [
      `${line(node.name)} ${line(node.version)}, state ${line(node.state)}, up ${durationText(node.uptime_s)}`,
      `protocol ${line(node.protocol.app_name)} ${line(node.protocol.version)}, RPC ${line(node.rpc_version)}, features ${list(node.features)}`,
      `listens at ${list(node.listen)}; external addresses ${list(node.external_addrs)}`,
      `stored lines ${node.store.messages}, ${Math.ceil(node.store.bytes / 1024)} KiB`,
    ].join('\n'),
  )
}
