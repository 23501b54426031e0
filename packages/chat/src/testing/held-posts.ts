/** Puts posts into a store as if they had come long ago, and says what a store holds. */
import type { MessageStore } from '@dchat/store'
import { decodePost } from '../post/decode-post.ts'
import { rawPost } from './raw-post.ts'
import type { RawPost } from './raw-post.ts'
import { SeededSigner } from './seeded-signer.ts'

/** Stores posts, which have to be sound: their signatures are not looked at. Resolves once they are durable. */
export async function holdPosts(store: MessageStore, posts: readonly RawPost[]): Promise<void> {
  const received = Math.max(0, ...posts.map(({ time }) => time))
  for (const raw of posts) {
    const { id, time, author, room, kind, body, bytes } = decodePost(raw.bytes, raw.id)
    store.posts.add({ id, time, author, room, kind, body, bytes, received, own: false })
  }
  await store.flush()
}

/** Ids of the offered posts of a room, in order, in hex. */
export function heldIds(store: MessageStore, room: string): string[] {
  const ids: string[] = []
  for (let places = store.posts.places(room, { limit: 4_096 }); places.length > 0;) {
    for (const { id } of places) ids.push(id.toString('hex'))
    places = store.posts.places(room, { limit: 4_096, after: places.at(-1)! })
  }
  return ids
}

export interface PostSeries {
  readonly room?: string
  readonly count: number
  /** Time of the first, Unix ms. */
  readonly fromMs: number
  /** Between one and the next. @default 1,100: not 60 a minute */
  readonly stepMs?: number
  /** Who writes them. @default 'writer' */
  readonly name?: string
}

/** Text posts of one author, one after the other. */
export function postSeries({ room = 'dchat', count, fromMs, stepMs = 1_100, name = 'writer' }: PostSeries): RawPost[] {
  const signer = new SeededSigner(name)
  return Array.from({ length: count }, (_, index) =>
    rawPost({ signer, room, time: fromMs + index * stepMs, body: `post ${index} of ${name}` }),
  )
}
