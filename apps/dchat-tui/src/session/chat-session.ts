/**
 * The link to the daemon, held as long as the program runs: connects, brings the talk up to date, follows all rooms, looks at the
 * node now and then, and does it all again after the link was lost. Tells everything as actions; knows no screen.
 */
/* oxlint-disable max-lines -- Longer than 400 lines because it is the one state of a link, from the dial to the last page: parts of it would only be read together. */
import { RpcError, RpcUnreachable, isCallFailure, isRpcError, rpcError } from '@dchat/rpc'
import type { HistoryPage, Message, MethodName, MethodParams, MethodResult, NotificationListener, RpcClient } from '@dchat/rpc'
import { TaskScope, sleep } from '@dchat/system'
import type { Clock, Random, Unsubscribe } from '@dchat/system'
import { CALL_TIMEOUT_MS, HISTORY_PAGE, MAX_REPLAYED, POLL_MS } from '../limits.ts'
import type { ChatState, Page, SessionAction } from '../state/model.ts'
import { SHARED_ROOM, STATUS_ROOM } from '../state/rooms.ts'
import { shownView } from '../state/selectors.ts'
import { retryDelayMs } from './backoff.ts'
import { line, toMessages, toNodeSummary, toSync } from './ingress.ts'
import { LiveFeed } from './live-feed.ts'
import { OwnSends } from './own-sends.ts'
import type { OwnLine, SendOutcome } from './own-sends.ts'
import { RoomList } from './room-list.ts'

export interface ChatSessionDeps {
  /** A new connection to wherever the daemon is now. @throws {RpcUnreachable} */
  readonly connect: (signal: AbortSignal) => Promise<RpcClient>
  readonly clock: Clock
  readonly random: Random
  readonly dispatch: (action: SessionAction) => void
  /** What all actions so far have made. */
  readonly state: () => Pick<ChatState, 'room' | 'rooms' | 'views'>
}

export class ChatSession {
  readonly #deps: ChatSessionDeps
  readonly #scope: TaskScope
  readonly #sends: OwnSends
  #client: RpcClient | null = null
  /** Where the last link left off; null before the first. */
  #cursor: number | null = null
  #feed: LiveFeed | null = null
  #rooms: RoomList | null = null
  #failures = 0
  /** Whether the daemon is of before 1.4.0, which pages forwards in order of storing only. */
  #isForwardUnknown = false
  #wake: AbortController | null = null
  /** A link that was given up with lines on it that a daemon which stands still has yet to read; open until it has. */
  #left: RpcClient | null = null
  /** Ends the link that is up or coming up. */
  #lost: AbortController | null = null
  #isReconnecting = false
  readonly #listeners = new Set<NotificationListener>()

