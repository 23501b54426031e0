import type { NodeInfo } from '@dchat/rpc'
import { sanitizeText } from '@dchat/system'
import { expectNoArgs } from '../arguments.ts'
import type { Command } from '../command.ts'
import { formatJson, formatTable } from '../format.ts'
import { CALL_TIMEOUT_MS } from '../limits.ts'

export const info: Command = {
  name: 'info',
  usage: 'info',
  summary: 'print what the daemon says about itself',
  help: `Prints version, state, addresses, peers and the size of the message store.

--json prints the result of node.get_info.`,
  options: {},
  async run({ args, isJson, out, signal, connect }) {
    expectNoArgs(args)
    await using client = await connect()
    const result = await client.call('node.get_info', [], { signal, timeoutMs: CALL_TIMEOUT_MS })
    const lines = isJson ? [formatJson(result)] : formatTable(rowsOf(result))
    for (const line of lines) await out.line(line)
  },
}

function rowsOf(node: NodeInfo): string[][] {
  const counts = Object.entries(node.peers).filter(([, count]) => count > 0)
  const rows = [
    ['name', `${node.name} ${node.version}`],
    ['protocol', `${node.protocol.app_name} ${node.protocol.version}`],
    ['rpc', node.rpc_version],
    ['state', node.state],
    ['up', `${node.uptime_s} s`],
    ['nick', node.nick ?? 'none'],
    ['peers', counts.length === 0 ? 'none' : counts.map(([session, count]) => `${count} ${session}`).join(', ')],
    ['listening', node.listen.length === 0 ? 'no' : node.listen.join(' ')],
    ['external', node.external_addrs.length === 0 ? 'none' : node.external_addrs.join(' ')],
    ['store', `${node.store.messages} messages, ${(node.store.bytes / 2 ** 20).toFixed(1)} MiB`],
  ]
  return rows.map((row) => row.map((cell) => sanitizeText(cell)))
}
