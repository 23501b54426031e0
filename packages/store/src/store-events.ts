/** What a store tells its listeners. */
import type { Publisher } from '@dchat/system'
import type { StoreError } from './errors.ts'
import type { Delivery, NewMessage, StoredMessage } from './message.ts'
import type { NewsBatch } from './news.ts'
import type { CommittedPost, NewPost, SetChange } from './post-store.ts'

export interface StoreEvents {
  committed: readonly StoredMessage[]
  posts: readonly CommittedPost[]
  setChange: readonly SetChange[]
  drain: undefined
  failure: { error: StoreError; lost: readonly NewMessage[] }
  postFailure: { error: StoreError; lost: readonly NewPost[] }
  delivery: { seq: number; delivery: Delivery }
  room: string
}

/** Tells what a transaction did, lines first. */
export function publishNews(events: Publisher<StoreEvents>, { messages, posts, changes, deliveries }: NewsBatch): void {
  if (messages.length > 0) events.publish('committed', messages)
  if (posts.length > 0) events.publish('posts', posts)
  if (changes.length > 0) events.publish('setChange', changes)
  for (const [seq, delivery] of deliveries) events.publish('delivery', { seq, delivery })
}
