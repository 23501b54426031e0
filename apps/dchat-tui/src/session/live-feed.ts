/**
 * The subscription of one link, to all rooms: opens it from a cursor, keeps the cursor, and fetches what the daemon had to leave out.
 * The cursor moves with what was delivered without a gap and with nothing else, so that no line can be skipped; news wait until the
 * lines they follow are there.
 */
import { RpcUnreachable } from '@dchat/rpc'
import type { Author, Delivery, Message, RpcClient, SyncProgress } from '@dchat/rpc'
import type { Unsubscribe } from '@dchat/system'
import { CALL_TIMEOUT_MS, MAX_GAP_PAGES, MAX_GAP_PAGE_LINES, MAX_HELD_NOTIFICATIONS } from '../limits.ts'
import type { PostPlace } from '../state/model.ts'
import { toAuthor, toDelivery, toMessage, toMessages, toPostPlace, toSync } from './ingress.ts'

export interface LiveFeedDeps {
  readonly client: Pick<RpcClient, 'call' | 'onNotification'>
  /** Hears all lines that came in one piece of input, in order. */
  readonly onMessages: (messages: readonly Message[]) => void
  /** `post`: what a line became that waited for a box key; null for others. */
  readonly onDelivery: (seq: number, delivery: Delivery, post: PostPlace | null) => void
  /** The line with this seq was taken back. */
  readonly onRetracted: (seq: number) => void
  /** Somebody is to be shown another way than before. */
  readonly onAuthor: (author: Author) => void
  /** What is told of rooms is another than before. */
  readonly onRooms: () => void
  /** How history is being fetched from peers; null once it is not. */
  readonly onSync: (sync: SyncProgress | null) => void
  /** What was left out cannot be fetched, or there is too much of it: the link is to start over. */
  readonly onFailure: (error: unknown) => void
}

type Notification = { readonly method: string; readonly params: Readonly<Record<string, unknown>> }

const FLOODED = { reason: 'the daemon sends lines and does not answer', hint: 'connecting again' }
const FAR_BEHIND = { reason: 'too many lines were missed', hint: 'connecting again, to begin with the newest' }

export class LiveFeed {
  readonly #deps: LiveFeedDeps
  #cursor: number
  #subscription: string | null = null
  /** What came before the answer to the subscription, or while a gap is filled. */
  #held: Notification[] = []
  #isFilling = false
  #batch: Message[] = []
  #unsubscribe: Unsubscribe | undefined
  #signal: AbortSignal | undefined

  constructor(since: number, deps: LiveFeedDeps) {
    this.#cursor = since
    this.#deps = deps
  }

  /** `seq` of the last line delivered: where the next link goes on. */
  get cursor(): number {
    return this.#cursor
  }

  /** Subscribes; `signal` ends waiting for answers, now and later. @throws {RpcError | RpcUnreachable} as `chat.subscribe` does */
  async open(signal: AbortSignal): Promise<void> {
    this.#signal = signal
    this.#unsubscribe = this.#deps.client.onNotification((method, params) => {
      if (method.startsWith('chat.') && typeof params === 'object' && params !== null) {
        this.#receive({ method, params: params as Notification['params'] })
      }
    })
    await this.#subscribe()
  }

  /** Stops listening; the daemon ends the subscription with the connection. */
  close(): void {
    this.#unsubscribe?.()
    this.#flush()
  }

  async #subscribe(): Promise<void> {
    this.#subscription = null
    const id = await this.#deps.client.call('chat.subscribe', { since: this.#cursor }, this.#callOptions())
    this.#subscription = id
    this.#handleHeld()
  }

  /** Goes on with what waits, up to the next gap. */
  #handleHeld(): void {
    const held = this.#held
    this.#held = []
    for (const notification of held) this.#receive(notification)
  }

  #receive(notification: Notification): void {
    if (this.#subscription !== null && !this.#isFilling) {
      this.#handle(notification)
      return
    }
    if (this.#held.length < MAX_HELD_NOTIFICATIONS) this.#held.push(notification)
    else this.#deps.onFailure(new RpcUnreachable('RPC_BAD_ANSWER', FLOODED))
  }

  #handle({ method, params }: Notification): void {
    if (params['subscription'] !== this.#subscription) return
    if (method === 'chat.message') {
      const message = toMessage(params['message'])
      if (message === null) return
      this.#cursor = Math.max(this.#cursor, message.seq)
      this.#batch.push(message)
      if (this.#batch.length === 1) queueMicrotask(() => this.#flush())
    } else if (method === 'chat.delivery') {
      const delivery = toDelivery(params['delivery'])
      this.#flush()
      if (delivery !== null) this.#deps.onDelivery(Number(params['seq']), delivery, toPostPlace(params))
    } else if (method === 'chat.retracted') {
      this.#flush()
      this.#deps.onRetracted(Number(params['seq']))
    } else if (method === 'chat.nick') {
      this.#flush()
      this.#deps.onAuthor(toAuthor(params['author']))
    } else if (method === 'chat.room') {
      this.#deps.onRooms()
    } else if (method === 'chat.progress') {
      this.#deps.onSync(toSync(params['sync']))
    } else if (method === 'chat.lagged') {
      this.#fill(Number(params['resume']))
    }
  }

  #flush(): void {
    const batch = this.#batch
    if (batch.length === 0) return
    this.#batch = []
    this.#deps.onMessages(batch)
  }

  /** Fetches what was stored after the line `resume`. What comes meanwhile waits: some of it is among what is fetched. */
  #fill(resume: number): void {
    if (!Number.isSafeInteger(resume)) return
    this.#flush()
    this.#cursor = Math.min(this.#cursor, resume)
    this.#isFilling = true
    this.#fetchGap().then(
      () => {
        this.#isFilling = false
        this.#handleHeld()
      },
      (error: unknown) => this.#deps.onFailure(error),
    )
  }

  async #fetchGap(): Promise<void> {
    for (let count = 0; count < MAX_GAP_PAGES; count += 1) {
      const params = { since: this.#cursor, limit: MAX_GAP_PAGE_LINES }
      const page = await this.#deps.client.call('chat.history', params, this.#callOptions())
      const messages = toMessages(page.messages)
      if (messages.length > 0) this.#deps.onMessages(messages)
      this.#cursor = messages.reduce((cursor, { seq }) => Math.max(cursor, seq), this.#cursor)
      if (!page.more || messages.length === 0) return
    }
    throw new RpcUnreachable('RPC_BAD_ANSWER', FAR_BEHIND)
  }

  #callOptions(): { timeoutMs: number; signal?: AbortSignal } {
    return { timeoutMs: CALL_TIMEOUT_MS, ...(this.#signal === undefined ? {} : { signal: this.#signal }) }
  }
}
