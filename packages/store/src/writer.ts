/** The inside of a commit: all that waits, in the order it came. */
import type { Ledger } from './ledger.ts'
import type { LineTable } from './line-table.ts'
import type { Delivery, NewMessage, StoredMessage } from './message.ts'
import type { News } from './news.ts'
import type { CommittedPost, NewPost } from './post-store.ts'
import type { PostWriter } from './posts/post-writer.ts'
import type { Retention } from './retention.ts'

/** What waits for a commit, by position: each line, the bytes it counts for; each post, before which line it came. */
export interface Batch {
  readonly messages: readonly NewMessage[]
  readonly sizes: readonly number[]
  readonly posts: readonly NewPost[]
  readonly postsAt: readonly number[]
  readonly deliveries: ReadonlyMap<number, Delivery>
}

/** By position in the batch. */
export interface Committed {
  readonly messages: readonly StoredMessage[]
  readonly posts: readonly CommittedPost[]
}

export interface WriterDeps {
  readonly ledger: Ledger
  readonly news: News
  readonly lines: LineTable
  readonly posts: PostWriter
  readonly retention: Retention
}

export class Writer {
  readonly #deps: WriterDeps

  constructor(deps: WriterDeps) {
    this.#deps = deps
  }

  /** Stores all of `batch` durably, or nothing. What then is too much goes in the same step. @throws what SQLite throws */
  write(batch: Batch): Committed {
    const { ledger, lines, retention } = this.#deps
    return ledger.transaction(() => {
      const committed = this.#writeAll(batch)
      for (const [seq, delivery] of batch.deliveries) lines.setDelivery(seq, delivery)
      retention.trim()
      return { ...committed, posts: this.#settle(committed.posts) }
    })
  }

  #writeAll({ messages, sizes, posts, postsAt }: Batch): Committed {
    const { lines, news, posts: writer } = this.#deps
    if (posts.length === 0) {
      for (let index = 0; index < messages.length; index += 1) lines.insert(messages[index]!, sizes[index]!)
      return { messages: news.messages, posts: [] }
    }
    const stored: StoredMessage[] = []
    const decided: CommittedPost[] = []
    for (let index = 0; index <= messages.length; index += 1) {
      while (postsAt[decided.length] === index) decided.push(writer.put(posts[decided.length]!))
      if (index < messages.length) stored.push(lines.insert(messages[index]!, sizes[index]!))
    }
    return { messages: stored, posts: decided }
  }

  #settle(decided: readonly CommittedPost[]): readonly CommittedPost[] {
    if (decided.length === 0) return decided
    const settled = this.#deps.posts.settle(decided)
    this.#deps.news.posts.push(...settled)
    return settled
  }
}
