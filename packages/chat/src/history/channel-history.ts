/** The history of rooms on one channel: what its peer is asked for, what it is served, and the reconciliations of both sides. Wire: docs/chat.md, *History*. */
import { SessionFlag } from '@dchat/net'
import { TaskScope } from '@dchat/system'
import type { PageEnd, PageRequest, RoomHint as RoomsEntry, SyncFrame } from '../messages.ts'
import { pageMessage, syncMessage } from '../messages.ts'
import { isRoomName } from '../post/rooms-by-kind.ts'
import type { PostChannel } from '../relay/post-channel.ts'
import { FetchQueue } from './fetch-queue.ts'
import type { HistoryCounts } from './history-counts.ts'
import { HISTORY_LIMITS } from './history-limits.ts'
import type { HistoryHost, HistoryPeer } from './history-peer.ts'
import type { IdSets } from './id-sets.ts'
import { PageAsker } from './page-asker.ts'
import type { PageOutcome } from './page-collector.ts'
import { servePage } from './page-server.ts'
import type { PagePeer } from './pager.ts'
import { peekPlace } from './peeked-place.ts'
import { PushQueue } from './push-queue.ts'
import { Repair } from './repair.ts'
import type { RepairOutcome } from './repair-schedule.ts'
import { RoomHints } from './room-hints.ts'
import type { RoomHint } from './room-hints.ts'
import { isCoreRank, rankOf } from './room-order.ts'
import type { RoomPaging } from './room-paging.ts'
import { OwnSessionNumbers } from './session-numbers.ts'
import type { SharedAsks } from './shared-asks.ts'
import { SyncAnswerer } from './sync-answerer.ts'
import { SyncSession } from './sync-session.ts'
import type { SyncOutcome, SyncSessionDeps } from './sync-session.ts'

export interface ChannelHistoryDeps {
  readonly host: HistoryHost
  readonly sets: IdSets
  readonly counts: HistoryCounts
  /** What any channel is being asked for by a reconciliation. */
  readonly asks: SharedAsks
  /** The peer has told rooms. */
  onRooms(peer: ChannelHistory): void
  onStalled(peer: ChannelHistory, paging: RoomPaging): void
  onPageEnd(peer: ChannelHistory, paging: RoomPaging, outcome: PageOutcome | undefined): void
  /** A frame of the peer was answered. */
  onAnswered(frame: SyncFrame, isEqual: boolean): void
  onProgress(): void
  /** Whether pages of the room are on their way, from whomever. */
  isPaged(room: string): boolean
  onClose(peer: ChannelHistory): void
}

export class ChannelHistory implements HistoryPeer, PagePeer {
  readonly channelId: number
  readonly isDialled: boolean
  readonly pages: PageAsker
  /** The repair that this side has under way. */
  repair: Repair | undefined
  readonly link: PostChannel
  readonly #deps: ChannelHistoryDeps
  readonly #hints = new RoomHints()
  readonly #fetches: FetchQueue
  readonly #pushes: PushQueue
  readonly #answerer: SyncAnswerer
  readonly #numbers: OwnSessionNumbers
  readonly #sessions = new Map<number, SyncSession>()
  readonly #tasks: TaskScope

