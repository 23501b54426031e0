/**
 * Answers who begins a line with `!echo `, in the room where it was said, by the JSON-RPC of a running dchatd: a JSON value a line on
 * its Unix socket, which asks for no password.
 * Usage: node examples/answering-bot.ts [SOCKET]
 */
import { once } from 'node:events'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { dchatPaths } from '@dchat/rpc'
import type { Message } from '@dchat/rpc'

/** An answer, or a notification. */
interface Incoming {
  readonly id?: number
  readonly result?: unknown
  readonly error?: { readonly message: string }
  readonly method?: string
  readonly params?: { readonly message: Message }
}

const COMMAND = '!echo '
const [path = dchatPaths().socketPath] = process.argv.slice(2)
const socket = connect(path)
await once(socket, 'connect')
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => socket.end())

let lastId = 0
/** Who asks while an answer is on its way gets none: nobody can have the bot flood a room. */
let isAnswering = false

call('chat.subscribe', {})
for await (const line of createInterface({ input: socket })) {
  const { id, error, method, params } = JSON.parse(line) as Incoming
  if (error !== undefined) console.error(error.message)
  if (id === 1) console.log('listening')
  else if (id !== undefined) isAnswering = false
  else if (method === 'chat.message' && params !== undefined) answer(params.message)
}

function answer({ own, room, text, author }: Message): void {
  if (own || isAnswering || !text.startsWith(COMMAND)) return
  isAnswering = true
  call('chat.send', { room, text: `${author.nick ?? 'somebody'} said: ${text.slice(COMMAND.length)}` })
}

function call(method: string, params: object): void {
  lastId += 1
  socket.write(`${JSON.stringify({ jsonrpc: '2.0', id: lastId, method, params })}\n`)
}
