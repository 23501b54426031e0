import type { ExportFormat, RpcClient } from '@dchat/rpc'
import { sanitizeText } from '@dchat/system'
import { expectNoArgs, wholeNumber } from '../arguments.ts'
import type { Command, CommandContext } from '../command.ts'
import { UsageError } from '../exit.ts'
import { escapeUnsafe } from '../format.ts'
import { CALL_TIMEOUT_MS } from '../limits.ts'
import { FileOutput } from '../file-output.ts'

const FORMATS = ['jsonl', 'txt', 'md'] as const satisfies readonly ExportFormat[]

export const exportCommand: Command = {
  name: 'export',
  usage: 'export [--format jsonl|txt|md] [-o FILE]',
  summary: 'write the history as JSON lines, text or Markdown',
  text: `All messages are written, in the order of storing. jsonl is exact, a message a line; txt and md are for people. A FILE is there when all
of it is written: one that was there before is replaced, an export that is interrupted leaves nothing.`,
  options: [
    { name: 'format', value: 'FORMAT', takes: FORMATS, help: `${FORMATS.join(', ')}; default jsonl` },
    { name: 'output', short: 'o', value: 'FILE', takes: 'file', help: 'write to FILE, which only you can read; default stdout' },
    { name: 'room', short: 'r', value: 'ROOM', help: 'only this room; default all' },
    { name: 'since', value: 'SEQ', help: 'only what was stored after the message with this "seq"' },
  ],
  async run(context) {
    expectNoArgs(context.args)
    const { options, isJson, out, connect } = context
    const format = formatOf(options['format'], isJson)
    const since = wholeNumber(options, 'since', { min: 0, max: Number.MAX_SAFE_INTEGER }) ?? 0
    const room = typeof options['room'] === 'string' ? { room: options['room'] } : {}
    await using client = await connect()
    const pages = exportPages(client, { format, since, ...room }, context.signal)
    const path = options['output']
    if (typeof path !== 'string') {
      for await (const text of pages) await out.text(text)
      return
    }
    await using file = await FileOutput.create(path)
    for await (const text of pages) await file.write(text)
    await file.finish()
  },
}

interface ExportQuery {
  readonly format: ExportFormat
  readonly since: number
  readonly room?: string
}

/** The texts of the pages, safe for a terminal: JSON stays exact, the other two are for people. */
async function* exportPages(client: RpcClient, query: ExportQuery, signal: CommandContext['signal']): AsyncGenerator<string> {
  let { since } = query
  for (;;) {
    const page = await client.call('chat.export', { ...query, since }, { signal, timeoutMs: CALL_TIMEOUT_MS })
    yield query.format === 'jsonl' ? escapeUnsafe(page.text) : sanitizeText(page.text, { keepNewlines: true })
    if (!page.more || page.next <= since) return
    since = page.next
  }
}

function formatOf(given: CommandContext['options'][string], isJson: boolean): ExportFormat {
  const format = FORMATS.find((known) => known === given)
  if (given !== undefined && format === undefined)
    throw new UsageError(`--format takes ${FORMATS.join(', ')}, not ${JSON.stringify(given)}`)
  if (isJson && format !== undefined && format !== 'jsonl')
    throw new UsageError(`--json and --format ${format} exclude each other`)
  return format ?? 'jsonl'
}
