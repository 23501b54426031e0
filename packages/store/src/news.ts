/** What one transaction did that somebody wants to hear of, once it is durable. */
import type { LedgerPart } from './ledger.ts'
import type { Delivery, StoredMessage } from './message.ts'
import type { CommittedPost, SetChange } from './post-store.ts'
import { SetChanges } from './posts/set-changes.ts'

export interface NewsBatch {
  /** Rooms that opened, or whose members changed. */
  readonly rooms: readonly string[]
  readonly messages: readonly StoredMessage[]
  /** Lines that waited for their posts. */
  readonly bound: readonly StoredMessage[]
  readonly posts: readonly CommittedPost[]
  readonly changes: readonly SetChange[]
  readonly retracted: readonly StoredMessage[]
  readonly deliveries: readonly (readonly [seq: number, delivery: Delivery])[]
}

/** Gathers what happened; whoever ran the transaction takes it, and what was undone is forgotten. */
export class News implements LedgerPart {
  readonly rooms = new Set<string>()
  messages: StoredMessage[] = []
  bound: StoredMessage[] = []
  posts: CommittedPost[] = []
  readonly changes = new SetChanges()
  retracted: StoredMessage[] = []
  deliveries: [seq: number, delivery: Delivery][] = []

  take(): NewsBatch {
    const { messages, bound, posts, retracted, deliveries } = this
    const rooms = [...this.rooms]
    this.#clear()
    return { rooms, messages, bound, posts, retracted, deliveries, changes: this.changes.take() }
  }

  forget(): void {
    this.#clear()
    this.changes.take()
  }

  #clear(): void {
    this.rooms.clear()
    this.messages = []
    this.bound = []
    this.posts = []
    this.retracted = []
    this.deliveries = []
  }
}
