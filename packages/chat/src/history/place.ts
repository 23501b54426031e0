/** Order within a room: by time, then by id bytewise. Facts: docs/chat.md, *Post*. */
import type { Place } from '@dchat/store'

/** Negative when `a` comes before `b`, 0 when they are the same place. */
export function comparePlaces(a: Place, b: Place): number {
  return a.time - b.time || a.id.compare(b.id)
}

/** After every post: where the newest page begins. The wire's u64 is larger still; no post stands between. */
export const END_OF_ROOM: Place = { time: Number.MAX_SAFE_INTEGER, id: Buffer.alloc(32, 0xff) }
