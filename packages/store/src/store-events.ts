/** What a store tells its listeners. */
import type { Publisher } from '@dchat/system'
import type { StoreError } from './errors.ts'
import type { Delivery, NewMessage, StoredMessage } from './message.ts'
import type { NewsBatch } from './news.ts'
import type { CommittedPost, NewPost, SetChange } from './post-store.ts'

export interface StoreEvents {
  committed: readonly StoredMessage[]
  bound: StoredMessage
  retracted: StoredMessage
  posts: readonly CommittedPost[]
  setChange: readonly SetChange[]
  drain: undefined
  failure: { error: StoreError; lost: readonly NewMessage[] }
  postFailure: { error: StoreError; lost: readonly NewPost[] }
  delivery: { seq: number; delivery: Delivery }
  room: string
}

/** Tells what a transaction did, lines before what became of them. */
export function publishNews(events: Publisher<StoreEvents>, news: NewsBatch): void {
  const { rooms, messages, bound, posts, changes, retracted, deliveries } = news
  for (const room of rooms) events.publish('room', room)
  if (messages.length > 0) events.publish('committed', messages)
  for (const line of bound) events.publish('bound', line)
  if (posts.length > 0) events.publish('posts', posts)
  if (changes.length > 0) events.publish('setChange', changes)
  for (const line of retracted) events.publish('retracted', line)
  for (const [seq, delivery] of deliveries) events.publish('delivery', { seq, delivery })
}
