/**
 * News that wait for a slow client, beside lines: the newest of each thing. Of lines, more than are remembered count as lagging; of
 * rooms and people, more than are remembered become one note that says "many".
 */

/** Lines, rooms or people whose news wait for a slow client, each. */
export const MAX_WAITING_NEWS: number = 256

export interface News {
  readonly method: string
  /** Without the subscription. */
  readonly params: Readonly<Record<string, unknown>>
}

interface LineNews extends News {
  readonly seq: number
}

/** What may be many. */
export interface Topic {
  readonly method: 'chat.room' | 'chat.nick'
  /** What it is about: the newest news of it are sent. */
  readonly about: string
  readonly params: News['params']
  /** What is said in place of more of them than are remembered. */
  readonly many: News['params']
}

const MANY = ''

export class WaitingNews {
  readonly #send: (news: News) => boolean
  readonly #ofLines = new Map<string, LineNews>()
  readonly #topics = new Map<Topic['method'], Map<string, News>>()
  #progress: News | undefined

  /** @param send queues for the client, or says false */
  constructor(send: (news: News) => boolean) {
    this.#send = send
  }

  /** @returns false when more lines have news than are remembered */
  ofLine(news: LineNews): boolean {
    const key = `${news.method} ${news.seq}`
    if (!this.#ofLines.has(key) && this.#send(news)) return true
    this.#ofLines.set(key, news)
    return this.#ofLines.size <= MAX_WAITING_NEWS
  }

  ofTopic(topic: Topic): void {
    const waiting = this.#topics.get(topic.method) ?? new Map<string, News>()
    this.#topics.set(topic.method, waiting)
    if (waiting.has(MANY)) return
    if (!waiting.has(topic.about) && this.#send(topic)) return
    waiting.set(topic.about, topic)
    if (waiting.size <= MAX_WAITING_NEWS) return
    waiting.clear()
    waiting.set(MANY, { method: topic.method, params: topic.many })
  }

  ofProgress(news: News): void {
    this.#progress = this.#send(news) ? undefined : news
  }

  /** The lowest seq of a line whose news wait; these are forgotten. `undefined` when there is none. */
  forgetLines(): number | undefined {
    const seqs = [...this.#ofLines.values()].map(({ seq }) => seq)
    this.#ofLines.clear()
    return seqs.length === 0 ? undefined : Math.min(...seqs)
  }

  /** Sends what waits until the client takes no more. */
  flush(): void {
    if (!this.#flush(this.#ofLines)) return
    for (const waiting of this.#topics.values()) if (!this.#flush(waiting)) return
    if (this.#progress !== undefined) this.ofProgress(this.#progress)
  }

  #flush(waiting: Map<string, News>): boolean {
    for (const [key, news] of waiting) {
      if (!this.#send(news)) return false
      waiting.delete(key)
    }
    return true
  }
}
