/** The posts of the last moments, of which a new channel is told: reconciliation looks at nothing so young. Source: docs/chat.md, *Relay*. */
import type { PostStore } from '@dchat/store'
import { CHAT_LIMITS } from '../limits.ts'

const AGE_MS = CHAT_LIMITS.YOUNG_TOLD_MS.value
const AHEAD_MS = CHAT_LIMITS.POST_AHEAD_MS.value
const IDS = CHAT_LIMITS.HAVE_IDS.value

/**
 * Ids of the newest offered posts of all rooms, those at most a minute old: one `have` at most. What others' clocks are ahead of ours,
 * as far as that is allowed, is among them.
 * @param nowMs Unix ms
 */
export function youngPosts(store: Pick<PostStore, 'rooms' | 'newest'>, nowMs: number): Buffer[] {
  const sinceMs = nowMs - AGE_MS
  const rooms = store.rooms().filter(({ newest }) => newest >= sinceMs)
  const places = rooms.flatMap(({ room }) => store.newest(room, { count: IDS, notAfter: nowMs + AHEAD_MS }))
  const young = places.filter(({ time }) => time >= sinceMs).toSorted((a, b) => b.time - a.time)
  return young.slice(0, IDS).map(({ id }) => id)
}
