import type { Command, CommandContext } from '../command.ts'
import { UsageError } from '../exit.ts'
import { formatDelivery, formatJson } from '../format.ts'
import { CALL_TIMEOUT_MS, MAX_TEXT_BYTES } from '../limits.ts'

export const send: Command = {
  name: 'send',
  usage: 'send TEXT… | send -',
  summary: 'send one message; - reads it from stdin',
  help: `Sends one message to the room and says what became of it. Several arguments are joined by spaces; text that
begins with a dash goes after "--". With "-" all of stdin is one message, without its last line break; it has to be
UTF-8 of at most ${MAX_TEXT_BYTES} bytes.

  --raw   use the method "send" of the first dchat instead of "chat.send": the answer is true or an error

--json prints the stored message (true with --raw).`,
  options: { raw: { type: 'boolean' } },
  async run(context) {
    const text = await readText(context)
    await using client = await context.connect()
    const call = { signal: context.signal, timeoutMs: CALL_TIMEOUT_MS }
    if (context.options['raw'] === true) {
      const result = await client.call('send', { text }, call)
      await context.out.line(context.isJson ? formatJson(result) : 'sent')
      return
    }
    const message = await client.call('chat.send', { text }, call)
    await context.out.line(context.isJson ? formatJson(message) : formatDelivery(message.seq, message.delivery))
  },
}

async function readText({ args, stdin, signal }: CommandContext): Promise<string> {
  if (args.length === 0) throw new UsageError('nothing to send: give a text, or - to read it from stdin')
  const isPiped = args.length === 1 && args[0] === '-'
  const text = isPiped ? (await readAll(stdin, signal)).replace(/\r?\n$/, '') : args.join(' ')
  if (text === '') throw new UsageError('nothing to send: the text is empty')
  const bytes = Buffer.byteLength(text)
  if (bytes > MAX_TEXT_BYTES) throw new UsageError(`the text is too long: ${bytes} bytes, at most ${MAX_TEXT_BYTES}`)
  return text
}

/** Reads to the end, or to more than may be sent. @throws {UsageError} for bytes that are not UTF-8, or too many */
async function readAll(stdin: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of untilAborted(stdin, signal)) {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes > MAX_TEXT_BYTES + LINE_BREAK_BYTES) throw new UsageError(`the text is too long: at most ${MAX_TEXT_BYTES} bytes`)
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks))
  } catch (cause) {
    throw new UsageError('stdin is not UTF-8 text', { cause })
  }
}

/** The chunks of `source`. @throws the signal's reason as soon as it aborts, also while a chunk is awaited */
async function* untilAborted(source: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  signal.throwIfAborted()
  const aborted = Promise.withResolvers<never>()
  const onAbort = (): void => aborted.reject(signal.reason as Error)
  signal.addEventListener('abort', onAbort, { once: true })
  const iterator = source[Symbol.asyncIterator]()
  try {
    for (;;) {
      const next = await Promise.race([iterator.next(), aborted.promise])
      if (next.done === true) return
      yield next.value
    }
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

/** A last CR LF is not sent. */
const LINE_BREAK_BYTES = 2
