/** Serves pages of rooms to one channel. Wire: docs/chat.md, *Commands*, `page`. */
import type { PostStore } from '@dchat/store'
import { pageEndMessage, postMessage } from '../messages.ts'
import type { PageRequest } from '../messages.ts'
import type { PostChannel } from '../relay/post-channel.ts'
import { untilDrained } from '../relay/want-server.ts'
import { HISTORY_LIMITS } from './history-limits.ts'
import { END_OF_ROOM, comparePlaces } from './place.ts'

const POSTS_MAX = HISTORY_LIMITS.PAGE_POSTS.value

/**
 * Sends the newest offered posts before a place, newest first, and the end of the page. While the peer does not take what is
 * queued for it (1 MiB), nothing is read of it.
 * @throws {NetError} the channel's stop reason
 */
export async function servePage(request: PageRequest, posts: Pick<PostStore, 'page'>, to: PostChannel): Promise<void> {
  const { room, before } = request
  const { channel } = to
  const limit = Math.min(request.limit, POSTS_MAX)
  const page = posts.page(room, { limit: Math.max(1, limit), ...(comparePlaces(before, END_OF_ROOM) < 0 ? { before } : {}) })
  const served = page.posts.slice(0, limit)
  for (const bytes of served) while (!channel.post(postMessage, bytes)) await untilDrained(to)
  const end = { request: request.request, count: served.length, more: page.more || served.length < page.posts.length }
  while (!channel.post(pageEndMessage, end)) await untilDrained(to)
}
