import type { NodeInfo, SyncProgress } from '@dchat/rpc'
import { sanitizeText } from '@dchat/system'
import { expectNoArgs } from '../arguments.ts'
import type { Command } from '../command.ts'
import { formatJson, formatTable } from '../format.ts'
import { CALL_TIMEOUT_MS } from '../limits.ts'
import { countPeers } from '../peer-count.ts'

export const status: Command = {
  name: 'status',
  usage: 'status',
  summary: 'say how the daemon does: version, state, peers, addresses, store',
  text: `When no peer is connected it says what that may come from.

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
    for (const line of adviceFor(node)) await out.line(`\n${line}`)
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
    ['bans', String(node.bans)],
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

/** What keeps the node from peers, as far as it knows. */
function adviceFor({ state, peers, hosts, listen }: NodeInfo): string[] {
  if (countPeers({ peers }) > 0) return []
  if (state !== 'run')
    return ['No peer is connected: the node is still starting. "dchat-cli wait-ready --peers 1" waits for one.']
  const known = hosts.grey + hosts.white + hosts.gold
  const found =
    known === 0
      ? 'No peer is connected and no host is known: no seed has answered, or none is configured. Name one as `seeds` or `peers` in [net], ' +
        'or connect now: dchat-cli p2p.connect tcp://host:port'
      : `No peer is connected: ${known} known hosts are tried in turn. The log of dchatd says why they refuse ("dchat-cli log.set_level debug net").`
  return [found, ...(listen.length === 0 ? ['It does not listen: nobody can connect to it (`inbound` in [net]).'] : [])].map(
    (text) => text.replaceAll('`', '"'),
  )
}

function counted(counts: Readonly<Record<string, number>>): string {
  const some = Object.entries(counts).filter(([, count]) => count > 0)
  return some.length === 0 ? 'none' : some.map(([name, count]) => `${count} ${name}`).join(', ')
}

/** `3 d 4 h`, `5 min 6 s`: the two largest units. */
export function formatDuration(seconds: number): string {
  const units = [
    ['d', Math.floor(seconds / 86_400)],
    ['h', Math.floor(seconds / 3600) % 24],
    ['min', Math.floor(seconds / 60) % 60],
    ['s', Math.floor(seconds) % 60],
  ] as const
  const first = units.findIndex(([, count]) => count > 0)
  if (first === -1) return '0 s'
  return units
    .slice(first, first + 2)
    .filter(([, count]) => count > 0)
    .map(([unit, count]) => `${count} ${unit}`)
    .join(' ')
}
