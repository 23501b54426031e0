import type { NetStatus, P2pInfo } from '@dchat/rpc'
import { sanitizeText } from '@dchat/system'
import { expectNoArgs } from '../arguments.ts'
import type { Command } from '../command.ts'
import { formatDuration, formatJson, formatTable } from '../format.ts'
import { CALL_TIMEOUT_MS } from '../limits.ts'
import { orUndefined } from '../methods/or-undefined.ts'

export const peers: Command = {
  name: 'peers',
  usage: 'peers',
  summary: 'list the connected peers',
  text: `A line for each channel: its id (for p2p.disconnect), the session that made it, how long ago, whether signed posts go over it,
the version that the peer told, its address.

--json prints each as net.status has it.`,
  options: [],
  async run({ args, isJson, out, err, signal, connect }) {
    expectNoArgs(args)
    await using client = await connect()
    const options = { signal, timeoutMs: CALL_TIMEOUT_MS }
    const status = await orUndefined(client.call('net.status', [], options))
    const { channels } = status ?? (await client.call('p2p.get_info', [], options))
    if (isJson) {
      for (const channel of channels) await out.line(formatJson(channel))
      return
    }
    if (channels.length === 0) await err.line('no peers are connected')
    for (const line of formatTable(channels.map(rowOf))) await out.line(line)
  },
}

/** What a daemon of before `net.status` does not tell is left out. */
function rowOf(channel: P2pInfo['channels'][number] | NetStatus['channels'][number]): string[] {
  const { id, session, url } = channel
  const more =
    'since' in channel
      ? [
          formatDuration(Math.max(0, (Date.now() - channel.since) / 1_000)),
          channel.posts ? 'posts' : 'no posts',
          channel.version ?? '',
        ]
      : []
  return [String(id), session, ...more, url].map((cell) => sanitizeText(cell))
}
