/** Posts of one node: the way in, the way out, own posts, and history beside them. Source: docs/chat.md. */
import { SESSION_DEFAULT, hasFeature } from '@dchat/net'
import type { Channel, P2p, Protocol } from '@dchat/net'
import { isConversation } from '@dchat/store'
import type { CommittedPost, Delivery, MessageStore } from '@dchat/store'
import { Publisher } from '@dchat/system'
import type { Clock, Logger, Random, Unsubscribe } from '@dchat/system'
import { POSTS_FEATURE } from './feature.ts'
import type { HistoryCounts } from './history/history-counts.ts'
import { History } from './history/history.ts'
import type { HistoryHandler, HistoryHost, SyncProgress } from './history/history-peer.ts'
import { CHAT_LIMITS } from './limits.ts'
import { postMessage } from './messages.ts'
import { PostKind } from './post/post.ts'
import type { Signer } from './post/post.ts'
import { PostVerifier } from './post/post-verifier.ts'
import { PROFILE_ROOM } from './post/rooms-by-kind.ts'
import { Deliveries } from './relay/deliveries.ts'
import { makeIdSecret } from './relay/id-generations.ts'
import { Intake } from './relay/intake.ts'
import type { Arrival } from './relay/intake.ts'
import { OwnPosts } from './relay/own-posts.ts'
import type { OwnDraft } from './relay/own-posts.ts'
import { PostChannel } from './relay/post-channel.ts'
import type { PostChannelDeps } from './relay/post-channel.ts'
import { newPostCounts } from './relay/post-counts.ts'
import type { PostCounts } from './relay/post-counts.ts'
import { ProtocolPosts } from './relay/protocol-posts.ts'
import type { PostCommands } from './relay/protocol-posts.ts'
import { RecentPosts } from './relay/recent-posts.ts'
import type { LineReach } from './relay/reach-log.ts'
import { Relay } from './relay/relay.ts'
import { StandingPosts } from './relay/standing-posts.ts'
import type { StandingDraft } from './relay/standing-posts.ts'
import { serveWant } from './relay/want-server.ts'
import { Wants } from './relay/wants.ts'
import { youngPosts } from './relay/young-posts.ts'

export interface PostNetworkOptions {
  /** Which rooms are stored: every one that is heard of, or the joined ones. */
  readonly keep: 'all' | 'joined'
}

export interface PostNetworkDeps {
  readonly p2p: P2p
  readonly store: MessageStore
  readonly signer: Signer
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  /** @default one that uses the thread pool */
  readonly verifier?: Pick<PostVerifier, 'verify'>
  /** Makes the history of the node. @default the one of docs/chat.md */
  readonly history?: (host: HistoryHost) => HistoryHandler
}

export interface PostNetworkEvents {
  /** History has come further. */
  progress: SyncProgress
  /** A reconciliation of this room that we began has come to its end: we hold what the peer offered of it, or will in a moment. */
  repaired: string
  /** A post was decided on: stored, or not, as its fate says. Its line was told of before. */
  post: CommittedPost
}

const IDLE_PROTOCOL: Protocol = { start: () => {} }

const newHistory = (host: HistoryHost): HistoryHandler => new History(host)

/**
 * Life: constructed → `register` before `P2p.start` → `start` before it too → `stop` after `P2p.stop` and before the store is closed.
 * The settings of the node list POSTS_FEATURE; a channel is featured when both sides did as it was opened.
 */
export class PostNetwork {
  readonly events: Publisher<PostNetworkEvents>
  readonly counts: PostCounts = newPostCounts()
  readonly #options: PostNetworkOptions
  readonly #deps: PostNetworkDeps
  readonly #channels: PostChannel[] = []
  readonly #channelDeps: PostChannelDeps
  readonly #recent: RecentPosts
  readonly #deliveries: Deliveries
  readonly #wants: Wants
  readonly #relay: Relay
  readonly #intake: Intake
  readonly #own: OwnPosts
  readonly #standing: StandingPosts
  readonly #history: HistoryHandler
  #isStarted = false
  #unsubscribe: Unsubscribe = () => {}

