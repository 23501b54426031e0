/** Does what a command says and prints what came of it. Shared by the screen and the line mode. */
import { RpcError, RpcUnreachable } from '@dchat/rpc'
import { CONNECT_PEER_TIMEOUT_MS } from '../limits.ts'
import { line, toChannels } from '../session/ingress.ts'
import type { ChatSession } from '../session/chat-session.ts'
import type { NodeSummary } from '../state/model.ts'
import { peerTag } from '../view/author.ts'
import { durationText } from '../view/time.ts'
import type { CommandName } from './command-table.ts'

export interface CommandContext {
  readonly session: Pick<ChatSession, 'call'>
  readonly print: (text: string, level?: 'info' | 'error') => void
  readonly node: () => NodeSummary | null
  readonly onNick: (nick: string) => void
  readonly help: () => void
  readonly clear: () => void
  readonly quit: () => void
}

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

class BadArgument extends Error {
  override readonly name = 'BadArgument'
  readonly code = 'TUI_BAD_ARGUMENT'
}

type Handler = (argument: string, context: CommandContext) => Promise<void> | void

const HANDLERS: Readonly<Record<RunnableCommand['name'], Handler>> = {
  help: (_argument, context) => context.help(),
  clear: (_argument, context) => context.clear(),
  quit: (_argument, context) => context.quit(),
  nick,
  peers,
  connect,
  disconnect,
  info,
}

async function nick(argument: string, context: CommandContext): Promise<void> {
  if (argument === '') {
    const own = context.node()?.nick ?? null
    context.print(own === null ? 'you have no name yet: /nick NAME takes one' : `your name is ${own}`)
    return
  }
  const result = await context.session.call('chat.set_nick', { nick: argument })
  context.onNick(line(result.nick))
  context.print(`your name is now ${line(result.nick)}`)
}

async function peers(_argument: string, context: CommandContext): Promise<void> {
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

async function connect(argument: string, context: CommandContext): Promise<void> {
  const url = argument.includes('://') ? argument : `tcp://${argument}`
  context.print(`connecting ${line(url)}`)
  await context.session.call('p2p.connect', { url }, CONNECT_PEER_TIMEOUT_MS)
  context.print(`connected ${line(url)}`)
}

async function disconnect(argument: string, context: CommandContext): Promise<void> {
  if (!/^\d{1,10}$/u.test(argument)) throw new BadArgument('a channel is a number from the list of /peers')
  await context.session.call('p2p.disconnect', { channel: Number(argument) })
  context.print(`channel ${argument} ended`)
}

async function info(_argument: string, context: CommandContext): Promise<void> {
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
