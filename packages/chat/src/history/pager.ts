/**
 * The newcomer's part: which rooms lie far behind, and their pages, from as many channels as there are, a room from one at a
 * time. Facts: docs/chat.md, *History*.
 */
import type { OfferedRoom } from '@dchat/store'
import type { Clock } from '@dchat/system'
import { HISTORY_LIMITS } from './history-limits.ts'
import { isExhausted, nextPaging } from './page-plan.ts'
import type { PageSource } from './page-plan.ts'
import type { PageAsker } from './page-asker.ts'
import type { PageFault, PageOutcome } from './page-collector.ts'
import type { RoomHint } from './room-hints.ts'
import { DIRECT_ROOM, PROFILE_ROOM } from '../post/rooms-by-kind.ts'
import { isCoreRank, rankOf } from './room-order.ts'
import { RoomPaging, isFarBehind } from './room-paging.ts'

/** A dialled channel. */
export interface PagePeer extends PageSource {
  readonly pages: PageAsker
  hintedRooms(): Iterable<string>
}

export interface PagerDeps {
  readonly clock: Clock
  /** Every room that has posts or is joined. */
  offered(): readonly OfferedRoom[]
  keeps(room: string): boolean
  /** Something of what `Progress` tells has changed. */
  onProgress(): void
  onFault(fault: PageFault | 'idle'): void
  /** No page of a room that is looked at is awaited any more: `advancingUntilMs` has passed. */
  onCoreIdle(): void
  /** No page of any room is awaited any more. */
  onIdle(): void
}

export interface PagingProgress {
  readonly room: string
  readonly received: number
  readonly expected: number | null
  readonly peers: number
}

/** Above what is kept and joined; a room that is forgotten is looked at once more. */
const SETTLED_MAX = 4_096

export class Pager {
  readonly #deps: PagerDeps
  readonly #peers = new Map<number, PagePeer>()
  readonly #pagings = new Map<string, RoomPaging>()
  /** Newest post of each room when there was no channel: what came since says nothing of what lies between. */
  #baseline = new Map<string, number>()
  /** Rooms that were paged or found near since: their newest post is what counts. */
  readonly #settled = new Set<string>()
  /** Channels that sent nothing of a page: they are not asked again. */
  readonly #silent = new Set<number>()
  #received = 0
  #wasBusy = false
  #wasCoreBusy = false
  /** Monotonic time of the last page of a room that is looked at, or of the first request. */
  #lastPageMs = 0
  #busySinceMs = 0

  constructor(deps: PagerDeps) {
    this.#deps = deps
  }

  /** To be called before the first channel after a time without any. */
  noteAlone(): void {
    this.#baseline = new Map(this.#deps.offered().map(({ room, newest }) => [room, newest]))
    this.#settled.clear()
  }

