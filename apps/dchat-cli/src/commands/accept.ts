import { MAX_INVITATION_CHARACTERS } from '@dchat/rpc'
import { wholeNumber } from '../arguments.ts'
import type { Command, CommandContext } from '../command.ts'
import { UsageError } from '../exit.ts'
import { formatJson } from '../format.ts'
import { METHOD_TIMEOUT_MS } from '../limits.ts'
import { readLines, readText, readTextFile } from '../read-text.ts'

const MAX_BYTES = 4 * MAX_INVITATION_CHARACTERS

const ACCEPT_TEXT = `An invitation is a secret: who has it reads the room. It is read from stdin, with "-" or when stdin is no terminal, or from a
file; on a terminal it is asked for. As an argument it is in the history of the shell, and other users of this machine could see it.

  dchat-cli accept < invitation.txt
  dchat-cli accept --seq 120`

export const accept: Command = {
  name: 'accept',
  usage: 'accept [- | --file FILE | --seq SEQ]',
  summary: 'join the private room that an invitation is of; prints its id',
  text: ACCEPT_TEXT,
  options: [
    { name: 'file', value: 'FILE', takes: 'file', help: 'read the invitation from FILE' },
    { name: 'seq', value: 'SEQ', help: 'take the one in the line with this "seq", which "tail" shows without its secret' },
  ],
  async run(context) {
    const invitation = await invitationOf(context)
    await using client = await context.connect()
    const text = typeof invitation === 'string' ? invitation : await textOfLine(invitation.seq, { client, context })
    const room = await client.call('room.accept', { invitation: text }, { signal: context.signal, timeoutMs: METHOD_TIMEOUT_MS })
    await context.out.line(context.isJson ? formatJson(room) : room)
  },
}

/** Its text, or the line it stands in. */
async function invitationOf(context: CommandContext): Promise<string | { readonly seq: number }> {
  const { options, signal, stdin, isStdinTerminal } = context
  const given = context.args[0]?.replace(/^invitation=/, '')
  const seq = wholeNumber(options, 'seq', { min: 1, max: Number.MAX_SAFE_INTEGER })
  const file = given?.startsWith('@') === true ? given.slice(1) : options['file']
  const ways = [context.args.length > 0, typeof options['file'] === 'string', seq !== undefined].filter(Boolean).length
  if (ways > 1 || context.args.length > 1) throw new UsageError('one invitation at a time, and in one way')
  if (seq !== undefined) return { seq }
  if (typeof file === 'string') return readTextFile(file, MAX_BYTES, signal)
  if (given === undefined && isStdinTerminal) return askFor(context)
  if (given === undefined || given === '-') return readText({ chunks: stdin, name: 'stdin', maxBytes: MAX_BYTES }, signal)
  await context.err.line(ARGUMENT_WARNING)
  return given
}

const ARGUMENT_WARNING =
  'dchat-cli: warning: this invitation is in the history of your shell now, and other users of this machine could see it: ' +
  'give the next one by stdin or --file'

async function askFor({ err, stdin, signal }: CommandContext): Promise<string> {
  await err.line('Paste the invitation, then press Enter:')
  for await (const line of readLines({ chunks: stdin, name: 'stdin', maxBytes: MAX_BYTES }, signal)) return line
  throw new UsageError('there was no invitation')
}

/** @throws {UsageError} when there is none in it */
async function textOfLine(
  seq: number,
  { client, context: { signal } }: { client: Awaited<ReturnType<CommandContext['connect']>>; context: CommandContext },
): Promise<string> {
  const page = await client.call('chat.history', { since: seq - 1, limit: 1 }, { signal, timeoutMs: METHOD_TIMEOUT_MS })
  const [line] = page.messages
  if (line?.seq !== seq || line.invitation === null) throw new UsageError(`no invitation stands in line ${seq}`)
  return line.text
}
