/** Prints stored messages in the order of storing, page by page, and goes on with what comes, over restarts of the daemon. */
import type { Message, RpcClient } from '@dchat/rpc'
import { RpcError, RpcUnreachable, roomLabel } from '@dchat/rpc'
import { sleep } from '@dchat/system'
import type { CommandContext } from './command.ts'
import { formatJson, formatMessage } from './format.ts'
import { CALL_TIMEOUT_MS, FOLLOW_PAGE_LINES, FOLLOW_WAIT_MS, MAX_RECONNECT_MS, MIN_RECONNECT_MS } from './limits.ts'

/**
 * Asks for pages and prints them: the next page is asked for only when the last is printed, so nothing piles up here or in the
 * daemon, however slow the reader. Each line is printed once: where it stands is a `seq`, which connections do not change.
 */
export class Follower {
  readonly #context: CommandContext
  readonly #room: { room?: string }
  /** All lines up to this seq are printed, or were there before the first that was asked for. */
  #cursor = 0

  constructor(context: CommandContext, room: string | undefined) {
    this.#context = context
    this.#room = room === undefined ? {} : { room }
  }

  /** Sets out from the message with this seq. */
  startAt(seq: number): void {
    this.#cursor = seq
  }

  /** Prints the newest `lines`, and sets out from the last line there is. */
  async printNewest(client: RpcClient, lines: number): Promise<void> {
    let page = await client.call('chat.history', { limit: Math.max(1, lines), ...this.#room }, this.#call(0))
    this.#cursor = page.last_seq
    if (lines === 0) return
    // A page of long lines ends early.
    const pages = [page.messages]
    let left = lines - page.messages.length
    while (left > 0 && page.more && page.messages.length > 0) {
      const query = { before: page.messages[0]!.seq, limit: left, ...this.#room }
      page = await client.call('chat.history', query, this.#call(0))
      pages.unshift(page.messages)
      left -= page.messages.length
    }
    await this.#printAll(client, pages.flat())
  }

  /** Prints all that is stored after the cursor. */
  async catchUp(client: RpcClient): Promise<void> {
    while (await this.#printPage(client, 0)) continue
  }

  /**
   * Prints all that is stored after the cursor, and what comes, for ever; connects anew whenever the daemon goes.
   * @throws what connecting anew does not change
   */
  async follow(first: RpcClient): Promise<never> {
    const { connect, clock, signal, err } = this.#context
    let pauseMs = MIN_RECONNECT_MS
    let client: RpcClient | undefined = first
    for (;;) {
      try {
        await using current: RpcClient = client ?? (await connect())
        if (client === undefined) await err.line(`connected again; going on after ${this.#cursor}`)
        // What is there is looked at before anything is waited for: it may be another history.
        for (let waitMs = 0; ; waitMs = FOLLOW_WAIT_MS) {
          await this.#printPage(current, waitMs)
          pauseMs = MIN_RECONNECT_MS
        }
      } catch (error) {
        if (!isGone(error)) throw error
        if (client !== undefined || pauseMs === MIN_RECONNECT_MS)
          await err.line(`${reasonOf(error)}; waiting for it to come back`)
      }
      client = undefined
      await sleep(clock, pauseMs, signal)
      pauseMs = Math.min(MAX_RECONNECT_MS, pauseMs * 2)
    }
  }

  /** @returns whether more is stored already */
  async #printPage(client: RpcClient, waitMs: number): Promise<boolean> {
    const query = { since: this.#cursor, limit: FOLLOW_PAGE_LINES, wait_ms: waitMs, ...this.#room }
    const page = await client.call('chat.history', query, this.#call(waitMs))
    if (page.last_seq < this.#cursor) {
      await this.#context.err.line(`the daemon has a new history, without ${this.#cursor}; beginning with its first message`)
      this.#cursor = 0
      return true
    }
    await this.#printAll(client, page.messages)
    return page.more && page.messages.length > 0
  }

  async #printAll(client: RpcClient, messages: readonly Message[]): Promise<void> {
    const { out, isJson } = this.#context
    const labels = isJson ? undefined : await this.#labelsOf(client, messages)
    for (const message of messages) {
      await out.line(isJson ? formatJson(message) : formatMessage(message, labels?.get(message.room)))
      this.#cursor = Math.max(this.#cursor, message.seq)
    }
  }

  /** What conversations and private rooms are called now; asked for only where a line of one is to be printed. */
  async #labelsOf(client: RpcClient, messages: readonly Message[]): Promise<ReadonlyMap<string, string>> {
    if (!messages.some(({ encrypted }) => encrypted !== null)) return new Map()
    try {
      const rooms = await client.call('chat.rooms', {}, this.#call(0))
      return new Map(rooms.map((room) => [room.room, roomLabel(room)]))
    } catch (error) {
      // A token may read the history and not the list of rooms: then their names alone have to do.
      if (error instanceof RpcError && error.data?.kind === 'forbidden') return new Map()
      throw error
    }
  }

  #call(waitMs: number): { signal: AbortSignal; timeoutMs: number } {
    return { signal: this.#context.signal, timeoutMs: CALL_TIMEOUT_MS + waitMs }
  }
}

/** The daemon went away or is about to. One that refuses what we authorise with is there. */
function isGone(error: unknown): error is RpcUnreachable | RpcError {
  if (error instanceof RpcUnreachable) return error.code !== 'RPC_ADDRESS_INVALID' && error.code !== 'RPC_UNAUTHORIZED'
  return error instanceof RpcError && error.data?.kind === 'stopping'
}

function reasonOf(error: RpcUnreachable | RpcError): string {
  return error instanceof RpcUnreachable ? error.reason : 'the daemon is stopping'
}
