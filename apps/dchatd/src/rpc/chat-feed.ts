/**
 * One chat subscription: replays the store, then follows, without a gap or a double. It has no clock and does no I/O of its own:
 * it asks the source, offers to the client, and remembers where it is.
 *
 *   replaying --no more pages--> live --client full--> lagging --lagged sent--> live
 *
 * While it replays it ignores live messages: the pages have them, as messages are stored before they are told. A replay waits for
 * a slow client; only a live message that cannot be queued, and news of too many lines, make it lag. News of a line that is not
 * sent yet come with the line.
 */
import type { Author, HistoryPage, Message, SyncProgress } from '@dchat/rpc'
import type { DeliveryChange, HistoryQuery, Retraction } from './backend.ts'
import { WaitingNews } from './waiting-news.ts'

/** Messages read from the store at a time: at 64 KiB each, twice what may wait for a client. */
const PAGE_MESSAGES = 32

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

/** A line that was stored before, and what is new of it. */
interface ChangedLine {
  readonly seq: number
  readonly room: string
  readonly method: 'chat.delivery' | 'chat.retracted'
  readonly params: Readonly<Record<string, unknown>>
}

export class ChatFeed {
  readonly #options: FeedOptions
  readonly #news: WaitingNews
  #at: 'replaying' | 'live' | 'lagging' = 'replaying'
  /** The client has, or does not want, everything up to here. */
  #cursor: number
  /** While lagging: from where the client has to ask again. */
  #resume = 0
  /** The last line before a gap after which nothing was sent yet. */
  #gap: number | undefined

  constructor(options: FeedOptions) {
    this.#options = options
    this.#news = new WaitingNews(({ method, params }) => options.send(method, { subscription: options.id, ...params }))
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
      this.#news.flush()
      return false
    }
    return this.#replay()
  }

  stored(message: Message): void {
    if (this.#at !== 'live' || message.seq <= this.#cursor) return
    if (this.#wants(message.room) && !this.#sendMessage(message)) this.#lag()
    else this.#cursor = message.seq
  }

  deliveryChanged({ seq, room, ...news }: DeliveryChange): void {
    this.#lineChanged({ seq, room, method: 'chat.delivery', params: { seq, ...news } })
  }

  retracted({ seq, room, id }: Retraction): void {
    this.#lineChanged({ seq, room, method: 'chat.retracted', params: { seq, id } })
  }

  roomChanged(room: string): void {
    if (this.#wants(room)) this.#news.ofTopic({ method: 'chat.room', about: room, params: { room }, many: { room: null } })
  }

  authorChanged(author: Author & { readonly key: string }): void {
    this.#news.ofTopic({ method: 'chat.nick', about: author.key, params: { author }, many: { author: null } })
  }

  progressed(sync: SyncProgress): void {
    this.#news.ofProgress({ method: 'chat.progress', params: { sync } })
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
    this.#news.flush()
    return false
  }

  #lineChanged({ room, ...news }: ChangedLine): void {
    if (!this.#wants(room) || news.seq > this.#cursor) return
    if (this.#at === 'lagging') this.#resume = Math.min(this.#resume, news.seq - 1)
    else if (!this.#news.ofLine(news)) this.#lag()
  }

  #lag(): void {
    const lowest = this.#news.forgetLines()
    this.#resume = Math.min(this.#cursor, this.#gap ?? this.#cursor, lowest === undefined ? this.#cursor : lowest - 1)
    this.#at = 'lagging'
  }

  #endLag(): boolean {
    const { id, send, source } = this.#options
    if (!send('chat.lagged', { subscription: id, resume: this.#resume })) return false
    this.#at = 'live'
    // The client reads what it missed by itself: news of those lines are for it from here on.
    this.#cursor = Math.max(this.#cursor, source.lastSeq())
    this.#gap = this.#resume
    return true
  }

  #sendMessage(message: Message): boolean {
    const isSent = this.#options.send('chat.message', { subscription: this.#options.id, message })
    if (isSent) this.#gap = undefined
    return isSent
  }

  #wants(room: string): boolean {
    return this.#options.room === undefined || this.#options.room === room
  }
}
