/** Answers `want`. Source: docs/chat.md, *Relay* and *History*. */
import type { PostStore } from '@dchat/store'
import { CHAT_LIMITS } from '../limits.ts'
import type { PostChannel } from './post-channel.ts'
import type { RecentPosts } from './recent-posts.ts'

export interface WantServerDeps {
  readonly posts: Pick<PostStore, 'read'>
  readonly recent: RecentPosts
}

const SLICE = CHAT_LIMITS.SERVE_SLICE_POSTS.value
const ASKED = { asked: true } as const

/**
 * Sends the posts of `ids` that are here, each slice in a turn of the event loop of its own. While the channel's queue is full its
 * peer is not read.
 * @throws {NetError} the channel's stop reason
 */
export async function serveWant(ids: readonly Buffer[], to: PostChannel, { posts, recent }: WantServerDeps): Promise<void> {
  for (let start = 0; start < ids.length; start += SLICE) {
    const slice = ids.slice(start, start + SLICE)
    const read = start === 0 ? posts.read(slice) : await to.channel.inTurn(() => posts.read(slice))
    for (const [index, id] of slice.entries()) {
      const bytes = read[index] ?? recent.find(id)
      if (bytes === undefined) continue
      while (!to.sendWhole(bytes, id, ASKED)) await untilDrained(to)
    }
  }
}

/** Resolves once the channel's queue has room; its peer is not read until then. @throws {NetError} the channel's stop reason */
export async function untilDrained({ channel }: PostChannel): Promise<void> {
  channel.hold()
  try {
    await channel.drained()
  } finally {
    channel.release()
  }
}
