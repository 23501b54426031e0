/** Asks one channel for pages, one at a time. Wire: docs/chat.md, *Commands*, `page` and `pageend`. */
import type { Place } from '@dchat/store'
import type { Clock, Timer } from '@dchat/system'
import { HISTORY_LIMITS } from './history-limits.ts'
import { PageCollector } from './page-collector.ts'
import type { PageOutcome, PageQuery } from './page-collector.ts'
import type { RoomPaging } from './room-paging.ts'

const IDLE_MS = HISTORY_LIMITS.PAGE_IDLE_MS.value
const HANDOVER_MS = HISTORY_LIMITS.PAGE_HANDOVER_MS.value
const SLOW_MS = HISTORY_LIMITS.PAGE_SLOW_MS.value
const LONGEST_MS = HISTORY_LIMITS.PAGE_LONGEST_MS.value
const NUMBERS = 2 ** 32

export interface PageAskerDeps {
  readonly clock: Clock
  /** Sends a `page`. @returns false when the channel is full or gone */
  send(request: number, query: PageQuery): boolean
  /** Nothing of the page came for a while, or not all of it; another channel may be asked for the room. */
  onStalled(paging: RoomPaging): void
  /** The page has ended. @param outcome undefined: nothing came for PAGE_IDLE_MS, or not all within PAGE_LONGEST_MS */
  onEnd(paging: RoomPaging, outcome: PageOutcome | undefined): void
}

interface PageRequest {
  readonly number: number
  readonly paging: RoomPaging
  readonly page: PageCollector
  readonly askedMs: number
  lastMs: number
  timer: Timer
}

export class PageAsker {
  readonly #deps: PageAskerDeps
  #number = 0
  #request: PageRequest | undefined

  constructor(deps: PageAskerDeps) {
    this.#deps = deps
  }

  get isBusy(): boolean {
    return this.#request !== undefined
  }

  /** Asks for the next page of a room. @returns false when it could not be sent: nothing has changed */
  ask(paging: RoomPaging): boolean {
    if (this.#request !== undefined) throw new TypeError('a page is awaited')
    const query = { room: paging.room, before: paging.before, limit: HISTORY_LIMITS.PAGE_POSTS.value }
    const number = this.#number
    this.#number = (number + 1) % NUMBERS
    if (!this.#deps.send(number, query)) return false
    const { clock } = this.#deps
    const timer = clock.setTimer(HANDOVER_MS, () => this.#look())
    const askedMs = clock.monotonicMs()
    this.#request = { number, paging, page: new PageCollector(query), askedMs, lastMs: askedMs, timer }
    return true
  }

  /** A post came over the channel. @returns whether it belongs to the page that is awaited */
  takePost(room: string, place: Place): boolean {
    const request = this.#request
    if (request === undefined || !request.page.take(room, place)) return false
    request.lastMs = this.#deps.clock.monotonicMs()
    return true
  }

  /** @returns false when no such page is awaited: it says nothing then */
  takeEnd(end: { readonly request: number; readonly count: number; readonly more: boolean }): boolean {
    const request = this.#request
    if (request === undefined || request.number !== end.request) return false
    this.#finish(request, request.page.end(end.count, end.more))
    return true
  }

  /** Awaits nothing more, and tells nobody. */
  close(): void {
    this.#request?.timer.cancel()
    this.#request = undefined
  }

  #look(): void {
    const request = this.#request!
    const { clock } = this.#deps
    const nowMs = clock.monotonicMs()
    const idleMs = nowMs - request.lastMs
    const ageMs = nowMs - request.askedMs
    if (idleMs >= IDLE_MS || ageMs >= LONGEST_MS) {
      this.#finish(request, undefined)
      return
    }
    const isStalled = idleMs >= HANDOVER_MS || ageMs >= SLOW_MS
    const nextMs = isStalled ? Math.min(HANDOVER_MS, IDLE_MS - idleMs) : Math.min(HANDOVER_MS - idleMs, SLOW_MS - ageMs)
    request.timer = clock.setTimer(nextMs, () => this.#look())
    if (isStalled) this.#deps.onStalled(request.paging)
  }

  #finish(request: PageRequest, outcome: PageOutcome | undefined): void {
    request.timer.cancel()
    this.#request = undefined
    this.#deps.onEnd(request.paging, outcome)
  }
}
