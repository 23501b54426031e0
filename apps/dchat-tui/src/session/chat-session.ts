/**
 * The link to the daemon, held as long as the program runs: connects, brings the talk up to date, follows it, looks at the node
 * now and then, and does it all again after the link was lost. Tells everything as actions; knows no screen.
 */
import { RpcError, RpcUnreachable } from '@dchat/rpc'
import type { MethodName, MethodParams, MethodResult, RpcClient } from '@dchat/rpc'
import { TaskScope, sanitizeText, sleep } from '@dchat/system'
import type { Clock, Random } from '@dchat/system'
import { CALL_TIMEOUT_MS, HISTORY_PAGE, MAX_REPLAYED, MAX_SETTLE_PAGES, POLL_MS, SEND_TIMEOUT_MS } from '../limits.ts'
import type { OwnSend, SessionAction } from '../state/model.ts'
import { retryDelayMs } from './backoff.ts'
import { line, toMessage, toMessages, toNodeSummary } from './ingress.ts'
import { LiveFeed } from './live-feed.ts'

export interface ChatSessionDeps {
  /** A new connection to wherever the daemon is now. @throws {RpcUnreachable} */
  readonly connect: (signal: AbortSignal) => Promise<RpcClient>
  readonly clock: Clock
  readonly random: Random
  readonly dispatch: (action: SessionAction) => void
}

/** What became of a line: `away`: it was not sent at all; `unsure`: it may have been stored, the history will tell. */
export type SendOutcome = 'stored' | 'failed' | 'unsure' | 'away'

export class ChatSession {
  readonly #room: string
  readonly #deps: ChatSessionDeps
  readonly #scope: TaskScope
  #client: RpcClient | null = null
  /** Where the last link left off; null before the first. */
  #cursor: number | null = null
  #feed: LiveFeed | null = null
  #lastLocalId = 0
  readonly #unsure = new Map<number, OwnSend>()
  #failures = 0
  #wake: AbortController | null = null

  /** @param options.onFailure told of a bug: the session has ended then */
  constructor(options: { room: string; onFailure: (error: unknown) => void }, deps: ChatSessionDeps) {
    this.#room = options.room
    this.#deps = deps
    this.#scope = new TaskScope(options.onFailure)
  }

  /** Begins to connect; goes on until `stop`. */
  start(): void {
    this.#scope.spawn((signal) => this.#run(signal))
  }

  /** Ends the link and waits for what was under way. Idempotent. */
  async stop(): Promise<void> {
    await this.#scope.stop()
  }

  /** Whether calls can be made now. */
  get isReady(): boolean {
    return this.#client !== null
  }

  /** Tries again now instead of waiting out the pause. */
  retryNow(): void {
    this.#wake?.abort()
  }