  /** Whether a page is awaited. */
  get isBusy(): boolean {
    for (const { pages } of this.#peers.values()) if (pages.isBusy) return true
    return false
  }

  /** Monotonic time up to which rooms that are looked at are being paged, unless a page comes before; in the past when none is. */
  get advancingUntilMs(): number {
    if (!this.#isCoreBusy) return -Infinity
    const { PAGE_IDLE_MS, PAGING_FIRST_MS } = HISTORY_LIMITS
    return Math.min(this.#lastPageMs + PAGE_IDLE_MS.value, this.#busySinceMs + PAGING_FIRST_MS.value)
  }

  /** Whether a page of the room is awaited, so that a repair would ask for most of it once more; for so long alone as whoever pages may put it off. */
  isPaging(room: string): boolean {
    const paging = this.#pagings.get(room)
    if (paging === undefined || paging.holder === 0) return false
    const untilMs = isCoreRank(paging.rank) ? this.advancingUntilMs : paging.sinceMs + HISTORY_LIMITS.PAGING_FIRST_MS.value
    return this.#deps.clock.monotonicMs() < untilMs
  }

  /** What is fetched just now; undefined when nothing is. */
  get progress(): PagingProgress | undefined {
    const running = [...this.#pagings.values()].filter(({ holder }) => holder !== 0)
    if (running.length === 0) return undefined
    const [first] = running.toSorted((a, b) => a.rank - b.rank)
    let expected: number | null = this.#received
    for (const paging of this.#pagings.values()) {
      if (paging.isDone) continue
      if (paging.expected !== null) expected += Math.max(0, paging.expected - paging.received)
      else if (paging === first) return { room: first.room, received: this.#received, expected: null, peers: running.length }
    }
    return { room: first!.room, received: this.#received, expected, peers: running.length }
  }

  /**
   * The peer has told rooms, or the time for that is over. May be called again.
   * @param how.isAsked for what is looked at and empty here it is asked though it has not told of it
   */
  consider(peer: PagePeer, how: { readonly isAsked: boolean }): void {
    if (this.#silent.has(peer.channelId)) return
    this.#peers.set(peer.channelId, peer)
    const offered = new Map(this.#deps.offered().map((room) => [room.room, room]))
    const asked = how.isAsked ? coreRooms(offered.values()) : []
    for (const room of new Set([...peer.hintedRooms(), ...asked])) this.#considerRoom(peer, room, offered)
    this.#askAll()
  }

  /** Forgets all channels, and what was fetched from them. */
  reset(): void {
    this.#peers.clear()
    this.#pagings.clear()
    this.#silent.clear()
    this.#received = 0
    this.#wasBusy = false
    this.#wasCoreBusy = false
  }

  /** The room was joined and is empty: it is asked for once more. */
  forget(room: string): void {
    this.#settled.delete(room)
  }

  remove(channelId: number): void {
    this.#silent.delete(channelId)
    this.#leave(channelId)
  }

  #leave(channelId: number): void {
    if (!this.#peers.delete(channelId)) return
    for (const paging of this.#pagings.values()) paging.leave(channelId)
    this.#askAll()
  }

  /** For the asker of a channel: see PageAskerDeps. */
  onStalled(channelId: number, paging: RoomPaging): void {
    if (paging.holder !== channelId) return
    paging.holder = 0
    const others = [...this.#peers.values()].filter((peer) => peer.channelId !== channelId && !peer.pages.isBusy)
    if (isExhausted(paging, others)) {
      paging.holder = channelId
      return
    }
    paging.spend(channelId)
    this.#askAll()
  }

  /** For the asker of a channel: see PageAskerDeps. */
  onEnd(channelId: number, paging: RoomPaging, outcome: PageOutcome | undefined): void {
    if (paging.holder === channelId) {
      const before = paging.received
      if (outcome === undefined) paging.spend(channelId)
      else paging.note(channelId, outcome)
      if (isCoreRank(paging.rank)) this.#lastPageMs = this.#deps.clock.monotonicMs()
      this.#received += paging.received - before
    }
    if (outcome === undefined) {
      this.#silent.add(channelId)
      this.#deps.onFault('idle')
      this.#leave(channelId)
      return
    }
    if (outcome.at === 'fault') this.#deps.onFault(outcome.fault)
    this.#askAll()
  }

  #considerRoom(peer: PagePeer, room: string, offered: ReadonlyMap<string, OfferedRoom>): void {
    if (this.#pagings.has(room)) return
    const here = offered.get(room)
    const hint = peer.hintOf(room)
    if (hint === undefined && this.#settled.has(room)) return
    if (hint !== undefined && here !== undefined && isNear(here, hint)) this.#settle(room)
    const newestMs = this.#settled.has(room) ? (here?.newest ?? 0) : (this.#baseline.get(room) ?? 0)
    if (hint === undefined ? newestMs > 0 : !isFarBehind(newestMs, hint)) {
      if (hint !== undefined) this.#settle(room)
      return
    }
    const rank = rankOf(room, here?.joined ?? false)
    if (!isCoreRank(rank) && (!this.#deps.keeps(room) || this.#pagings.size >= HISTORY_LIMITS.PAGED_ROOMS.value)) return
    const expected = hint === undefined ? null : Math.max(0, hint.posts - (newestMs === 0 ? 0 : (here?.posts ?? 0)))
    const sinceMs = this.#deps.clock.monotonicMs()
    this.#pagings.set(room, new RoomPaging({ room, rank, floorMs: newestMs, expected, sinceMs }))
  }

  /** Gives every channel that awaits nothing something to do, and forgets what is done. */
  #askAll(): void {
    for (const peer of this.#peers.values()) {
      if (peer.pages.isBusy) continue
      const paging = nextPaging(peer, this.#pagings.values())
      if (paging === undefined) continue
      paging.begin(peer.channelId, peer.hintOf(paging.room))
      if (!peer.pages.ask(paging)) paging.spend(peer.channelId)
    }
    this.#forgetDone()
    this.#deps.onProgress()
    const isCoreBusy = this.#isCoreBusy
    if (isCoreBusy && !this.#wasCoreBusy) this.#lastPageMs = this.#deps.clock.monotonicMs()
    if (isCoreBusy && !this.#wasBusy) this.#busySinceMs = this.#lastPageMs
    const isBusy = this.isBusy
    const hasCoreEnded = this.#wasCoreBusy && !isCoreBusy
    const hasEnded = this.#wasBusy && !isBusy
    this.#wasCoreBusy = isCoreBusy
    this.#wasBusy = isBusy
    if (!isBusy) this.#received = 0
    if (hasCoreEnded) this.#deps.onCoreIdle()
    if (hasEnded) this.#deps.onIdle()
  }

  get #isCoreBusy(): boolean {
    for (const { rank, holder } of this.#pagings.values()) if (holder !== 0 && isCoreRank(rank)) return true
    return false
  }

  #settle(room: string): void {
    this.#settled.add(room)
    if (this.#settled.size > SETTLED_MAX) this.#settled.delete(this.#settled.values().next().value!)
  }

  #forgetDone(): void {
    const peers = [...this.#peers.values()]
    for (const paging of this.#pagings.values()) {
      if (peers.length === 0 || paging.holder !== 0) continue
      if (!isExhausted(paging, peers)) continue
      this.#pagings.delete(paging.room)
      this.#settle(paging.room)
    }
  }
}

/** Whether hardly a page is missing of a room: it began while this node was there, or has few posts. */
function isNear(here: OfferedRoom, hint: RoomHint): boolean {
  return here.posts > 0 && hint.posts - here.posts <= HISTORY_LIMITS.PAGE_POSTS.value && !isFarBehind(here.newest, hint)
}

/** What is looked at: the joined rooms, and those that every node keeps. */
function* coreRooms(offered: Iterable<OfferedRoom>): Generator<string> {
  yield PROFILE_ROOM
  yield DIRECT_ROOM
  for (const { room, joined } of offered) if (isCoreRank(rankOf(room, joined))) yield room
}
