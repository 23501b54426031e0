/** How far each own post came: written to channels, known to be held by peers. Source: docs/chat.md, and `delivery` of docs/rpc.md. */
import { isConversation } from '@dchat/store'
import type { Delivery, MessageStore } from '@dchat/store'
import type { Clock, Timer } from '@dchat/system'
import type { Channel } from '@dchat/net'
import type { Reconciled } from '../history/history-peer.ts'
import { CHAT_LIMITS } from '../limits.ts'
import { idKey } from './id-key.ts'
import { DIRECT_ROOM, PROFILE_ROOM } from '../post/rooms-by-kind.ts'
import type { PostChannel } from './post-channel.ts'
import { ReachLog } from './reach-log.ts'
import type { LineReach } from './reach-log.ts'

/** An own post as it is followed. */
export interface OwnPost {
  readonly id: Buffer
  /** Of the post: that of its line may be a conversation. */
  readonly room: string
  readonly time: number
  /** Of its line; undefined for posts that make none. */
  readonly seq: number | undefined
}

interface Tracked extends OwnPost {
  /** As it was stored when this run began to follow it. */
  readonly before: Delivery
  /** Channels it was written to, in this run. */
  readonly written: Set<number>
  /** Copies for peers that know no posts. */
  mirrored: number
  /** Peers known to hold it, in this run. */
  readonly held: Set<string>
}

export interface DeliveriesDeps {
  readonly store: MessageStore
  readonly clock: Clock
}

const OWN_TRACKED = CHAT_LIMITS.OWN_TRACKED.value
/** Newest lines that are looked through at the start for own ones. */
const LINES_LOOKED_AT = 1_000
const NOTHING: Delivery = { state: 'stored', written: 0, held: 0 }

/** Follows the newest own posts; what they were at before the start is counted on. */
export class Deliveries {
  readonly #deps: DeliveriesDeps
  /** By id, oldest first. */
  readonly #tracked = new Map<string, Tracked>()
  readonly #bySeq = new Map<number, Tracked>()
  readonly #changed = new Set<Tracked>()
  readonly #reach = new ReachLog()
  #timer: Timer | undefined

  constructor(deps: DeliveriesDeps) {
    this.#deps = deps
  }

  /** Takes up what was pending, and the own ones among the newest lines. */
  start(): void {
    const { store } = this.#deps
    const lines = new Map(
      [...store.pending(), ...store.history({ limit: LINES_LOOKED_AT }).messages].map((line) => [line.seq, line]),
    )
    for (const { seq, id, room, time, own, delivery } of [...lines.values()].sort((a, b) => a.seq - b.seq)) {
      if (!own || id === null || time === null || delivery === null || delivery.state === 'failed') continue
      const postRoom = isConversation(room) ? DIRECT_ROOM : room
      this.follow({ id: Buffer.from(id, 'hex'), room: postRoom, time, seq }, delivery)
    }
  }

  /** Notes what is not noted yet. */
  stop(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    this.flush()
    this.#tracked.clear()
    this.#bySeq.clear()
  }

