/** What is known of one featured channel: what its peer holds, what it was asked for, how much it may be sent. Source: docs/chat.md, *Relay*. */
import { networkGroup } from '@dchat/net'
import type { Channel } from '@dchat/net'
import type { Timer } from '@dchat/system'
import type { HistoryPeer } from '../history/history-peer.ts'
import { CHAT_LIMITS } from '../limits.ts'
import { haveMessage, postMessage, wantMessage } from '../messages.ts'
import { AskedPosts } from './asked-posts.ts'
import type { AskedFor } from './asked-posts.ts'
import { IdGenerations } from './id-generations.ts'
import type { IdSecret } from './id-table.ts'
import { isSameRemote } from './one-remote.ts'
import type { PostCounts } from './post-counts.ts'
import { peerKeyOf } from './peer-key.ts'
import { TokenBucket } from './token-bucket.ts'

export interface PostChannelDeps {
  readonly secret: IdSecret
  readonly counts: PostCounts
  /** The post was queued whole for the peer. */
  onWhole(channel: PostChannel, id: Buffer): void
  /** The peer has shown that it holds the post. */
  onHeld(channel: PostChannel, id: Buffer): void
}

const HAVE_IDS = CHAT_LIMITS.HAVE_IDS.value
const SENT_RATE = { perSecond: CHAT_LIMITS.UNASKED_SENT_PER_SEC.value, burst: CHAT_LIMITS.UNASKED_SENT_BURST.value }
const KEPT = CHAT_LIMITS.UNASKED_KEPT.value
const KEPT_HALF_LIFE_MS = CHAT_LIMITS.UNASKED_KEPT_HALF_LIFE_MS.value
const TAKEN_RATE = { perSecond: CHAT_LIMITS.UNASKED_TAKEN_PER_SEC.value, burst: CHAT_LIMITS.UNASKED_TAKEN_BURST.value }

/** What a whole post is sent for. */
export interface Sending {
  /** The peer has asked for it: only the channel's queue bounds it. Else the budget for unasked posts counts. */
  readonly asked: boolean
  /** So many posts of that budget stay for others. @default 0 */
  readonly leaves?: number
}

/** One channel on which both sides have listed posts, after the version exchange. Its memory grows with its use. */
export class PostChannel {
  readonly channel: Channel
  /** The same for two channels to one remote, as far as that can be told. */
  readonly peerKey: string
  /** The network group that the peer's address is of. */
  readonly group: string
  /** History on this channel; hears of each post that was asked for and has come, whatever becomes of it. */
  history: HistoryPeer | undefined
  /** Monotonic time of the last `sync` that came; undefined before the first. */
  lastSyncMs: number | undefined
  readonly #deps: PostChannelDeps
  #dialled: PostChannel | undefined
  readonly #asked = new AskedPosts()
  readonly #held: IdGenerations
  #haves: Buffer[] = []
  #sent: TokenBucket | undefined
  #taken: TokenBucket | undefined
  #broughtLately = 0
  #broughtMs = 0
  #pauseTimer: Timer | undefined
  #isHeldForIntake = false

  constructor(channel: Channel, deps: PostChannelDeps) {
    this.channel = channel
    this.peerKey = peerKeyOf(channel)
    this.group = networkGroup(channel.info.url)
    this.#deps = deps
    this.#held = new IdGenerations(CHAT_LIMITS.HELD_IDS.value, deps.secret)
  }

  /** Of an inbound channel: the one that this node dialled to the same remote, while it is there. */
  get dialled(): PostChannel | undefined {
    return this.#dialled
  }

  /** Another channel is there, before or after this one. */
  meet(other: PostChannel): void {
    if (isSameRemote(this.channel, other.channel)) this.#dialled = other
    else if (isSameRemote(other.channel, this.channel)) other.#dialled = this
  }

