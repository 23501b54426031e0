import type { Message, RpcClient } from '@dchat/rpc'
import { RpcError, RpcUnreachable } from '@dchat/rpc'
import { expectNoArgs, wholeNumber } from '../arguments.ts'
import type { Command, CommandContext } from '../command.ts'
import { UsageError } from '../exit.ts'
import { formatJson, formatMessage } from '../format.ts'
import { CALL_TIMEOUT_MS, DEFAULT_TAIL_LINES, FOLLOW_PAGE_LINES, FOLLOW_WAIT_MS, MAX_TAIL_LINES } from '../limits.ts'

export const tail: Command = {
  name: 'tail',
  usage: 'tail [-f] [-n N | --since SEQ]',
  summary: 'print the newest messages, and with -f those that come',
  help: `Prints messages, oldest first, one a line, own ones too. A line break inside a text shows as a mark.

  -f, --follow     go on with each new message until interrupted (exit 130) or the daemon goes (exit 3, and stderr says
                   with which --since to go on)
  -n, --lines N    how many of the newest to begin with, 0 to ${MAX_TAIL_LINES}; default ${DEFAULT_TAIL_LINES}
      --since SEQ  instead of the newest: all that were stored after the message with this "seq" (0: all there are)

--json prints each message as the daemon gives it; its "seq" is for --since.`,
  options: {
    follow: { type: 'boolean', short: 'f' },
    lines: { type: 'string', short: 'n' },
    since: { type: 'string' },
  },
  async run(context) {
    expectNoArgs(context.args)
    const lines = wholeNumber(context.options, 'lines', { min: 0, max: MAX_TAIL_LINES })
    const since = wholeNumber(context.options, 'since', { min: 0, max: Number.MAX_SAFE_INTEGER })
    if (lines !== undefined && since !== undefined) throw new UsageError('-n and --since exclude each other')
    await using client = await context.connect()
    const printer = new Printer(context, client)
    await printer.begin(lines ?? DEFAULT_TAIL_LINES, since)
    try {
      await printer.goOn(context.options['follow'] === true)
    } catch (error) {
      if (isGone(error)) await context.err.line(`go on later with: dchat-cli tail -f --since ${printer.cursor}`)
      throw error
    }
  },
}

/** The daemon went away or is about to. */
function isGone(error: unknown): boolean {
  return error instanceof RpcUnreachable || (error instanceof RpcError && error.data?.kind === 'stopping')
}

/** Asks for pages and prints them: the next page is asked for only when the last is printed, so nothing piles up. */
class Printer {
  /** All lines up to this seq are printed (or were before the first that was asked for). */
  cursor = 0
  readonly #context: CommandContext
  readonly #client: RpcClient
  #hasMore = false

  constructor(context: CommandContext, client: RpcClient) {
    this.#context = context
    this.#client = client
  }

  /** Prints the newest `lines`, or sets out from `since`. */
  async begin(lines: number, since: number | undefined): Promise<void> {
    if (since !== undefined) {
      this.cursor = since
      this.#hasMore = true
      return
    }
    const page = await this.#client.call('chat.history', { limit: Math.max(1, lines) }, this.#call(0))
    if (lines > 0) await this.#print(page.messages)
    this.cursor = page.last_seq
  }

  /** Prints what was stored after the cursor; with `follow`, and what comes, until something ends it. */
  async goOn(follow: boolean): Promise<void> {
    while (this.#hasMore || follow) {
      const waitMs = follow ? FOLLOW_WAIT_MS : 0
      const query = { since: this.cursor, limit: FOLLOW_PAGE_LINES, ...(follow ? { wait_ms: waitMs } : {}) }
      const page = await this.#client.call('chat.history', query, this.#call(waitMs))
      this.#hasMore = page.more && page.messages.length > 0
      for (const message of page.messages) {
        await this.#print([message])
        this.cursor = message.seq
      }
    }
  }

  async #print(messages: readonly Message[]): Promise<void> {
    const { out, isJson } = this.#context
    for (const message of messages) await out.line(isJson ? formatJson(message) : formatMessage(message))
  }

  #call(waitMs: number): { signal: AbortSignal; timeoutMs: number } {
    return { signal: this.#context.signal, timeoutMs: CALL_TIMEOUT_MS + waitMs }
  }
}
