/** Decides with which channel a repair starts, and when: values in, decisions out; timers are its user's. Facts: docs/chat.md, *History*. */
import { pick } from '@dchat/system'
import type { Random } from '@dchat/system'
import { HISTORY_LIMITS } from './history-limits.ts'

const INTERVAL_MS = HISTORY_LIMITS.REPAIR_INTERVAL_MS.value
const SOON_MS = HISTORY_LIMITS.REPAIR_SOON_MS.value
const JITTER_MS = HISTORY_LIMITS.REPAIR_JITTER_MS.value
const PLACE_MS = HISTORY_LIMITS.REPAIR_PLACE_MS.value
const AT_ONCE = HISTORY_LIMITS.REPAIRS_AT_ONCE.value
const DISTRUST_MS = HISTORY_LIMITS.REPAIR_DISTRUST_MS.value

interface Target {
  readonly channelId: number
  readonly isDialled: boolean
  /** Monotonic ms from which a repair is due; undefined: none is. */
  dueMs: number | undefined
  /** A repair is due once nothing is paged. */
  isDueBehindPages: boolean
  distrustedUntilMs: number
  /** Undefined: none is under way. */
  runningSinceMs: number | undefined
}

/** How a repair went. */
export interface RepairOutcome {
  /** Posts that it brought. */
  readonly news: number
  readonly hasFailed: boolean
  /** Rooms were left out that are being paged: it is to be made once more behind that. */
  readonly hasPassedOver: boolean
}

/** All times are monotonic ms. */
export class RepairSchedule {
  readonly #random: Random
  readonly #targets = new Map<number, Target>()
  /** When the next of the regular repairs is due; undefined before the first repair. */
  #regularMs: number | undefined

  constructor(random: Random) {
    this.#random = random
  }

  /** A channel is there. */
  add(channelId: number, isDialled: boolean): void {
    // Who was alone may lack what was said in the seconds before it came, and no repair reaches that before they have passed.
    if (this.#targets.size === 0) this.#regularMs = undefined
    this.#targets.set(channelId, {
      channelId,
      isDialled,
      dueMs: undefined,
      isDueBehindPages: false,
      distrustedUntilMs: 0,
      runningSinceMs: undefined,
    })
  }

  /** A repair with the channel is due at once. */
  request(channelId: number, nowMs: number): void {
    const target = this.#targets.get(channelId)
    if (target !== undefined) target.dueMs = nowMs
  }

  /** Nothing is paged any more: the repairs that had left rooms out are due at once. */
  notePaged(nowMs: number): void {
    for (const target of this.#targets.values()) {
      if (!target.isDueBehindPages) continue
      target.isDueBehindPages = false
      target.dueMs = nowMs
    }
  }

  remove(channelId: number): void {
    this.#targets.delete(channelId)
  }

  /** Posts were brought by a repair: one with every channel but `exceptId` is due before the jitter has passed. */
  noteNews(exceptId: number | undefined, nowMs: number): void {
    for (const target of this.#targets.values()) {
      if (target.channelId === exceptId || nowMs < target.distrustedUntilMs) continue
      const dueMs = nowMs + this.#random.int(JITTER_MS)
      target.dueMs = Math.min(target.dueMs ?? dueMs, dueMs)
    }
  }

  /** When `next` is to be called again, if nothing happens before; undefined: no repair is due at any time. */
  get nextMs(): number | undefined {
    let next = this.#hasDialled ? this.#regularMs : undefined
    for (const { dueMs, runningSinceMs } of this.#targets.values()) {
      if (runningSinceMs === undefined && dueMs !== undefined) next = Math.min(next ?? dueMs, dueMs)
    }
    return next === undefined ? undefined : Math.max(next, this.#placeMs)
  }

  /** The channel that a repair starts with now, if any; it counts as running until `done`. */
  next(nowMs: number): number | undefined {
    if (nowMs < this.#placeMs) return undefined
    if (this.#regularMs !== undefined && nowMs >= this.#regularMs) this.#scheduleRegular(nowMs)
    const due = [...this.#targets.values()].filter(
      ({ dueMs, runningSinceMs }) => runningSinceMs === undefined && (dueMs ?? Infinity) <= nowMs,
    )
    const [first] = due.toSorted((a, b) => a.dueMs! - b.dueMs!)
    if (first === undefined) return undefined
    first.dueMs = undefined
    first.runningSinceMs = nowMs
    return first.channelId
  }

  /** A repair has ended. */
  done(channelId: number, outcome: RepairOutcome, nowMs: number): void {
    const target = this.#targets.get(channelId)
    if (target !== undefined) {
      target.runningSinceMs = undefined
      target.isDueBehindPages = outcome.hasPassedOver
      if (outcome.hasFailed) target.distrustedUntilMs = nowMs + DISTRUST_MS
    }
    this.#regularMs ??= nowMs + SOON_MS
    if (outcome.news > 0) this.noteNews(channelId, nowMs)
  }

  /** From when on fewer than `AT_ONCE` repairs are under way that began less than `PLACE_MS` before. */
  get #placeMs(): number {
    const begun = [...this.#targets.values()].flatMap(({ runningSinceMs }) => runningSinceMs ?? [])
    const decisive = begun.toSorted((a, b) => b - a)[AT_ONCE - 1]
    return decisive === undefined ? -Infinity : decisive + PLACE_MS
  }

  get #hasDialled(): boolean {
    for (const { isDialled } of this.#targets.values()) if (isDialled) return true
    return false
  }

  /** One random dialled channel, of those that are trusted if there are any. */
  #scheduleRegular(nowMs: number): void {
    const dialled = [...this.#targets.values()].filter(
      ({ isDialled, runningSinceMs }) => isDialled && runningSinceMs === undefined,
    )
    const trusted = dialled.filter(({ distrustedUntilMs }) => nowMs >= distrustedUntilMs)
    const target = pick(this.#random, trusted.length > 0 ? trusted : dialled)
    if (target !== undefined) target.dueMs = nowMs
    this.#regularMs = nowMs + INTERVAL_MS
  }
}
