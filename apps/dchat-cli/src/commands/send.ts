import { DEFAULT_ROOM, MAX_POST_TEXT_BYTES, MAX_TEXT_BYTES, holdsInvitation, inThousands } from '@dchat/rpc'
import type { RpcClient } from '@dchat/rpc'
import type { Command, CommandContext } from '../command.ts'
import { UsageError } from '../exit.ts'
import { formatDelivery, formatJson } from '../format.ts'
import { CALL_TIMEOUT_MS } from '../limits.ts'
import { readLines, readText } from '../read-text.ts'

export const send: Command = {
  name: 'send',
  usage: 'send [--room ROOM | --to WHO] TEXT… | send [--lines] -',
  summary: 'send one message; - reads it from stdin',
  text: `Says what became of it. Several arguments are joined by spaces; text that begins with a dash goes after "--". With "-" all of
stdin is one message, without its last line break: UTF-8 of at most ${inThousands(MAX_POST_TEXT_BYTES)} bytes (${inThousands(MAX_TEXT_BYTES)} with --raw). What is said
in a room joins it.

--to encrypts it to one person alone; in a private room ("p." and its id) all members read it. What cannot be encrypted is refused, or with
--hold kept until it can be. A text with an invitation in it is not sent where everybody reads it.

--json prints the stored message (true with --raw).`,
  options: [
    { name: 'room', short: 'r', value: 'ROOM', help: 'the room to say it in; default dchat' },
    { name: 'to', short: 't', value: 'WHO', help: 'encrypt it to WHO, in place of a room: a key, a nick, nick#tag or #tag' },
    { name: 'hold', help: 'keep it until a box key of WHO comes, when none is known' },
    { name: 'action', help: 'say what you do, as /me does: * nick TEXT' },
    { name: 'lines', help: 'with -: send each line of stdin as a message, as it comes; empty ones are left out' },
    { name: 'in-clear', help: 'send an invitation to a private room where everybody reads it' },
    {
      name: 'raw',
      help: 'use the method "send" of the first dchat, not "chat.send": peers without posts get the text without a nick',
    },
  ],
  async run(context) {
    const { args, options } = context
    const send = sender(options)
    if (options['lines'] === true) {
      if (args.length !== 1 || args[0] !== '-') throw new UsageError('--lines reads stdin: send --lines -')
      await sendLines(context, send)
      return
    }
    const text = await textOf(context)
    await using client = await context.connect()
    await context.out.line(await send(text, context, client))
  },
}

/** Sends one text and answers with the line to print. */
type Sender = (text: string, context: CommandContext, client: RpcClient) => Promise<string>

function sender(options: CommandContext['options']): Sender {
  const { room, to, hold, action, raw, 'in-clear': inClear } = options
  if (raw === true) {
    const others = [room, to, hold, action, inClear]
    if (others.some((other) => other !== undefined)) throw new UsageError('--raw knows no rooms, no people and no actions')
    return async (text, { signal, isJson }, client) => {
      if (holdsInvitation(text)) throw new UsageError(`the text holds an invitation, and everybody reads it; ${PRIVATE_WAY}`)
      const result = await client.call('send', { text }, { signal, timeoutMs: CALL_TIMEOUT_MS })
      return isJson ? formatJson(result) : 'sent'
    }
  }
  if (room !== undefined && to !== undefined) throw new UsageError('--room and --to exclude each other')
  if (hold !== undefined && to === undefined) throw new UsageError('--hold goes with --to')
  const where = { ...(typeof room === 'string' ? { room } : {}), ...(typeof to === 'string' ? { to } : {}) }
  const how = {
    ...(action === true ? ({ kind: 'action' } as const) : {}),
    ...(hold === true ? { hold } : {}),
    ...(inClear === true ? { in_clear: true } : {}),
  }
  return async (text, context, client) => {
    const { signal, isJson } = context
    if (to === undefined) await checkLeak(text, context)
    const message = await client.call('chat.send', { text, ...where, ...how }, { signal, timeoutMs: CALL_TIMEOUT_MS })
    return isJson ? formatJson(message) : formatDelivery(message)
  }
}

const PRIVATE_WAY = '--to WHO sends it to one person alone'

/** @throws {UsageError} for an invitation that everybody in the room would read, unless that is meant: then it is said */
async function checkLeak(text: string, { options, err }: CommandContext): Promise<void> {
  const { room = DEFAULT_ROOM, 'in-clear': isMeant } = options
  if (!holdsInvitation(text) || /^(@|p\.)/.test(String(room))) return
  const what = `everybody reads the room ${String(room)}, and the text holds an invitation`
  if (isMeant !== true) throw new UsageError(`${what}; ${PRIVATE_WAY}, --in-clear sends it to everybody`)
  await err.line(`dchat-cli: warning: ${what}: whoever reads it can join`)
}

/** One after the other: a line is read when the one before is stored. */
async function sendLines(context: CommandContext, send: Sender): Promise<void> {
  const { stdin, signal, out, connect, options } = context
  const maxBytes = maxBytesOf(options)
  await using client = await connect()
  for await (const text of readLines({ chunks: stdin, name: 'stdin', maxBytes }, signal)) {
    if (text !== '') await out.line(await send(text, context, client))
  }
}

function maxBytesOf({ raw }: CommandContext['options']): number {
  return raw === true ? MAX_TEXT_BYTES : MAX_POST_TEXT_BYTES
}

async function textOf({ args, stdin, signal, options }: CommandContext): Promise<string> {
  const maxBytes = maxBytesOf(options)
  if (args.length === 0) throw new UsageError('nothing to send: give a text, or - to read it from stdin')
  const isPiped = args.length === 1 && args[0] === '-'
  const text = isPiped ? await readText({ chunks: stdin, name: 'stdin', maxBytes }, signal) : args.join(' ')
  if (text === '') throw new UsageError('nothing to send: the text is empty')
  const bytes = Buffer.byteLength(text)
  if (bytes > maxBytes) throw new UsageError(`the text is too long: ${bytes} bytes, at most ${maxBytes}`)
  return text
}
