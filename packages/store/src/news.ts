/** What one transaction did that somebody wants to hear of, once it is durable. */
import type { LedgerPart } from './ledger.ts'
import type { Delivery, StoredMessage } from './message.ts'
import type { CommittedPost, SetChange } from './post-store.ts'
import { SetChanges } from './posts/set-changes.ts'

export interface NewsBatch {
  readonly messages: readonly StoredMessage[]
  readonly posts: readonly CommittedPost[]
  readonly changes: readonly SetChange[]
  readonly deliveries: readonly (readonly [seq: number, delivery: Delivery])[]
}

/** Gathers what happened; whoever ran the transaction takes it, and what was undone is forgotten. */
export class News implements LedgerPart {
  messages: StoredMessage[] = []
  posts: CommittedPost[] = []
  deliveries: [seq: number, delivery: Delivery][] = []
  readonly changes = new SetChanges()

  take(): NewsBatch {
    const { messages, posts, deliveries } = this
    this.#clear()
    return { messages, posts, deliveries, changes: this.changes.take() }
  }

  forget(): void {
    this.#clear()
    this.changes.take()
  }

  #clear(): void {
    this.messages = []
    this.posts = []
    this.deliveries = []
  }
}