  /** Sends a line and tells how far it gets. Never throws; with `away` nothing was sent and nothing told. */
  async send(text: string, kind: 'text' | 'action'): Promise<SendOutcome> {
    const client = this.#client
    if (client === null) return 'away'
    this.#lastLocalId += 1
    const shown = sanitizeText(text, { keepNewlines: true })
    const send: OwnSend = {
      localId: this.#lastLocalId,
      text: shown,
      kind,
      at: this.#deps.clock.nowMs(),
      afterSeq: this.#feed?.cursor ?? 0,
    }
    this.#deps.dispatch({ type: 'sending', send })
    try {
      const result = toMessage(await client.call('chat.send', { text, room: this.#room, kind }, { timeoutMs: SEND_TIMEOUT_MS }))
      if (result === null) throw new RpcError(-32603, 'the daemon sent an answer that is no message')
      this.#deps.dispatch({ type: 'stored', localId: send.localId, message: result })
      return 'stored'
    } catch (error) {
      return this.#sendFailed(send, error)
    }
  }

  /** Loads the page before the line `seq`, or the newest when that is null. Does nothing while the daemon is away. */
  async loadOlder(before: number | null): Promise<void> {
    await this.#load('older', { limit: HISTORY_PAGE, room: this.#room, ...(before === null ? {} : { before }) })
  }

  /** Loads the page after the line `seq`. */
  async loadNewer(since: number): Promise<void> {
    await this.#load('newer', { limit: HISTORY_PAGE, room: this.#room, since })
  }

  /** Loads the newest page in place of what is in memory. */
  async loadNewest(): Promise<void> {
    await this.#load('newest', { limit: HISTORY_PAGE, room: this.#room })
  }

  /** Any call. @throws {RpcError} the daemon's answer; {RpcUnreachable} no answer, or no link */
  async call<M extends MethodName>(
    method: M,
    params: MethodParams<M>,
    timeoutMs: number = CALL_TIMEOUT_MS,
  ): Promise<MethodResult<M>> {
    if (this.#client === null)
      throw new RpcUnreachable('RPC_CONNECTION_LOST', { reason: 'the daemon is away', hint: 'try again when it is back' })
    return await this.#client.call(method, params, { timeoutMs })
  }

  async #load(direction: 'older' | 'newer' | 'newest', params: MethodParams<'chat.history'>): Promise<void> {
    const { dispatch } = this.#deps
    if (this.#client === null) return
    dispatch({ type: 'loading', direction: direction === 'older' ? 'older' : 'newer' })
    try {
      const page = await this.call('chat.history', params)
      const messages = toMessages(page.messages)
      dispatch({ type: `${direction}Page`, messages, more: page.more })
    } catch (error) {
      dispatch({ type: 'loading', direction: null })
      if (!(error instanceof RpcError) && !(error instanceof RpcUnreachable)) throw error
    }
  }

  #sendFailed(send: OwnSend, error: unknown): SendOutcome {
    if (error instanceof RpcError) {
      this.#deps.dispatch({ type: 'sendFailed', send, reason: line(error.data?.hint ?? error.message) })
      return 'failed'
    }
    if (!(error instanceof RpcUnreachable)) throw error
    this.#unsure.set(send.localId, send)
    this.#deps.dispatch({ type: 'sendUnsure', localId: send.localId })
    const client = this.#client
    if (error.code === 'RPC_TIMEOUT' && client !== null) this.#scope.spawn((signal) => this.#settleOnLink(client, signal))
    return 'unsure'
  }

  async #run(signal: AbortSignal): Promise<void> {
    this.#deps.dispatch({ type: 'link', link: { at: 'connecting' } })
    while (!signal.aborted) {
      const error = await this.#hold(signal)
      if (signal.aborted) return
      const retryInMs = retryDelayMs(this.#failures, this.#deps.random)
      this.#failures += 1
      this.#deps.dispatch({ type: 'link', link: { at: 'away', reason: line(error.reason), hint: line(error.hint), retryInMs } })
      await this.#pause(retryInMs, signal)
    }
  }

  /** Waits, until the time is over, `retryNow` is called or the session stops. */
  async #pause(ms: number, signal: AbortSignal): Promise<void> {
    const wake = new AbortController()
    this.#wake = wake
    try {
      await sleep(this.#deps.clock, ms, AbortSignal.any([signal, wake.signal]))
    } catch (error) {
      if (!wake.signal.aborted && !signal.aborted) throw error
    } finally {
      this.#wake = null
    }
  }

  /** One link from its beginning to its end; tells why it ended. */
  async #hold(signal: AbortSignal): Promise<{ reason: string; hint: string }> {
    let client: RpcClient | null = null
    const lost = new AbortController()
    const ends = AbortSignal.any([signal, lost.signal])
    try {
      client = await this.#deps.connect(signal)
      void client.closed.then(() => lost.abort(new RpcUnreachable('RPC_CONNECTION_LOST', LINK_LOST)))
      await this.#catchUp({ client, ends, onFailure: (error) => lost.abort(error) })
      this.#client = client
      this.#failures = 0
      await this.#poll(client, ends)
      this.#deps.dispatch({ type: 'link', link: { at: 'ready' } })
      for (;;) {
        await sleep(this.#deps.clock, POLL_MS, ends)
        await this.#poll(client, ends)
      }
    } catch (error) {
      if (signal.aborted) return LINK_LOST
      if (error instanceof RpcUnreachable) return error
      if (error instanceof RpcError)
        return { reason: `the daemon refused: ${error.data?.hint ?? error.message}`, hint: 'is it another version?' }
      throw error
    } finally {
      this.#client = null
      this.#feed?.close()
      this.#cursor = this.#feed?.cursor ?? this.#cursor
      this.#feed = null
      await client?.close()
    }
  }

  async #poll(client: RpcClient, signal: AbortSignal): Promise<void> {
    const info = await client.call('node.get_info', {}, { timeoutMs: CALL_TIMEOUT_MS, signal })
    this.#deps.dispatch({ type: 'node', node: toNodeSummary(info) })
  }

  /**
   * Shows the newest page, replays what was missed, and finds out about lines whose answer was lost. A daemon with another
   * store, or a long absence, begins with a fresh page.
   */
  async #catchUp(link: { client: RpcClient; ends: AbortSignal; onFailure: (error: unknown) => void }): Promise<void> {
    const { client, ends, onFailure } = link
    const { dispatch } = this.#deps
    const options = { timeoutMs: CALL_TIMEOUT_MS, signal: ends }
    const page = await client.call('chat.history', { limit: HISTORY_PAGE, room: this.#room }, options)
    const messages = toMessages(page.messages)
    const cursor = this.#cursor
    const isContinued = cursor !== null && page.last_seq >= cursor && page.last_seq - cursor <= MAX_REPLAYED
    if (isContinued) dispatch({ type: 'live', messages })
    else dispatch({ type: 'newestPage', messages, more: page.more })
    const feed = new LiveFeed(
      { room: this.#room, since: isContinued ? cursor : page.last_seq },
      {
        client,
        onMessages: (lines) => dispatch({ type: 'live', messages: lines }),
        onDelivery: (seq, delivery) => dispatch({ type: 'delivery', seq, delivery }),
        onRetracted: (seq) => dispatch({ type: 'retracted', seq }),
        onAuthor: (author) => dispatch({ type: 'author', author }),
        onFailure,
      },
    )
    await feed.open(ends)
    this.#feed = feed
    await this.#settleUnsure(client, ends)
  }

  /** As `#settleUnsure`, on a link that goes on: when it fails, the next link does it. */
  async #settleOnLink(client: RpcClient, signal: AbortSignal): Promise<void> {
    try {
      await this.#settleUnsure(client, signal)
    } catch (error) {
      if (!(error instanceof RpcUnreachable) && !(error instanceof RpcError)) throw error
    }
  }

  /** Reads the history from the first unsure send on: what is in it was stored, the rest is not known. */
  async #settleUnsure(client: RpcClient, signal: AbortSignal): Promise<void> {
    if (this.#unsure.size === 0) return
    const localIds = new Set(this.#unsure.keys())
    let since = Math.min(...[...this.#unsure.values()].map((send) => send.afterSeq))
    for (let count = 0; count < MAX_SETTLE_PAGES; count += 1) {
      const params = { since, limit: 1_000, room: this.#room }
      const page = await client.call('chat.history', params, { timeoutMs: CALL_TIMEOUT_MS, signal })
      const messages = toMessages(page.messages)
      this.#deps.dispatch({ type: 'live', messages: messages.filter((message) => message.own) })
      since = messages.at(-1)?.seq ?? since
      if (!page.more || messages.length === 0) break
    }
    for (const localId of localIds) this.#unsure.delete(localId)
    this.#deps.dispatch({ type: 'sendsSettled', localIds })
  }
}

const LINK_LOST: { reason: string; hint: string } = {
  reason: 'the daemon closed the connection',
  hint: 'it was stopped or restarted; start it with `dchatd`',
}
