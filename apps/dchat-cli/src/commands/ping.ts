import { expectNoArgs } from '../arguments.ts'
import type { Command } from '../command.ts'
import { formatJson } from '../format.ts'
import { CALL_TIMEOUT_MS } from '../limits.ts'

export const ping: Command = {
  name: 'ping',
  usage: 'ping',
  summary: 'ask the daemon whether it is there',
  help: 'Prints "pong" when the daemon answers. Whether it has found its peers says "wait-ready".',
  options: {},
  async run({ args, isJson, out, signal, connect }) {
    expectNoArgs(args)
    await using client = await connect()
    const answer = await client.call('ping', [], { signal, timeoutMs: CALL_TIMEOUT_MS })
    await out.line(isJson ? formatJson(answer) : 'pong')
  },
}
