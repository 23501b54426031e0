/**
 * Notices that a reconciliation of the other side brings posts: it pushes what it found to be missing here, and this side keeps
 * nothing of its sessions. Facts: docs/chat.md, *History*: a repair that brought new posts starts one with every other channel.
 */
import type { CommittedPost } from '@dchat/store'
import type { SyncWindow } from './sync-window.ts'

/** As long as it takes to push as many posts as may wait: 1,024 at 16 a second, and some time on the way. */
const WATCHED_MS = 90_000
const ROOMS_MAX = 64

interface Watched extends SyncWindow {
  readonly untilMs: number
}

export class PushWatch {
  /** Rooms in which an answer has shown that the two sides differ, oldest first. */
  readonly #rooms = new Map<string, Watched>()

  /** @param nowMs monotonic */
  noteDifference(room: string, window: SyncWindow, nowMs: number): void {
    this.#rooms.delete(room)
    this.#rooms.set(room, { since: window.since, until: window.until, untilMs: nowMs + WATCHED_MS })
    if (this.#rooms.size > ROOMS_MAX) this.#rooms.delete(this.#rooms.keys().next().value!)
  }

  /** Whether posts that a reconciliation has found were stored; says so once for each room that differed. */
  hasBrought(posts: readonly CommittedPost[], nowMs: number): boolean {
    if (this.#rooms.size === 0) return false
    let hasBrought = false
    for (const { post, fate } of posts) {
      const watched = this.#rooms.get(post.room)
      if (watched === undefined || fate !== 'stored' || post.own) continue
      if (nowMs <= watched.untilMs && (post.time < watched.since || post.time > watched.until)) continue
      this.#rooms.delete(post.room)
      hasBrought ||= nowMs <= watched.untilMs
    }
    return hasBrought
  }
}