  /** Follows a post from now on. @param before as it is stored */
  follow(post: OwnPost, before: Delivery = NOTHING): void {
    const tracked: Tracked = { ...post, before, written: new Set(), mirrored: 0, held: new Set() }
    this.#tracked.set(idKey(post.id), tracked)
    if (post.seq !== undefined) this.#bySeq.set(post.seq, tracked)
    if (post.seq !== undefined && before.written === 0 && before.held === 0) this.#reach.begin(post.seq)
    if (this.#tracked.size > OWN_TRACKED) this.#drop(this.#tracked.values().next().value!)
  }

  /** Follows a post no longer: it was taken back. */
  forget(id: Buffer): void {
    const tracked = this.#tracked.get(idKey(id))
    if (tracked !== undefined) this.#drop(tracked)
  }

  /** The post of a line that is followed. */
  postOf(seq: number): OwnPost | undefined {
    return this.#bySeq.get(seq)
  }

  /** As it is now; undefined for what is not followed. */
  deliveryOf(id: Buffer): Delivery | undefined {
    const tracked = this.#tracked.get(idKey(id))
    return tracked && deliveryOf(tracked)
  }

  /** The same of its line, which may be ahead of what is stored. */
  deliveryOfLine(seq: number): Delivery | undefined {
    const tracked = this.#bySeq.get(seq)
    return tracked && deliveryOf(tracked)
  }

  /** With whom an own line is. */
  reachOf(seq: number): LineReach {
    return this.#reach.of(seq)
  }

  /** An own line was stored that is no post: with whom it is, is remembered. */
  followUnsigned(seq: number): void {
    this.#reach.begin(seq)
  }

  /** Followed posts that nobody was sent yet, and a profile of the last minute, oldest first. */
  toOpenWith(): OwnPost[] {
    const freshMs = this.#deps.clock.nowMs() - CHAT_LIMITS.OWN_FRESH_MS.value
    const isFreshProfile = ({ room, time }: OwnPost): boolean => room === PROFILE_ROOM && time >= freshMs
    return [...this.#tracked.values()].filter((each) => isFreshProfile(each) || deliveryOf(each).state === 'stored')
  }

  /** A post was written whole to a channel. */
  noteWritten(channel: PostChannel, id: Buffer): void {
    const tracked = this.#find(id)
    if (tracked === undefined || tracked.written.has(channel.channel.info.id)) return
    tracked.written.add(channel.channel.info.id)
    if (tracked.seq !== undefined) this.#reach.note(tracked.seq, channel.channel, 'written')
    this.#noteChange(tracked)
  }

  /** A line was sent on a channel as one of those that know no posts are sent. */
  noteMirrored(seq: number, channel: Channel): void {
    this.#reach.note(seq, channel, 'written')
    const tracked = this.#bySeq.get(seq)
    if (tracked === undefined) return
    tracked.mirrored += 1
    this.#noteChange(tracked)
  }

  /** The peer of a channel holds a post. */
  noteHeld(channel: PostChannel, id: Buffer): void {
    const tracked = this.#find(id)
    if (tracked !== undefined) this.#hold(tracked, channel)
  }

  /** The peer of a channel holds all own posts of a part of a room, but those it lacked. */
  noteReconciled(channel: PostChannel, { room, since, until, lacked }: Reconciled): void {
    if (this.#tracked.size === 0) return
    const lacking = new Set(lacked.map(idKey))
    for (const [key, tracked] of this.#tracked) {
      const isCovered = tracked.room === room && tracked.time >= since && tracked.time <= until
      if (isCovered && !lacking.has(key)) this.#hold(tracked, channel)
    }
  }

  /** Hands what has changed to the store. */
  flush(): void {
    for (const tracked of this.#changed) {
      if (tracked.seq !== undefined) this.#deps.store.setDelivery(tracked.seq, deliveryOf(tracked))
    }
    this.#changed.clear()
  }

  #find(id: Buffer): Tracked | undefined {
    return this.#tracked.size === 0 ? undefined : this.#tracked.get(idKey(id))
  }

  #hold(tracked: Tracked, { peerKey, channel }: PostChannel): void {
    if (tracked.held.has(peerKey)) return
    tracked.held.add(peerKey)
    if (tracked.seq !== undefined) this.#reach.note(tracked.seq, channel, 'held')
    this.#noteChange(tracked)
  }

  #drop(tracked: Tracked): void {
    this.#tracked.delete(idKey(tracked.id))
    if (tracked.seq !== undefined) this.#bySeq.delete(tracked.seq)
    this.#changed.delete(tracked)
  }

  #noteChange(tracked: Tracked): void {
    this.#changed.add(tracked)
    this.#timer ??= this.#deps.clock.setTimer(CHAT_LIMITS.DELIVERY_DELAY_MS.value, () => {
      this.#timer = undefined
      this.flush()
    })
  }
}

/** Who held it before the start may be among those who tell it again. */
function deliveryOf({ before, written: channels, mirrored, held: peers }: Tracked): Delivery {
  const written = before.written + channels.size + mirrored
  const held = Math.max(before.held, peers.size)
  return { state: held > 0 ? 'held' : written > 0 ? 'sent' : 'stored', written, held }
}
