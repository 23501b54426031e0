import { sanitizeText } from '@dchat/system'
import { expectNoArgs } from '../arguments.ts'
import type { Command } from '../command.ts'
import { formatJson } from '../format.ts'
import { CALL_TIMEOUT_MS } from '../limits.ts'

export const recv: Command = {
  name: 'recv',
  usage: 'recv',
  summary: 'print the texts received from others',
  text: `The newest 10,000 or 8 MiB, oldest first, one a line. A line break inside a text shows as a mark. Authors and times are in "tail".

--json prints each text as a JSON string.`,
  options: [],
  async run({ args, isJson, out, signal, connect }) {
    expectNoArgs(args)
    await using client = await connect()
    const texts = await client.call('recv', [], { signal, timeoutMs: CALL_TIMEOUT_MS })
    for (const text of texts) await out.line(isJson ? formatJson(text) : sanitizeText(text))
  },
}
