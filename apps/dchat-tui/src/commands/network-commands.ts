/** How the node and its network are: on one screen, in the talk, and whom it is connected to. */
import type { NodeInfo } from '@dchat/rpc'
import { netRows } from '../network/net-rows.ts'
import { EMPTY_NET } from '../network/net-status.ts'
import type { NetChannel, NetStatus } from '../network/net-status.ts'
import { withStatus } from '../network/reduce-net.ts'
import { age, discoveryText, manualWords, seedWords, sessionsText } from '../network/sections.ts'
import { line } from '../session/ingress.ts'
import { readNetwork } from '../session/read-network.ts'
import type { ChatState } from '../state/model.ts'
import { byteText, countText, counted } from '../view/amounts.ts'
import { peerTag } from '../view/author.ts'
import { glyphsFor } from '../view/theme.ts'
import { durationText } from '../view/time.ts'
import type { CommandContext } from './command-context.ts'

/** `/net`: the view, or where there is no screen for it, all it would show now. */
export async function net(_argument: string, context: CommandContext): Promise<void> {
  if (context.showNetwork !== undefined) {
    context.showNetwork()
    return
  }
  const now = context.now()
  const view = withStatus({ ...EMPTY_NET, eventsNote: 'only on the screen' }, await readNetwork(context.session), now)
  const rows = netRows(view, { columns: PRINTED_COLUMNS, glyphs: glyphsFor({ TERM: 'dumb' }), now, away: null })
  context.print(
    rows
      .map(({ spans }) =>
        spans
          .map(({ text }) => text)
          .join('')
          .trimEnd(),
      )
      .join('\n'),
  )
}

const PRINTED_COLUMNS = 100

/** `/peers`. */
export async function peers(_argument: string, context: CommandContext): Promise<void> {
  const { channels } = await readNetwork(context.session)
  if (channels.length === 0) {
    context.print('no peers: /connect ADDRESS connects one, /net says why there are none')
    return
  }
  const title = `${counted(channels.length, 'channel')} (channel, session, mark, address):`
  context.print([title, ...channels.map((channel) => peerText(channel, context.now()))].join('\n'))
}

function peerText(channel: NetChannel, now: number): string {
  const { id, session, url, since, posts, version } = channel
  const more = [
    since === null ? '' : `up ${age(since, now)}`,
    posts === null ? '' : posts ? 'posts' : 'no posts: plain lines only',
    version === null || version === '' ? '' : `version ${version}`,
  ].filter((part) => part !== '')
  return [`${id}  ${session}  ${peerTag(url)}  ${url}`, ...(more.length === 0 ? [] : [more.join(', ')])].join('  ')
}

/** `/status`: the link, the node, its peers and why there are not more, its history. */
export async function status(_argument: string, context: CommandContext): Promise<void> {
  const { link } = context.state()
  if (link.at !== 'ready') {
    context.print(linkText(link))
    return
  }
  const [node, network] = await Promise.all([context.session.call('node.get_info', {}), readNetwork(context.session)])
  const now = context.now()
  context.print([daemonText(node), ...warningTexts(node), ...networkTexts(network, now), ...historyTexts(node)].join('\n'))
}

/** Of a link that is not up. */
function linkText(link: Exclude<ChatState['link'], { at: 'ready' }>): string {
  if (link.at === 'connecting') return 'daemon: connecting to it'
  const wait = durationText(Math.max(1, Math.round(link.retryInMs / 1_000)))
  return `daemon: away: ${link.reason}; ${link.hint}. It is tried again every ${wait} or so; /reconnect tries now`
}

function daemonText({ name, version, state, uptime_s: seconds }: Partial<NodeInfo>): string {
  const up = seconds === undefined ? '' : `, up ${durationText(seconds)}`
  return `daemon: ${line(name ?? 'dchatd')} ${line(version ?? '')} answers, state ${line(state ?? 'unknown')}${up}`
}

function warningTexts({ warnings = [] }: Partial<NodeInfo>): string[] {
  return warnings.map(({ text, hint }) => `warning: ${line(text)} ${line(hint)}`)
}

function networkTexts(network: NetStatus, now: number): string[] {
  const { problem, discovery, seeds, manual, listeners, slots, hosts, bans } = network
  const connected = slots.filter(({ state }) => state === 'connected').length
  const known = hosts === null ? '' : `; known hosts ${countText(Object.values(hosts).reduce((sum, count) => sum + count, 0))}`
  return [
    `peers: ${network.channels.length === 0 ? 'none' : sessionsText(network)}; outbound slots ${connected} of ${slots.length}${known}; bans ${bans.length}`,
    ...(problem === null ? [] : [`problem: ${problem.text} ${problem.hint}`]),
    `listens at ${listeners.length === 0 ? 'no address: nobody can connect here' : listeners.map(({ url }) => url).join(', ')}`,
    ...seeds.map((seed) => `seed ${seed.url}: ${seedWords(seed, now)}`),
    ...manual.map((peer) => `manual peer ${peer.url}: ${manualWords(peer, now)}`),
    ...(discovery === null ? [] : [discoveryText(discovery, now)]),
    ...(network.isPartial ? ['seeds and next tries: dchatd before RPC 1.4.0 does not tell them'] : []),
  ]
}

function historyTexts(node: Partial<NodeInfo>): string[] {
  const { sync, store } = node
  return [
    ...(sync === undefined ? [] : [`history: ${syncText(sync)}`]),
    ...(store === undefined ? [] : [`store: ${counted(store.messages, 'line')}, ${byteText(store.file_bytes ?? store.bytes)}`]),
  ]
}

function syncText({ state, room, received, expected, peers: done }: NodeInfo['sync']): string {
  if (state === 'idle') return done === 0 ? 'nothing is fetched now' : `up to date with ${counted(done, 'peer')}`
  const where = room === null || room === '' ? '' : ` of ${line(room)}`
  const amount = expected === null ? countText(received) : `${countText(received)} of ${countText(expected)}`
  return `fetching${where}: ${counted(received, 'post')} came${expected === null ? '' : ` (${amount})`}`
}
