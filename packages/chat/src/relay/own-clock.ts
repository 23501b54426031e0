/** The times and parents of own posts: those of an author follow each other, and what was read before. Wire: docs/chat.md, *Post*. */
import type { Place, PostStore } from '@dchat/store'
import type { Clock } from '@dchat/system'
import { CHAT_LIMITS } from '../limits.ts'
import { PARENTS_MAX } from '../post/grammar.ts'
import { idKey } from './id-key.ts'

interface LastOwn {
  readonly time: number
  /** Undefined when it could not be stored: nobody will ever hold it. */
  readonly id: Buffer | undefined
  /** Clock minute of `time`, and how many own posts it has. */
  readonly minute: number
  readonly count: number
}

/** Where own posts are counted, and follow each other: the node's own key, or one that it has for a private room alone. */
export interface OwnPlace {
  readonly room: string
  /** Ed25519 public key. */
  readonly author: Buffer
}

export interface Placed {
  readonly time: number
  readonly parents: readonly Buffer[]
}

const MINUTE_MS = 60_000
/** Own posts of one moment run ahead of the clock, by a millisecond each; a clock that was set back by more is believed. */
const AHEAD_MAX_MS = 60_000
const OWN_ROOMS = CHAT_LIMITS.OWN_ROOMS.value

/** Posts that are read at a time to find one's own among those of a minute. Source: `PostStore.read`. */
const READ_AT_ONCE = 256
/** `version[1] | author[32]` begin a post. */
const AUTHOR_AT = 1

export class OwnClock {
  readonly #store: Pick<PostStore, 'newest' | 'places' | 'read'>
  readonly #clock: Clock
  /** By room and author, those written to longest ago first. */
  readonly #last = new Map<string, LastOwn>()

  constructor(store: Pick<PostStore, 'newest' | 'places' | 'read'>, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  /** Time and parents for a post that is written now: after the newest of the room, and after the own one before it. */
  place(own: OwnPlace): Placed {
    const last = this.#last.get(keyOf(own))
    const nowMs = this.#nowMs(last)
    const newest = this.#store.newest(own.room, { count: PARENTS_MAX, notAfter: nowMs })
    const parents = newest.map(({ id }) => id)
    let newestMs = newest[0]?.time ?? 0
    // The last own post may not be committed yet.
    const lastId = last?.id
    if (lastId !== undefined && last!.time <= nowMs && !parents.some((id) => id.equals(lastId))) {
      parents.unshift(lastId)
      newestMs = Math.max(newestMs, last!.time)
    }
    return { time: Math.max(nowMs, newestMs + 1), parents: parents.slice(0, PARENTS_MAX) }
  }

  /** How many posts of the author a room has in the minute of `time`, those of an earlier run among them. */
  countIn(own: OwnPlace, time: number): number {
    const minute = minuteOf(time)
    const last = this.#last.get(keyOf(own))
    if (last !== undefined) return last.minute === minute ? last.count : 0
    const count = this.#storedIn(own, minute)
    this.#last.set(keyOf(own), { time: 0, id: undefined, minute, count })
    return count
  }

  /** A post was given to the store. */
  note(own: OwnPlace, { time, id }: Place): void {
    const count = this.countIn(own, time) + 1
    const key = keyOf(own)
    this.#last.delete(key)
    this.#last.set(key, { time, id, minute: minuteOf(time), count })
    if (this.#last.size > OWN_ROOMS) this.#last.delete(this.#last.keys().next().value!)
  }

  /** A post that was given to the store was not stored. */
  takeBack(own: OwnPlace, id: Buffer): void {
    const last = this.#last.get(keyOf(own))
    if (last === undefined) return
    const isLast = last.id?.equals(id) === true
    this.#last.set(keyOf(own), { ...last, id: isLast ? undefined : last.id, count: last.count - 1 })
  }

  #storedIn({ room, author }: OwnPlace, minute: number): number {
    let count = 0
    let after: Place = { time: minute * MINUTE_MS - 1, id: Buffer.alloc(32, 0xff) }
    for (;;) {
      const places = this.#store.places(room, { after, limit: READ_AT_ONCE })
      const inMinute = places.filter(({ time }) => minuteOf(time) === minute)
      for (const bytes of this.#store.read(inMinute.map(({ id }) => id)))
        if (bytes?.subarray(AUTHOR_AT, AUTHOR_AT + author.length).equals(author) === true) count += 1
      if (inMinute.length < READ_AT_ONCE) return count
      after = places.at(-1)!
    }
  }

  #nowMs(last: LastOwn | undefined): number {
    const nowMs = this.#clock.nowMs()
    return last !== undefined && last.time > nowMs && last.time - nowMs <= AHEAD_MAX_MS ? last.time : nowMs
  }
}

function keyOf({ room, author }: OwnPlace): string {
  return `${idKey(author)} ${room}`
}

function minuteOf(time: number): number {
  return Math.floor(time / MINUTE_MS)
}