  constructor(link: PostChannel, deps: ChannelHistoryDeps) {
    const { channel } = link
    const { host, asks } = deps
    const { clock, store } = host
    this.link = link
    this.#deps = deps
    this.channelId = channel.info.id
    this.isDialled = channel.info.session !== SessionFlag.Inbound
    this.#tasks = new TaskScope((error) => channel.fail(error))
    this.#numbers = new OwnSessionNumbers(host.random, this.isDialled)
    this.pages = new PageAsker({
      clock,
      send: (request, query) => channel.post(pageMessage, { request, ...query }),
      onStalled: (paging) => deps.onStalled(this, paging),
      onEnd: (paging, outcome) => deps.onPageEnd(this, paging, outcome),
    })
    this.#fetches = new FetchQueue({
      clock,
      asks,
      askRoom: () => link.askRoom,
      ask: (ids) => link.ask(ids, 'history'),
      isKnown: (id) => host.isKnown(id),
      onProgress: () => deps.onProgress(),
    })
    this.#pushes = new PushQueue({
      clock,
      read: (ids) => store.posts.read(ids),
      send: (bytes, id) => link.sendWhole(bytes, id, { asked: false }),
      holds: (id) => link.holds(id),
    })
    this.#answerer = this.#newAnswerer()
  }

  get isPaging(): boolean {
    return this.pages.isBusy
  }

  hintOf = (room: string): RoomHint | undefined => this.#hints.get(room)

  hintedRooms(): Iterable<string> {
    return this.#hints.rooms()
  }

  // HistoryPeer: called in the read loop of the channel

  onRooms(entries: readonly RoomsEntry[]): void {
    const { host, counts } = this.#deps
    const { posts, rooms } = host.store
    const wasTaken = this.#hints.take(entries, {
      nowMs: host.clock.nowMs(),
      isName: isRoomName,
      isCore: (room) => isCoreRank(rankOf(room, rooms.isJoined(room))),
      keeps: (room) => posts.keeps(room),
    })
    if (wasTaken) this.#deps.onRooms(this)
    else counts.hastyRooms += 1
  }

  onPage(request: PageRequest): Promise<void> {
    this.#deps.counts.servedPages += 1
    return servePage(request, this.#deps.host.store.posts, this.link)
  }

  onPageEnd(end: PageEnd): void {
    if (!this.pages.takeEnd(end)) this.#deps.counts.strayPageEnds += 1
  }

  onSync(frame: SyncFrame): void {
    const session = this.#sessions.get(frame.session)
    if (session !== undefined && session.room === frame.room) session.take(frame)
    else if (this.#numbers.isEnded(frame.session)) this.#deps.counts.lateAnswers += 1
    else this.#answerer.take(frame)
  }

  onPost(id: Buffer): void {
    if (this.#fetches.settle(id)) this.#deps.counts.fetched += 1
  }

  takesPost(id: Buffer, bytes: Buffer): boolean {
    if (!this.pages.isBusy) return false
    const place = peekPlace(bytes)
    return place !== undefined && this.pages.takePost(place.room, { time: place.time, id })
  }

  close(): void {
    void this.stop()
    this.#deps.onClose(this)
  }

  /** Reconciles rooms, in their order. @throws what the channel or the store ends with */
  async runRepair(rooms: readonly string[]): Promise<RepairOutcome> {
    const repair = new Repair(rooms, {
      open: (room) => this.#open(room),
      isPaged: (room) => this.#deps.isPaged(room),
      onEnded: (session, outcome) => this.#onEnded(session, outcome),
    })
    this.repair = repair
    try {
      const deadlineMs = this.#deps.host.clock.monotonicMs() + HISTORY_LIMITS.REPAIR_LONGEST_MS.value
      return await repair.run({ signal: this.#tasks.signal, deadlineMs })
    } finally {
      this.repair = undefined
      this.#deps.onProgress()
    }
  }

  /** Runs work that ends with the history of this channel. */
  spawn(work: () => Promise<void>): void {
    this.#tasks.spawn(work)
  }

  /** Ends all its work; the channel goes on. */
  async stop(): Promise<void> {
    this.pages.close()
    this.#pushes.close()
    this.#fetches.close()
    await this.#tasks.stop()
  }

  #open(room: string): SyncSession {
    const number = this.#numbers.next((each) => this.#sessions.has(each))
    const session = new SyncSession({ number, room }, this.#sessionDeps())
    this.#sessions.set(number, session)
    this.#deps.counts.sessions += 1
    return session
  }

  #onEnded(session: SyncSession, outcome: SyncOutcome | undefined): void {
    this.#sessions.delete(session.number)
    if (session.isAwaiting) this.#numbers.noteEnded(session.number)
    if (outcome === undefined) return
    const { counts, host } = this.#deps
    if (outcome.fault === undefined) {
      counts.finishedSessions += 1
      if (session.hasCompared) host.noteRepaired(session.room)
      return
    }
    counts.failedSessions += 1
    const { channelId } = this
    host.logger.debug('Reconciliation failed', { channelId, room: session.room, fault: outcome.fault })
  }

  #sessionDeps(): SyncSessionDeps {
    const { host, sets, counts } = this.#deps
    const { channel } = this.link
    return {
      clock: host.clock,
      fetches: this.#fetches,
      lowWater: (room) => host.store.posts.lowWater(room),
      idSet: (room) => sets.get(room),
      send: (frame) => channel.send(syncMessage, frame),
      push: (ids) => {
        counts.unpushed += this.#pushes.add(ids)
      },
      onAgreed: (agreed) => host.noteReconciled(this.link, agreed),
    }
  }

  #newAnswerer(): SyncAnswerer {
    const { host, sets, counts } = this.#deps
    const { channel } = this.link
    const { posts } = host.store
    return new SyncAnswerer({
      lowWater: (room) => posts.lowWater(room),
      holds: (room) => posts.page(room, { limit: 1 }).posts.length > 0,
      idSet: (room) => sets.get(room),
      send: (frame) => channel.send(syncMessage, frame),
      hold: () => channel.hold(),
      release: () => channel.release(),
      spawn: (work) => this.#tasks.spawn(work),
      inTurn: (work) => channel.inTurn(work),
      onAnswered: (frame, isEqual) => {
        counts.answeredFrames += 1
        this.#deps.onAnswered(frame, isEqual)
      },
      onRefused: () => {
        counts.refusedFrames += 1
      },
    })
  }
}
