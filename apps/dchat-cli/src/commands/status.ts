import type { NetStatus, NodeInfo, SyncProgress } from '@dchat/rpc'
import { sanitizeText } from '@dchat/system'
import { expectNoArgs } from '../arguments.ts'
import type { Command } from '../command.ts'
import { formatDuration, formatJson, formatTable } from '../format.ts'
import { CALL_TIMEOUT_MS } from '../limits.ts'
import { orUndefined } from '../methods/or-undefined.ts'
import { countPeers } from '../peer-count.ts'

export const status: Command = {
  name: 'status',
  usage: 'status',
  summary: 'say how the daemon does: version, state, peers, addresses, store',
  text: `When no peer is connected it says why, and what to do about it; net.status tells more.

--json prints the result of node.get_info.`,
  options: [],
  async run({ args, isJson, out, signal, connect }) {
    expectNoArgs(args)
    await using client = await connect()
    const node = await client.call('node.get_info', [], { signal, timeoutMs: CALL_TIMEOUT_MS })
    if (isJson) {
      await out.line(formatJson(node))
      return
    }
    for (const line of formatTable(rowsOf(node).map((row) => row.map((cell) => sanitizeText(cell))))) await out.line(line)
    // A daemon before RPC 1.5.0 does not warn.
    const warnings = (node as Partial<NodeInfo>).warnings ?? []
    for (const { text, hint } of warnings) await out.line(`\n${sanitizeText(`Warning: ${text} ${hint}`)}`)
    if (countPeers(node) > 0) return
    const status = await orUndefined(client.call('net.status', [], { signal, timeoutMs: CALL_TIMEOUT_MS }))
    for (const line of adviceFor(status)) await out.line(`\n${sanitizeText(line)}`)
  },
}

function rowsOf(node: NodeInfo): string[][] {
  const { store } = node
  return [
    ['version', `${node.name} ${node.version}${node.commit === null ? '' : ` (${node.commit.slice(0, 12)})`}`],
    ['protocol', `${node.protocol.app_name} ${node.protocol.version}`],
    ['rpc', node.rpc_version],
    ['state', STATES.get(node.state) ?? node.state],
    ['up', formatDuration(node.uptime_s)],
    ['nick', nickOf(node)],
    ['key', node.key ?? 'none'],
    ['peers', counted(node.peers)],
    ['history', progressOf(node.sync)],
    ['known hosts', counted(node.hosts)],
    ['bans', node.bans > 0 ? `${node.bans}; "dchat-cli bans.list" says of whom and why` : '0'],
    ['listening', node.listen.length === 0 ? 'no' : node.listen.join(' ')],
    ['told to peers', node.external_addrs.length === 0 ? 'no address' : node.external_addrs.join(' ')],
    [
      'store',
      `${store.messages} messages, the last is ${store.last_seq}; ${(store.file_bytes / 2 ** 20).toFixed(1)} MiB on disk`,
    ],
  ]
}

function nickOf({ nick, tag }: NodeInfo): string {
  if (tag === null) return nick ?? 'none'
  return nick === null ? `none, shown as #${tag}` : `${nick}#${tag}`
}

/** A bar for people: how far history was fetched from peers. */
function progressOf({ state, room, received, expected, peers }: SyncProgress): string {
  if (state === 'idle') return peers === 0 ? 'not compared with a peer yet' : 'up to date'
  const what = room === null ? 'rooms' : room === '' ? 'profiles' : room
  const of =
    expected === null || expected < received ? '' : ` of ${expected} (${Math.floor((100 * received) / Math.max(1, expected))} %)`
  return `${state === 'paging' ? 'fetching' : 'comparing'} ${what}: ${received}${of} posts`
}

const STATES = new Map([
  ['open', 'open: about to start'],
  ['start', 'start: asking its seeds'],
  ['started', 'started: about to run'],
  ['run', 'run'],
  ['stopped', 'stopped'],
])

/** What keeps the node from peers. @param status undefined where the daemon does not tell it */
function adviceFor(status: Pick<NetStatus, 'problem'> | undefined): string[] {
  if (status === undefined)
    return ['No peer is connected. This dchatd does not tell why; its log does: dchat-cli log.set_level debug net']
  if (status.problem === null) return []
  const { kind, text, hint } = status.problem
  const wait = kind === 'starting' ? ['"dchat-cli wait-ready --peers 1" waits for the first peer.'] : []
  return [`No peer is connected. ${text}`, hint, ...wait].map((line) => line.replaceAll('`', '"'))
}

function counted(counts: Readonly<Record<string, number>>): string {
  const some = Object.entries(counts).filter(([, count]) => count > 0)
  return some.length === 0 ? 'none' : some.map(([name, count]) => `${count} ${name}`).join(', ')
}
