/** Looking into the program and the daemon: who one is, figures, errors, any call. */
import { maskInvitations } from '@dchat/rpc'
import type { NodeInfo } from '@dchat/rpc'
import { sanitizeText } from '@dchat/system'
import { MAX_RPC_ROWS, MAX_RPC_UNITS } from '../limits.ts'
import { line } from '../session/ingress.ts'
import type { ChatState, Trouble } from '../state/model.ts'
import { byteText, countText, counted, rateText } from '../view/amounts.ts'
import { clockSeconds, durationText } from '../view/time.ts'
import { VERSION } from '../version.ts'
import { BadArgument } from './command-context.ts'
import type { CommandContext } from './command-context.ts'
import { firstWord } from './people.ts'

/** `/whoami`. What an older daemon does not tell is left out. */
export async function whoami(_argument: string, context: CommandContext): Promise<void> {
  const node: Partial<NodeInfo> = await context.session.call('node.get_info', {})
  const { key, nick, tag, node_id: nodeId } = node
  const name = typeof nick === 'string' ? line(nick) : 'without a name: /nick NAME takes one'
  context.print(
    [
      `you are ${name}${typeof nick === 'string' && typeof tag === 'string' ? `#${line(tag)}` : ''}`,
      typeof key === 'string' ? `key ${line(key)}` : 'no key: this daemon does not sign what you say',
      ...(typeof nodeId === 'string' && nodeId !== '' ? [`node id ${line(nodeId)}`] : []),
      `listens at ${listed(node.listen, 'no address')}; told to peers: ${listed(node.external_addrs, 'no address')}`,
      versionsText(node),
    ].join('\n'),
  )
}

function versionsText({ name, version, commit, protocol, rpc_version: rpcVersion, features }: Partial<NodeInfo>): string {
  const parts = [
    `${line(name ?? 'dchatd')} ${line(version ?? 'of an unknown version')}${typeof commit === 'string' ? ` (${line(commit)})` : ''}`,
    ...(protocol === undefined ? [] : [`protocol ${line(protocol.app_name)} ${line(protocol.version)}`]),
    `RPC ${line(rpcVersion ?? '1.0.0')}, extensions ${listed(features, 'none')}`,
  ]
  return `${parts.join(', ')}; dchat-tui ${VERSION}, Node ${process.versions.node}`
}

function listed(values: unknown, none: string): string {
  return Array.isArray(values) && values.length > 0 ? values.map((value) => line(value)).join(', ') : none
}

/** `/stats`: of this client. */
export function stats(_argument: string, context: CommandContext): void {
  const state = context.state()
  const now = context.now()
  const { heard, sent, failed, links, since } = state.counts
  const minutes = Math.max(1, (now - since) / 60_000)
  const lately = linesSince(state, now - 60_000)
  const memory = process.memoryUsage()
  const frames = context.frames()
  const items = [...state.views.values()].reduce((sum, { talk }) => sum + talk.items.length, 0)
  context.print(
    [
      `runs for ${durationText((now - since) / 1_000)}; ${counted(links, 'link')} to the daemon`,
      `${counted(heard, 'line')} came, ${rateText(heard / minutes)} a minute, ${countText(lately)} in the last; ` +
        `${countText(sent)} sent, ${countText(failed)} refused`,
      `in memory: ${counted(items, 'line')} of ${counted(state.views.size, 'room')}; ` +
        `${byteText(memory.rss)} resident, ${byteText(memory.heapUsed)} of ${byteText(memory.heapTotal)} heap`,
      ...(frames === null
        ? []
        : [
            `${counted(frames.count, 'frame')} drawn; of the latest, half took ${msText(frames.medianMs)} or less, ` +
              `99 of 100 ${msText(frames.p99Ms)}, the slowest ${msText(frames.maxMs)}; ` +
              `${state.screen.columns}x${state.screen.rows}`,
          ]),
    ].join('\n'),
  )
}

function msText(ms: number): string {
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`
}

/** Lines in memory that came after `time`. */
function linesSince(state: ChatState, time: number): number {
  let count = 0
  for (const { talk } of state.views.values()) count += talk.items.countMessages(talk.items.firstNot(({ at }) => at <= time))
  return count
}

/** `/debug`: what went wrong lately. */
export function debug(_argument: string, context: CommandContext): void {
  const slow = (context.frames()?.slow ?? []).map(({ at, ms }): Trouble => ({
    at,
    from: 'drawing',
    text: `a frame took ${msText(ms)}`,
  }))
  const troubles = [...context.state().troubles, ...slow].toSorted((a, b) => a.at - b.at)
  if (troubles.length === 0) {
    context.print('nothing went wrong since the start')
    return
  }
  context.print(['what went wrong, the newest last:', ...troubles.map(troubleText)].join('\n'))
}

function troubleText({ at, from, text }: Trouble): string {
  return `${clockSeconds(at)} ${from}: ${text}`
}

/** Why a method cannot be called with `/rpc`. */
const REFUSED: Readonly<Record<string, string>> = {
  'identity.export': 'its passphrase and its answer are secrets, which belong on no screen',
  'identity.import': 'what it takes is a secret, which belongs on no screen',
  'room.invitation': 'its answer is a secret, which belongs on no screen: /invite WHO sends it',
  'rpc.auth': 'what it takes is a secret, which belongs on no screen',
  'chat.subscribe': 'this client follows the talk already',
  'net.subscribe': 'the network view follows it: /net',
  'dnet.subscribe_events': 'the network view follows it: /net',
}

/** `/rpc METHOD [JSON]`: any call, its answer as JSON. */
export async function rpc(argument: string, context: CommandContext): Promise<void> {
  const { word: method, rest } = firstWord(argument)
  const refusal = Object.hasOwn(REFUSED, method) ? REFUSED[method] : undefined
  if (refusal !== undefined) throw new BadArgument(`${method} is left to dchat-cli: ${refusal}`)
  const answer = await context.session.callRaw(method, paramsOf(rest))
  context.print(boundedText(JSON.stringify(answer, masked, 2) ?? 'null'))
}

function paramsOf(text: string): object {
  if (text === '') return {}
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new BadArgument(`the parameters are no JSON: ${line((error as Error).message)}`)
  }
  if (typeof value !== 'object' || value === null)
    throw new BadArgument('the parameters are a JSON object, or an array: {"room":"dchat"}')
  return value
}

/** What no answer should hold, and a newer daemon might. */
const SECRET_FIELD = /passphrase|secret|cookie|token|password|private/iu

function masked(name: string, value: unknown): unknown {
  return typeof value === 'string' && SECRET_FIELD.test(name) ? '…' : value
}

function boundedText(json: string): string {
  const rows = json.slice(0, MAX_RPC_UNITS).split('\n')
  const shown = rows.slice(0, MAX_RPC_ROWS).map((row) => sanitizeText(maskInvitations(row)))
  const isWhole = json.length <= MAX_RPC_UNITS && rows.length <= MAX_RPC_ROWS
  return [...shown, ...(isWhole ? [] : [`… ${counted(json.length, 'character')} in all: dchat-cli shows the rest`])].join('\n')
}
