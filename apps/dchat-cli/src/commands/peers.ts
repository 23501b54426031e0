import { sanitizeText } from '@dchat/system'
import { expectNoArgs } from '../arguments.ts'
import type { Command } from '../command.ts'
import { formatJson, formatTable } from '../format.ts'
import { CALL_TIMEOUT_MS } from '../limits.ts'

export const peers: Command = {
  name: 'peers',
  usage: 'peers',
  summary: 'list the connected peers',
  text: `A line for each channel: its id (for p2p.disconnect), the session that made it, the peer's address.

--json prints {"url", "session", "id"} for each.`,
  options: [],
  async run({ args, isJson, out, err, signal, connect }) {
    expectNoArgs(args)
    await using client = await connect()
    const { channels } = await client.call('p2p.get_info', [], { signal, timeoutMs: CALL_TIMEOUT_MS })
    if (isJson) {
      for (const channel of channels) await out.line(formatJson(channel))
      return
    }
    if (channels.length === 0) await err.line('no peers are connected')
    const rows = channels.map(({ id, session, url }) => [String(id), sanitizeText(session), sanitizeText(url)])
    for (const line of formatTable(rows)) await out.line(line)
  },
}