  /** @param options.onFailure told of a bug: the session has ended then */
  constructor(options: { onFailure: (error: unknown) => void }, deps: ChatSessionDeps) {
    this.#deps = deps
    this.#scope = new TaskScope(options.onFailure)
    this.#sends = new OwnSends({
      clock: deps.clock,
      dispatch: deps.dispatch,
      onTimeout: (client) => this.#scope.spawn((signal) => this.#settleOnLink(client, signal)),
    })
  }

  /** Begins to connect; goes on until `stop`. */
  start(): void {
    this.#scope.spawn((signal) => this.#run(signal))
  }

  /** Ends the link and waits for what was under way. Idempotent. */
  async stop(): Promise<void> {
    await this.#scope.stop()
    await this.#left?.close()
  }

  /** Whether calls can be made now. */
  get isReady(): boolean {
    return this.#client !== null
  }

  /** Tries again now instead of waiting out the pause. */
  retryNow(): void {
    this.#wake?.abort()
  }

  /** Gives up the link there is, and makes a new one at once. */
  reconnect(): void {
    this.#isReconnecting = true
    this.#lost?.abort(new RpcUnreachable('RPC_CLOSED', { reason: 'a new link was asked for', hint: 'connecting again' }))
    this.retryNow()
  }

  /** Hears every notification of the link that is up, and of those after it. */
  onNotification(listener: NotificationListener): Unsubscribe {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  /** Sends a line and tells how far it gets. Never throws; with `away` nothing was sent and nothing told. */
  async send(own: OwnLine): Promise<SendOutcome> {
    if (this.#client === null) return 'away'
    return await this.#sends.send(this.#client, own, this.#feed?.cursor ?? 0)
  }

  /** Loads the newest page of the shown room, unless that was done. Does nothing while the daemon is away: the next link does it. */
  async loadShown(): Promise<void> {
    const state = this.#deps.state()
    const view = shownView(state)
    if (!view.isLoaded && view.loading === null) await this.loadNewest()
  }

  /** Loads the page of the shown room before the line `seq`, or the newest when that is null. Does nothing while the daemon is away. */
  async loadOlder(before: number | null): Promise<void> {
    await this.#load('older', before === null ? {} : { before })
  }

  /** Loads the page of the shown room after the line `seq`. */
  async loadNewer(after: number): Promise<void> {
    await this.#load('newer', this.#isForwardUnknown ? { since: after } : { after })
  }

  /**
   * Shows the lines around `message` in place of what is in memory of its room.
   * @throws {RpcError | RpcUnreachable}
   */
  async loadAround(message: Message): Promise<void> {
    const { room, seq } = message
    const limit = HISTORY_PAGE / 2
    const older = await this.call('chat.history', { room, limit, before: seq })
    const newer = await this.#after(room, seq, limit)
    this.#deps.dispatch({
      type: 'stretch',
      room,
      messages: [...toMessages(older.messages), message, ...toMessages(newer?.messages)],
      hasOlder: older.more,
      hasNewer: newer?.more ?? true,
      lastSeq: newer?.last_seq ?? older.last_seq,
    })
  }

  /** Loads the newest page of the shown room in place of what is in memory. */
  async loadNewest(): Promise<void> {
    await this.#load('newest', {})
  }

  /** Asks what rooms there are, as something that was done here has changed that. @throws {RpcUnreachable} */
  async refreshRooms(): Promise<void> {
    await this.#rooms?.load()
  }

  /** Destroys what is shown of a room; tells how many lines that were. @throws {RpcError | RpcUnreachable} */
  async forget(room: string): Promise<number> {
    const count = await this.call('chat.forget', { room })
    this.#deps.dispatch({ type: 'forgotten', room })
    await this.loadShown()
    return count
  }

  /** Looks at the node now: what it told last may be some seconds old. Never throws for what the daemon does. */
  async refreshNode(): Promise<void> {
    try {
      if (this.#client !== null) await this.#poll(this.#client)
    } catch (error) {
      if (!isCallFailure(error)) throw error
    }
  }

  /** Any call. @throws {RpcError} the daemon's answer; {RpcUnreachable} no answer, or no link */
  async call<M extends MethodName>(
    method: M,
    params: MethodParams<M>,
    timeoutMs: number = CALL_TIMEOUT_MS,
  ): Promise<MethodResult<M>> {
    return (await this.callRaw(method, params, timeoutMs)) as MethodResult<M>
  }

  /** A method by its name, whatever it takes and answers. @throws as `call` */
  async callRaw(method: string, params: unknown, timeoutMs: number = CALL_TIMEOUT_MS): Promise<unknown> {
    if (this.#client === null)
      throw new RpcUnreachable('RPC_CONNECTION_LOST', { reason: 'the daemon is away', hint: 'try again when it is back' })
    try {
      return await this.#client.callRaw(method, params, { timeoutMs })
    } catch (error) {
      if (isRpcError(error, 'method_not_found'))
        throw rpcError('method_not_found', `this dchatd has no method ${method}: a newer one may`)
      if (isCallFailure(error)) this.#trouble('call', `${method}: ${failureText(error)}`)
      throw error
    }
  }

  /** A page in room order; null from a daemon that pages backwards only. */
  async #after(room: string, after: number, limit: number): Promise<HistoryPage | null> {
    if (this.#isForwardUnknown) return null
    try {
      return await this.call('chat.history', { room, limit, after })
    } catch (error) {
      if (!isRpcError(error, 'invalid_params')) throw error
      this.#isForwardUnknown = true
      return null
    }
  }

  async #load(
    direction: 'older' | 'newer' | 'newest',
    where: { before?: number; since?: number; after?: number },
  ): Promise<void> {
    const { dispatch, state } = this.#deps
    const { room } = state()
    if (this.#client === null || room === STATUS_ROOM) return
    dispatch({ type: 'loading', room, direction: direction === 'older' ? 'older' : 'newer' })
    try {
      const page = await this.call('chat.history', { limit: HISTORY_PAGE, room, ...where })
      dispatch({ type: `${direction}Page`, room, ...toPage(page) })
    } catch (error) {
      dispatch({ type: 'loading', room, direction: null })
      if (!isCallFailure(error)) throw error
      if (where.after === undefined || !isRpcError(error, 'invalid_params')) return
      this.#isForwardUnknown = true
      await this.loadNewer(where.after)
    }
  }

  async #run(signal: AbortSignal): Promise<void> {
    this.#deps.dispatch({ type: 'link', link: { at: 'connecting' } })
    while (!signal.aborted) {
      const error = await this.#hold(signal)
      if (signal.aborted) return
      if (this.#isReconnecting) {
        this.#isReconnecting = false
        this.#failures = 0
        this.#deps.dispatch({ type: 'link', link: { at: 'connecting' } })
        continue
      }
      this.#trouble('link', `${error.reason}; ${error.hint}`)
      const retryInMs = retryDelayMs(this.#failures, this.#deps.random)
      this.#failures += 1
      this.#deps.dispatch({
        type: 'link',
        link: { at: 'away', reason: line(error.reason), hint: line(error.hint), retryInMs, isMissing: isMissing(error) },
      })
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
    this.#lost = lost
    const ends = AbortSignal.any([signal, lost.signal])
    try {
      client = await this.#deps.connect(signal)
      client.onNotification((method, params) => {
        for (const listener of [...this.#listeners]) listener(method, params)
      })
      void client.closed.then(() => lost.abort(new RpcUnreachable('RPC_CONNECTION_LOST', LINK_LOST)))
      await this.#catchUp({ client, ends, onFailure: (error) => lost.abort(error) })
      this.#client = client
      this.#failures = 0
      this.#isForwardUnknown = false
      await this.#poll(client, ends)
      this.#deps.dispatch({ type: 'link', link: { at: 'ready' } })
      this.#scope.spawn(() => this.loadShown())
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
      this.#lost = null
      this.#feed?.close()
      this.#cursor = this.#feed?.cursor ?? this.#cursor
      this.#feed = null
      this.#rooms = null
      if (client !== null) await this.#leave(client, signal)
    }
  }

  /** Closes a link, unless the daemon would then drop lines that it has not read. */
  async #leave(client: RpcClient, signal: AbortSignal): Promise<void> {
    if (!signal.aborted && this.#left === null && this.#sends.hasUnanswered(client)) {
      this.#left = client
      return
    }
    await client.close()
    this.#sends.forget(client)
  }

  /** Lets the daemon, which answers again, read what the link before still holds: it answers in order of reading, `ping` last. */
  async #closeLeft(signal: AbortSignal): Promise<void> {
    const left = this.#left
    if (left === null) return
    this.#left = null
    try {
      await left.call('ping', [], { timeoutMs: CALL_TIMEOUT_MS, signal })
    } catch (error) {
      if (!isCallFailure(error)) throw error
    } finally {
      await left.close()
      this.#sends.forget(left)
    }
  }

  async #poll(client: RpcClient, signal?: AbortSignal): Promise<void> {
    const options = { timeoutMs: CALL_TIMEOUT_MS, ...(signal === undefined ? {} : { signal }) }
    const info = await client.call('node.get_info', {}, options)
    this.#deps.dispatch({ type: 'node', node: toNodeSummary(info) })
    this.#deps.dispatch({ type: 'sync', sync: toSync(info.sync) })
  }

  /**
   * Shows the newest page, replays what was missed in all rooms, and finds out about lines whose answer was lost. A daemon with
   * another store, or a long absence, begins with a fresh page.
   */
  async #catchUp(link: { client: RpcClient; ends: AbortSignal; onFailure: (error: unknown) => void }): Promise<void> {
    const { client, ends, onFailure } = link
    const { dispatch, state, clock } = this.#deps
    const room = state().room === STATUS_ROOM ? SHARED_ROOM : state().room
    const page = await client.call('chat.history', { limit: HISTORY_PAGE, room }, { timeoutMs: CALL_TIMEOUT_MS, signal: ends })
    const cursor = this.#cursor
    const isContinued = cursor !== null && page.last_seq >= cursor && page.last_seq - cursor <= MAX_REPLAYED
    dispatch({ type: 'outdated', but: isContinued ? room : null })
    if (state().views.get(room)?.isLoaded === true) dispatch({ type: 'live', messages: toMessages(page.messages) })
    else dispatch({ type: 'newestPage', room, ...toPage(page) })
    const rooms = new RoomList({
      client,
      clock,
      signal: ends,
      onRooms: (list) => {
        dispatch({ type: 'rooms', rooms: list })
        this.#scope.spawn(() => this.loadShown())
      },
      onFailure,
    })
    const feed = new LiveFeed(isContinued ? cursor : page.last_seq, {
      client,
      onMessages: (lines) => this.#heard(lines, rooms),
      onDelivery: (seq, delivery, post) => dispatch({ type: 'delivery', seq, delivery, post }),
      onRetracted: (seq) => dispatch({ type: 'retracted', seq }),
      onAuthor: (author) => dispatch({ type: 'author', author }),
      onRooms: () => rooms.changed(),
      onSync: (sync) => dispatch({ type: 'sync', sync }),
      onFailure,
    })
    await feed.open(ends)
    this.#feed = feed
    this.#rooms = rooms
    await rooms.load()
    await this.#closeLeft(ends)
    await this.#sends.settle(client, ends)
  }

  /** Lines of a room that is not listed are the first of a conversation, or it was joined elsewhere. */
  #heard(messages: readonly Message[], rooms: RoomList): void {
    this.#deps.dispatch({ type: 'live', messages })
    const known = new Set(this.#deps.state().rooms.map(({ room }) => room))
    if (messages.some(({ room }) => !known.has(room))) rooms.changed()
  }

  #trouble(from: 'link' | 'call', text: string): void {
    const { dispatch, clock } = this.#deps
    dispatch({ type: 'trouble', trouble: { at: clock.nowMs(), from, text: line(text) } })
  }

  /** Settles on a link that goes on: when it fails, the next link does it. */
  async #settleOnLink(client: RpcClient, signal: AbortSignal): Promise<void> {
    try {
      await this.#sends.settle(client, signal)
    } catch (error) {
      if (!isCallFailure(error)) throw error
    }
  }
}

/** Whether a link failed as no daemon runs where it was looked for. */
function isMissing(error: unknown): boolean {
  if (!(error instanceof RpcUnreachable)) return false
  if (error.code === 'RPC_NOT_RUNNING') return true
  const { code } = (error.cause ?? {}) as NodeJS.ErrnoException
  return error.code === 'RPC_CONNECT_FAILED' && (code === 'ENOENT' || code === 'ECONNREFUSED')
}

/** Why a call failed, for `/debug`. */
function failureText(error: RpcError | RpcUnreachable): string {
  if (error instanceof RpcUnreachable) return error.reason
  return `${error.code} ${error.message}${error.data?.hint === undefined ? '' : `: ${error.data.hint}`}`
}

function toPage(page: HistoryPage): Omit<Page, 'room'> {
  return { messages: toMessages(page.messages), more: page.more, lastSeq: page.last_seq }
}

const LINK_LOST: { reason: string; hint: string } = {
  reason: 'the daemon closed the connection',
  hint: 'it was stopped or restarted; start it with `dchatd`',
}
