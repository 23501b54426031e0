/** What the commands of history are handed to, and what history is given: the seam between relay and history. Wire: docs/chat.md, *History*. */
import type { MessageStore } from '@dchat/store'
import type { Clock, Logger, Random } from '@dchat/system'
import type { PageEnd, PageRequest, RoomHint, SyncFrame } from '../messages.ts'
import type { PostChannel } from '../relay/post-channel.ts'
import type { HistoryCounts } from './history-counts.ts'

/** How far this node is with what others hold. */
export interface SyncProgress {
  readonly state: 'idle' | 'paging' | 'reconciling'
  /** The room that is worked on, of several paged ones the first to be seen; null for none, and for several that are reconciled. */
  readonly room: string | null
  /** Posts that came since this work began. */
  readonly received: number
  /** Posts that will have come at its end; null when nobody has said how many. */
  readonly expected: number | null
  /** Peers that bring them just now. */
  readonly peers: number
}

/** History on one channel. Its methods are called in the read loop; what they throw ends the channel, as `Channel.fail` says. */
export interface HistoryPeer {
  /** Whether a page of the peer is awaited, which may hold whatever it tells of. */
  readonly isPaging: boolean
  onRooms(rooms: readonly RoomHint[]): void
  /** Runs in the tasks of the channel, one after the other; the next request waits, in the end unread, until it has settled. */
  onPage(request: PageRequest): Promise<void>
  onPageEnd(end: PageEnd): void
  onSync(frame: SyncFrame): void
  /** A post that was asked for with a `want` has come; it may be new, known or broken. */
  onPost(id: Buffer): void
  /** A post has come that was not asked for by its id. @returns whether it is one of a page that is awaited: it is not unasked then */
  takesPost(id: Buffer, bytes: Buffer): boolean
  /** The channel has stopped. */
  close(): void
}

/** The history of a node. Constructing it starts nothing. */
export interface HistoryHandler {
  /** A featured channel is there, versions exchanged. */
  attach(channel: PostChannel): HistoryPeer
  /** Called once before the first `attach`. */
  start(): void
  /** A post was refused because it lay ahead of the clock, which may be the clock's fault. */
  noteEarly(): void
  /** Ends all work of its own; channels are closed by whoever stops the node. Idempotent. */
  stop(): Promise<void>
  readonly progress: SyncProgress
  /** As they are now. */
  readonly counts: HistoryCounts
}

/** What a finished reconciliation has shown that both sides hold. */
export interface Reconciled {
  readonly room: string
  /** Unix ms, both included. */
  readonly since: number
  readonly until: number
  /** Ids that the other side lacked, and has perhaps not got yet. */
  readonly lacked: readonly Buffer[]
}

/** What history is given. */
export interface HistoryHost {
  readonly store: MessageStore
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  /** Featured channels, in the order they came. */
  readonly channels: readonly PostChannel[]
  /** Whether the post is stored, relayed from memory, on its way into the store, or dropped by a quota: it need not be asked for. */
  isKnown(id: Buffer): boolean
  /** A reconciliation has finished: own posts that the peer holds by it count as held. Of a single post: `PostChannel.noteHolds`. */
  noteReconciled(channel: PostChannel, reconciled: Reconciled): void
  /** A reconciliation that this side began has come to its end without a fault: all that the peer offered of the room has come. */
  noteRepaired(room: string): void
  /** Progress has changed: it is told to clients. */
  publishProgress(progress: SyncProgress): void
}
