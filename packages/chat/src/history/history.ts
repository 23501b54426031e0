/** The history of a node: which rooms it tells of, whom it pages, with whom it reconciles and when. Facts: docs/chat.md, *History*. */
import { isConversation } from '@dchat/store'
import type { OfferedRoom, SetChange } from '@dchat/store'
import type { Timer, Unsubscribe } from '@dchat/system'
import { roomsMessage } from '../messages.ts'
import type { PostChannel } from '../relay/post-channel.ts'
import { ChannelHistory } from './channel-history.ts'
import type { ChannelHistoryDeps } from './channel-history.ts'
import { EarlyWatch } from './early-watch.ts'
import { newHistoryCounts } from './history-counts.ts'
import type { HistoryCounts } from './history-counts.ts'
import { HISTORY_LIMITS } from './history-limits.ts'
import type { HistoryHandler, HistoryHost, HistoryPeer, SyncProgress } from './history-peer.ts'
import { IdSets } from './id-sets.ts'
import { Pager } from './pager.ts'
import { IDLE_PROGRESS, ProgressTeller } from './progress-teller.ts'
import { PushWatch } from './push-watch.ts'
import { repairRooms } from './repair-rooms.ts'
import { RepairSchedule } from './repair-schedule.ts'
import { RoomsGossip } from './rooms-gossip.ts'
import { SharedAsks } from './shared-asks.ts'

export class History implements HistoryHandler {
  readonly counts: HistoryCounts = newHistoryCounts()
  readonly #host: HistoryHost
  readonly #sets: IdSets
  readonly #pager: Pager
  readonly #schedule: RepairSchedule
  readonly #gossip: RoomsGossip
  readonly #progress: ProgressTeller
  readonly #earlyWatch: EarlyWatch
  readonly #pushes = new PushWatch()
  readonly #asks = new SharedAsks()
  readonly #peers = new Map<number, ChannelHistory>()
  /** Of dialled channels that have not told their rooms. */
  readonly #roomsTimers = new Map<number, Timer>()
  #repairTimer: Timer | undefined
  #unsubscribe: Unsubscribe[] = []
  #isStopped = true