  /** Another channel is gone. */
  part(other: PostChannel): void {
    if (this.#dialled === other) this.#dialled = undefined
  }

  /** Whether the peer is known to hold the post, or was sent it whole. */
  holds(id: Buffer): boolean {
    return this.#held.has(id)
  }

  /** The peer has shown that it holds the post: by a `have`, by sending it, by a reconciliation. */
  noteHolds(id: Buffer): void {
    this.#held.add(id)
    this.#deps.onHeld(this, id)
  }

  /** Posts that were asked for and have not come; after 30 s they are no longer waited for. */
  get outstanding(): number {
    return this.#asked.outstanding(this.#nowMs)
  }

  /** How many posts may be asked for now. */
  get askRoom(): number {
    return this.#asked.room(this.#nowMs)
  }

  /** Whether the post was asked for here and has not come. */
  wasAsked(id: Buffer): boolean {
    return this.#asked.has(id)
  }

  /** Sends `want` for as many of `ids` as may be asked for now, the first of them. @returns how many were taken */
  ask(ids: readonly Buffer[], askedFor: AskedFor): number {
    const count = Math.min(ids.length, this.askRoom)
    let taken = 0
    while (taken < count) {
      const part = ids.slice(taken, Math.min(count, taken + HAVE_IDS))
      if (!this.channel.post(wantMessage, part)) break
      this.#asked.add(part, askedFor, this.#nowMs)
      taken += part.length
    }
    this.#deps.counts.wanted += taken
    return taken
  }

  /** A post has come. @returns what it had been asked for, by its id or with a page; it is asked for no longer */
  settleAsked(id: Buffer, bytes: Buffer): AskedFor | undefined {
    const askedFor = this.#asked.settle(id)
    if (askedFor === undefined) return this.history?.takesPost(id, bytes) === true ? 'history' : undefined
    this.history?.onPost(id)
    return askedFor
  }

  /**
   * Queues a whole post.
   * @returns false when it was not taken: asked, wait for `channel.drained()`; unasked, use `announce`
   */
  sendWhole(bytes: Buffer, id: Buffer, how: Sending): boolean {
    return this.#mayTake(how) && this.#wasTaken(this.channel.post(postMessage, bytes), id, how)
  }

  /** As `sendWhole`, of a `post` frame that goes to several channels. */
  sendFrame(frame: Buffer, id: Buffer, how: Sending): boolean {
    return this.#mayTake(how) && this.#wasTaken(this.channel.postFrame(frame, postMessage.name), id, how)
  }

  /** Puts an id into the next `have`. @returns false when too many wait: it is left to the reconciler */
  announce(id: Buffer): boolean {
    if (this.#haves.length >= CHAT_LIMITS.HAVES_WAITING.value) {
      this.#deps.counts.leftToHistory += 1
      return false
    }
    this.#haves.push(id)
    return true
  }

  /** Those of `ids` that the next `have` does not tell of already. */
  notAnnounced(ids: readonly Buffer[]): Buffer[] {
    const waiting = new Set(this.#haves.map((id) => id.toString('hex')))
    return ids.filter((id) => !waiting.has(id.toString('hex')))
  }

  /** Sends the ids that wait, as far as the peer reads. @returns whether some wait still */
  sendHaves(): boolean {
    const ids = this.#haves.filter((id) => !this.holds(id))
    let sent = 0
    while (sent < ids.length && !this.#isSlow) {
      const part = ids.slice(sent, sent + HAVE_IDS)
      if (!this.channel.post(haveMessage, part)) break
      sent += part.length
    }
    this.#deps.counts.relayedHave += sent
    this.#haves = ids.slice(sent)
    return this.#haves.length > 0
  }

  /** Counts a post that came unasked; above the rate nothing more is read until it fits. */
  noteUnasked(): void {
    const nowMs = this.#nowMs
    this.#taken ??= new TokenBucket(TAKEN_RATE, nowMs)
    const waitMs = this.#taken.take(1, nowMs)
    if (waitMs === 0 || this.#pauseTimer !== undefined || this.channel.isStopped) return
    this.#deps.counts.throttled += 1
    this.channel.hold()
    this.#pauseTimer = this.channel.clock.setTimer(waitMs, () => {
      this.#pauseTimer = undefined
      this.channel.release()
    })
  }

  /** Counts a post of this channel that is relayed. @returns how many of their budget other channels are left when they are sent it */
  noteRelayed(): number {
    const elapsedMs = this.#nowMs - this.#broughtMs
    this.#broughtMs += elapsedMs
    const before = this.#broughtLately * 2 ** (-elapsedMs / KEPT_HALF_LIFE_MS)
    this.#broughtLately = before + 1
    return Math.min(KEPT, before)
  }

  /** Reads nothing more until `releaseFromIntake`. @returns false when it was held already */
  holdForIntake(): boolean {
    if (this.#isHeldForIntake) return false
    this.#isHeldForIntake = true
    this.channel.hold()
    return true
  }

  releaseFromIntake(): void {
    if (!this.#isHeldForIntake) return
    this.#isHeldForIntake = false
    this.channel.release()
  }

  /** The channel has stopped: nothing of it runs on. */
  close(): void {
    this.#pauseTimer?.cancel()
    this.#pauseTimer = undefined
    this.#haves = []
  }

  get #nowMs(): number {
    return this.channel.clock.monotonicMs()
  }

  get #isSlow(): boolean {
    return this.channel.queuedBytes >= CHAT_LIMITS.RELAY_QUEUE_BYTES.value
  }

  #mayTake({ asked, leaves = 0 }: Sending): boolean {
    if (asked) return true
    const nowMs = this.#nowMs
    this.#sent ??= new TokenBucket(SENT_RATE, nowMs)
    return !this.#isSlow && this.#sent.available(nowMs) > leaves
  }

  #wasTaken(isTaken: boolean, id: Buffer, { asked }: Sending): boolean {
    if (!isTaken) return false
    if (asked) this.#deps.counts.served += 1
    else {
      this.#deps.counts.relayedWhole += 1
      this.#sent!.take(1, this.#nowMs)
    }
    this.#held.add(id)
    this.#deps.onWhole(this, id)
    return true
  }
}
