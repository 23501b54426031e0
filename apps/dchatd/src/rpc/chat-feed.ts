/**
 * One chat subscription: replays the store, then follows, without a gap or a double. It has no clock and does no I/O of its own:
 * it asks the source, offers to the client, and remembers where it is.
 *
 *   replaying --no more pages--> live --client full--> lagging --lagged sent--> live
 *
 * While it replays it ignores live messages: the pages have them, as messages are stored before they are told. A replay waits for
 * a slow client; only a live message or delivery that cannot be queued makes it lag.
 */
import type { Delivery, HistoryPage, Message } from '@dchat/rpc'
import type { DeliveryChange, HistoryQuery } from './backend.ts'

/** Messages read from the store at a time: at 64 KiB each, twice what may wait for a client. */
const PAGE_MESSAGES = 32

/** Own lines whose news wait for a slow client, the newest news of each; more of them count as lagging. */
export const MAX_WAITING_DELIVERIES: number = 256

export interface FeedSource {
  history(query: HistoryQuery): HistoryPage
  lastSeq(): number
}

export interface FeedOptions {
  readonly id: string
  /** Replays what was stored after it. @default the newest, so that nothing is replayed */
  readonly since?: number
  /** @default all rooms */
  readonly room?: string
  readonly source: FeedSource
  /** Queues a notification for the client, or says false. */
  readonly send: (method: string, params: unknown) => boolean
}

export class ChatFeed {
  readonly #options: FeedOptions
  readonly #deliveries = new Map<number, Delivery>()
  #at: 'replaying' | 'live' | 'lagging' = 'replaying'
  /** The client has, or does not want, everything up to here. */
  #cursor: number
  /** While lagging: from where the client has to ask again. */
  #resume = 0

  constructor(options: FeedOptions) {
    this.#options = options
    const newest = options.source.lastSeq()
    this.#cursor = Math.min(options.since ?? newest, newest)
  }

  /** `seq` of the newest line that the client has, or does not want. */
  get cursor(): number {
    return this.#cursor
  }

  /**
   * Sends what waits, up to a page of the replay. True when there is more to do at once: call it again in another turn of the
   * event loop. False when it waits for messages or for the client: call it again when that has drained.
   * @throws what the source throws; call `failed` then
   */
  advance(): boolean {
    if (this.#at === 'lagging' && !this.#endLag()) return false
    if (this.#at === 'live') {
      this.#sendDeliveries()
      return false
    }
    return this.#replay()
  }

  stored(message: Message): void {
    if (this.#at !== 'live' || message.seq <= this.#cursor) return
    if (this.#wants(message.room) && !this.#sendMessage(message)) this.#lag()
    else this.#cursor = message.seq
  }

  /** A message that is not sent yet will carry its delivery itself. */
  deliveryChanged({ seq, room, delivery }: DeliveryChange): void {
    if (!this.#wants(room) || seq > this.#cursor) return
    if (this.#at === 'lagging') {
      this.#resume = Math.min(this.#resume, seq - 1)
      return
    }
    if (!this.#deliveries.has(seq) && this.#sendDelivery(seq, delivery)) return
    this.#deliveries.set(seq, delivery)
    if (this.#deliveries.size > MAX_WAITING_DELIVERIES) this.#lag()
  }

  /** The source failed: call `advance` again, which tells the client to ask again. */
  failed(): void {
    this.#lag()
  }

  #replay(): boolean {
    const { source, room } = this.#options
    const page = source.history({ since: this.#cursor, limit: PAGE_MESSAGES, ...(room === undefined ? {} : { room }) })
    for (const message of page.messages) {
      if (!this.#sendMessage(message)) return false
      this.#cursor = message.seq
    }
    if (page.more && page.messages.length > 0) return true
    this.#cursor = Math.max(this.#cursor, page.last_seq)
    this.#at = 'live'
    this.#sendDeliveries()
    return false
  }

  #lag(): void {
    this.#resume = Math.min(this.#cursor, ...[...this.#deliveries.keys()].map((seq) => seq - 1))
    this.#deliveries.clear()
    this.#at = 'lagging'
  }

  #endLag(): boolean {
    const { id, send } = this.#options
    if (!send('chat.lagged', { subscription: id, resume: this.#resume })) return false
    this.#at = 'live'
    return true
  }

  #sendDeliveries(): void {
    for (const [seq, delivery] of this.#deliveries) {
      if (!this.#sendDelivery(seq, delivery)) return
      this.#deliveries.delete(seq)
    }
  }

  #sendMessage(message: Message): boolean {
    return this.#options.send('chat.message', { subscription: this.#options.id, message })
  }

  #sendDelivery(seq: number, delivery: Delivery): boolean {
    return this.#options.send('chat.delivery', { subscription: this.#options.id, seq, delivery })
  }

  #wants(room: string): boolean {
    return this.#options.room === undefined || this.#options.room === room
  }
}