  constructor(host: HistoryHost) {
    const { clock, store, random } = host
    const offered = (): readonly OfferedRoom[] => store.posts.rooms()
    this.#host = host
    this.#sets = new IdSets({}, { posts: store.posts, clock })
    this.#schedule = new RepairSchedule(random)
    this.#gossip = new RoomsGossip({ clock, offered })
    this.#pager = new Pager({
      clock,
      offered,
      keeps: (room) => store.posts.keeps(room),
      onProgress: () => this.#progress.note(),
      onFault: () => {
        this.counts.pageFaults += 1
      },
      onCoreIdle: () => this.#runDueRepairs(),
      onIdle: () => {
        this.#schedule.notePaged(this.#nowMs)
        this.#runDueRepairs()
      },
    })
    this.#earlyWatch = new EarlyWatch({
      clock,
      onSetForward: (byMs) => {
        host.logger.info('The clock was set forward: posts that lay ahead of it are asked for again', { byMs })
        this.#noteNews(undefined)
      },
    })
    this.#progress = new ProgressTeller({
      clock,
      look: () => this.progress,
      tell: (progress) => host.publishProgress(progress),
    })
  }

  get progress(): SyncProgress {
    const paging = this.#pager.progress
    if (paging !== undefined) return { state: 'paging', ...paging }
    const repairs = [...this.#peers.values()].flatMap(({ repair }) => repair ?? []).filter(({ expected }) => expected > 0)
    if (repairs.length === 0) return IDLE_PROGRESS
    const sum = (of: (repair: (typeof repairs)[number]) => number): number => repairs.reduce((total, each) => total + of(each), 0)
    return {
      state: 'reconciling',
      room: repairs.length === 1 ? repairs[0]!.room : null,
      received: sum(({ received }) => received),
      expected: sum(({ expected }) => expected),
      peers: repairs.length,
    }
  }

  start(): void {
    if (!this.#isStopped) return
    this.#isStopped = false
    const { posts, rooms } = this.#host.store
    this.#sets.start()
    this.#unsubscribe = [
      posts.onCommitted((committed) => {
        if (this.#pushes.hasBrought(committed, this.#nowMs)) this.#noteNews(undefined)
      }),
      posts.onSetChange((changes) => this.#onSetChange(changes)),
      rooms.onChange((room) => this.#onRoomChange(room)),
    ]
  }

  noteEarly(): void {
    if (!this.#isStopped) this.#earlyWatch.note()
  }

  attach(link: PostChannel): HistoryPeer {
    const peer = new ChannelHistory(link, this.#peerDeps())
    if (this.#isStopped) return peer
    const { channelId, isDialled } = peer
    if (this.#peers.size === 0) this.#pager.noteAlone()
    this.#peers.set(channelId, peer)
    this.#gossip.add(channelId, (rooms) => link.channel.post(roomsMessage, rooms))
    this.#schedule.add(channelId, isDialled)
    if (isDialled) {
      const wait = (): void => this.#considerRooms(peer, { isAsked: true })
      this.#roomsTimers.set(channelId, this.#host.clock.setTimer(HISTORY_LIMITS.PAGE_ROOMS_WAIT_MS.value, wait))
    }
    return peer
  }

  async stop(): Promise<void> {
    if (this.#isStopped) return
    this.#isStopped = true
    for (const unsubscribe of this.#unsubscribe) unsubscribe()
    for (const timer of this.#roomsTimers.values()) timer.cancel()
    this.#roomsTimers.clear()
    this.#repairTimer?.cancel()
    this.#earlyWatch.stop()
    this.#gossip.close()
    this.#progress.close()
    const peers = [...this.#peers.values()]
    this.#peers.clear()
    this.#pager.reset()
    for (const { channelId } of peers) {
      this.#gossip.remove(channelId)
      this.#schedule.remove(channelId)
    }
    await Promise.all(peers.map((peer) => peer.stop()))
    this.#sets.stop()
  }

  get #nowMs(): number {
    return this.#host.clock.monotonicMs()
  }

  #peerDeps(): ChannelHistoryDeps {
    return {
      host: this.#host,
      sets: this.#sets,
      counts: this.counts,
      asks: this.#asks,
      onRooms: (peer) => this.#considerRooms(peer, { isAsked: false }),
      onStalled: (peer, paging) => this.#pager.onStalled(peer.channelId, paging),
      onPageEnd: (peer, paging, outcome) => {
        if (outcome !== undefined) this.counts.pages += 1
        this.#pager.onEnd(peer.channelId, paging, outcome)
      },
      onAnswered: (frame, isEqual) => {
        if (!isEqual) this.#pushes.noteDifference(frame.room, frame, this.#nowMs)
      },
      onProgress: () => this.#progress.note(),
      isPaged: (room) => this.#pager.isPaging(room),
      onClose: (peer) => this.#detach(peer),
    }
  }

  #detach({ channelId }: ChannelHistory): void {
    if (!this.#peers.delete(channelId)) return
    this.#roomsTimers.get(channelId)?.cancel()
    this.#roomsTimers.delete(channelId)
    this.#gossip.remove(channelId)
    this.#schedule.remove(channelId)
    this.#pager.remove(channelId)
    this.#runDueRepairs()
  }

  /** The peer has told rooms, or had the time to: what lies far behind is paged; the first time a repair follows. */
  #considerRooms(peer: ChannelHistory, how: { readonly isAsked: boolean }): void {
    const { channelId, isDialled } = peer
    if (!isDialled || !this.#peers.has(channelId)) return
    const timer = this.#roomsTimers.get(channelId)
    timer?.cancel()
    this.#roomsTimers.delete(channelId)
    this.#pager.consider(peer, how)
    if (timer !== undefined) this.#schedule.request(channelId, this.#nowMs)
    this.#runDueRepairs()
  }

  #onSetChange(changes: readonly SetChange[]): void {
    for (const { room, added } of changes) if (added.length > 0) this.#gossip.noteRoom(room)
  }

  /** A room that was joined and has no posts here is asked for. */
  #onRoomChange(room: string): void {
    const { posts, rooms } = this.#host.store
    if (isConversation(room) || !rooms.isJoined(room) || posts.page(room, { limit: 1 }).posts.length > 0) return
    this.#pager.forget(room)
    for (const peer of this.#peers.values()) {
      if (!this.#roomsTimers.has(peer.channelId)) this.#considerRooms(peer, { isAsked: true })
    }
  }

  #noteNews(exceptId: number | undefined): void {
    this.#schedule.noteNews(exceptId, this.#nowMs)
    this.#runDueRepairs()
  }

  /** Starts what is due, unless rooms that are looked at are being paged: most of it would be asked for twice. */
  #runDueRepairs(): void {
    this.#repairTimer?.cancel()
    this.#repairTimer = undefined
    if (this.#isStopped) return
    const { clock } = this.#host
    const pagedUntilMs = this.#pager.advancingUntilMs
    const nowMs = clock.monotonicMs()
    if (pagedUntilMs <= nowMs) {
      for (let id = this.#schedule.next(nowMs); id !== undefined; id = this.#schedule.next(nowMs)) this.#startRepair(id)
    }
    const { nextMs } = this.#schedule
    if (nextMs === undefined) return
    this.#repairTimer = clock.setTimer(Math.max(nextMs, pagedUntilMs) - nowMs, () => this.#runDueRepairs())
  }

  #startRepair(channelId: number): void {
    const peer = this.#peers.get(channelId)!
    const { store, random } = this.#host
    const { posts } = store
    this.counts.repairs += 1
    peer.spawn(async () => {
      const hinted = peer.hintedRooms()
      const rooms = repairRooms({ offered: posts.rooms(), hinted, keeps: (room) => posts.keeps(room) }, random)
      const outcome = await peer.runRepair(rooms)
      this.#schedule.done(channelId, outcome, this.#nowMs)
      if (!this.#pager.isBusy) this.#schedule.notePaged(this.#nowMs)
      this.#runDueRepairs()
    })
  }
}