  constructor(options: PostNetworkOptions, deps: PostNetworkDeps) {
    this.#options = options
    this.#deps = deps
    const { p2p, store, signer, clock, random, logger } = deps
    const counts = this.counts
    const secret = makeIdSecret(random)
    this.events = new Publisher((error) => logger.error('A listener of posts failed', { error }))
    this.#recent = new RecentPosts(clock)
    this.#deliveries = new Deliveries({ store, clock })
    this.#wants = new Wants({ clock, counts })
    this.#channelDeps = {
      secret,
      counts,
      onWhole: (channel, id) => this.#deliveries.noteWritten(channel, id),
      onHeld: (channel, id) => this.#deliveries.noteHeld(channel, id),
    }
    const encodeFrame = (bytes: Buffer): Buffer => p2p.encodeFrame(postMessage, bytes)
    this.#relay = new Relay({ clock, random, channels: this.#channels, encodeFrame })
    this.#intake = new Intake({
      store,
      verifier: deps.verifier ?? new PostVerifier(),
      clock,
      secret,
      counts,
      channelCount: () => this.#channels.length,
      onArrived: (id) => this.#wants.settle(id),
      onEarly: () => this.#history.noteEarly(),
      onDecided: (committed, arrival) => this.#onDecided(committed, arrival),
    })
    this.#own = new OwnPosts({ store, signer, clock, deliveries: this.#deliveries, relay: this.#relay })
    this.#standing = new StandingPosts({ store, own: this.#own, deliveries: this.#deliveries, clock, logger, signer })
    this.#history = (deps.history ?? newHistory)(this.#historyHost())
  }

  /** Registers the protocol; before `P2p.start`. */
  register(): void {
    const { protocols, settings } = this.#deps.p2p
    const open = (channel: Channel): PostCommands => this.#open(channel)
    protocols.register(SESSION_DEFAULT, (channel) =>
      hasFeature(settings, POSTS_FEATURE) ? new ProtocolPosts(channel, { open }) : IDLE_PROTOCOL,
    )
  }

  /** Takes and makes posts from now on. The store is open. */
  start(): void {
    if (this.#isStarted) return
    this.#isStarted = true
    const { store } = this.#deps
    store.posts.setKeep(this.#options.keep)
    this.#unsubscribe = store.rooms.onChange((room) => this.#onRoomChange(room))
    this.#deliveries.start()
    this.#intake.start()
    this.#history.start()
    this.#standing.start()
  }

  /** Ends all work and notes what is to be noted in the store. Idempotent; channels are closed by whoever stops the node. */
  async stop(): Promise<void> {
    if (!this.#isStarted) return
    this.#isStarted = false
    this.#unsubscribe()
    this.#standing.stop()
    await this.#history.stop()
    this.#intake.stop()
    this.#wants.stop()
    this.#relay.stop()
    this.#recent.clear()
    this.#deliveries.stop()
  }

  /** What is counted of history since the construction. */
  get historyCounts(): HistoryCounts {
    return this.#history.counts
  }

  /** What history is at. */
  get progress(): SyncProgress {
    return this.#history.progress
  }

  /** Featured channels, in the order they came. */
  get channels(): readonly PostChannel[] {
    return this.#channels
  }

  /** As `OwnPosts.publish`: resolves once the post is durable, with its line where it makes one. */
  publish(draft: OwnDraft): Promise<CommittedPost> {
    return this.#own.publish(draft)
  }

  /** Says under which nick the own key goes. It is published anew every 7 days, and when the store has lost it. @throws as `publish` */
  publishProfile(nick: string): Promise<void> {
    return this.#standing.publish(profileOf(nick))
  }

  /** As `publishProfile`, from the start on: what fails is said in the log and tried again. */
  keepProfile(nick: string): void {
    this.#standing.keep(profileOf(nick))
  }

  /** As `StandingPosts.publish`: an own post that is to stay among the posts is among them when this resolves. */
  publishStanding(draft: StandingDraft): Promise<void> {
    return this.#standing.publish(draft)
  }

  /** As `StandingPosts.keep`: an own post that is to stay among the posts. */
  keep(draft: StandingDraft): void {
    this.#standing.keep(draft)
  }

  /** As `StandingPosts.drop`. */
  drop(name: string): void {
    this.#standing.drop(name)
  }

  /** As `StandingPosts.isHeld`. */
  isHeld(name: string): boolean {
    return this.#standing.isHeld(name)
  }

  /** As `OwnPosts.retry`. */
  retry(seq: number): void {
    this.#own.retry(seq)
  }

  /** As `OwnPosts.cancel`. */
  cancel(seq: number): void {
    this.#own.cancel(seq)
  }

  /** An own line was written to a channel as those that know no posts are sent it. */
  noteWritten(seq: number, channel: Channel): void {
    this.#deliveries.noteMirrored(seq, channel)
  }

  /** An own line was stored that is no post: `reachOf` is to know of it. */
  followUnsigned(seq: number): void {
    this.#deliveries.followUnsigned(seq)
  }

  /** How far an own line came, which the store is told a moment later; undefined for what is not followed. */
  deliveryOf(seq: number): Delivery | undefined {
    return this.#deliveries.deliveryOfLine(seq)
  }

  /** With whom an own line is, since the start: of the newest 1,000. */
  reachOf(seq: number): LineReach {
    return this.#deliveries.reachOf(seq)
  }

  #open(channel: Channel): PostCommands {
    const postChannel = new PostChannel(channel, this.#channelDeps)
    for (const other of this.#channels) postChannel.meet(other)
    this.#channels.push(postChannel)
    channel.signal.addEventListener('abort', () => this.#close(postChannel), { once: true })
    const history = this.#history.attach(postChannel)
    postChannel.history = history
    this.#own.sendPending(postChannel)
    // A channel may join what was apart till now.
    const { store, clock } = this.#deps
    this.#relay.announceTo(postChannel, youngPosts(store.posts, clock.nowMs()))
    const whenStarted = (run: () => void): void => {
      if (this.#isStarted) run()
    }
    return {
      onPost: (bytes) => whenStarted(() => this.#intake.offer(bytes, postChannel)),
      onHave: (ids) => whenStarted(() => this.#onHave(ids, postChannel)),
      onWant: (ids) => serveWant(ids, postChannel, { posts: this.#deps.store.posts, recent: this.#recent }),
      onRooms: (rooms) => history.onRooms(rooms),
      onPage: async (request) => history.onPage(request),
      onPageEnd: (end) => history.onPageEnd(end),
      onSync: (frame) => {
        postChannel.lastSyncMs = this.#deps.clock.monotonicMs()
        history.onSync(frame)
      },
    }
  }

  #close(channel: PostChannel): void {
    this.#channels.splice(this.#channels.indexOf(channel), 1)
    for (const other of this.#channels) other.part(channel)
    this.#intake.forget(channel)
    channel.history?.close()
    channel.close()
  }

  #onHave(ids: readonly Buffer[], from: PostChannel): void {
    for (const id of ids) {
      from.noteHolds(id)
      this.#wants.note(id, from, this.#isKnown)
    }
  }

  readonly #isKnown = (id: Buffer): boolean => this.#intake.isKnown(id) || this.#recent.find(id) !== undefined

  #onDecided(committed: CommittedPost, arrival: Arrival | undefined): void {
    const { post, fate } = committed
    this.events.publish('post', committed)
    if (arrival === undefined) this.#own.onCommitted(committed)
    else if (fate === 'stored' || (fate === 'unkept' && this.#relay.isNews(post))) {
      // Of a room that is not kept nobody knows whether an old post is new, and it would go round and round.
      if (fate === 'unkept') this.#recent.add(post)
      arrival.from.channel.noteUseful()
      this.#relay.relay(post, arrival)
    }
  }

  /** What was passed on of a room may be stored once the room is joined: history brings it. */
  #onRoomChange(room: string): void {
    if (isConversation(room) || !this.#deps.store.rooms.isJoined(room)) return
    this.#recent.forget(room)
    this.#intake.forgetUnkept()
  }

  #historyHost(): HistoryHost {
    const { store, clock, random, logger } = this.#deps
    return {
      store,
      clock,
      random,
      logger,
      channels: this.#channels,
      isKnown: this.#isKnown,
      noteReconciled: (channel, reconciled) => this.#deliveries.noteReconciled(channel, reconciled),
      noteRepaired: (room) => this.events.publish('repaired', room),
      publishProgress: (progress) => this.events.publish('progress', progress),
    }
  }
}

function profileOf(nick: string): StandingDraft {
  const body = { name: 'profile', content: nick, body: nick }
  return { ...body, room: PROFILE_ROOM, kind: PostKind.Profile, everyMs: CHAT_LIMITS.PROFILE_AGE_MS.value }
}
