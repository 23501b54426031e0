/**
 * The chat on top of a node. What is said here is a post: signed, stored, sent to peers that know posts, and mirrored to those that do not
 * where the room is theirs too. What those say is stored as an unsigned line and told. Facts: docs/chat.md, *Beside reference nodes*.
 */
import { ChatError, POSTS_FEATURE, PostKind, PostNetwork, isChatError } from '@dchat/chat'
import type { Signer } from '@dchat/chat'
import { P2p, SESSION_DEFAULT, changeable, isNetError, isPeerSession } from '@dchat/net'
import type { Channel, P2pDeps, Settings } from '@dchat/net'
import { MAX_POST_TEXT_BYTES } from '@dchat/rpc'
import type { CommittedPost, Delivery, MessageStore, NewMessage, NewPost, StoredMessage } from '@dchat/store'
import { SystemRandom } from '@dchat/system'
import type { Clock, Logger, Random } from '@dchat/system'
import { Broadcaster } from './broadcaster.ts'
import type { BroadcastOutcome } from './broadcaster.ts'
import { DoubleFilter } from './double-filter.ts'
import { Mirror, mirrorText } from './mirror.ts'
import { ProtocolDchat } from './protocol-dchat.ts'

export interface DchatOptions {
  readonly settings: Partial<Settings>
  /** Messages a second one channel may bring; 0 for no limit. */
  readonly rateLimit: number
  /** Which rooms are stored for peers. */
  readonly keep: 'all' | 'joined'
}

export interface DchatDeps {
  readonly clock: Clock
  readonly logger: Logger
  readonly store: MessageStore
  readonly signer: Signer
  /** @default the system's */
  readonly random?: Random
  /** What the node takes beside clock, logger and random. @default the real ones */
  readonly p2p?: Partial<P2pDeps>
}

/** The room that is shared with reference nodes. */
export const SHARED_ROOM = 'dchat'

/** What somebody says here. */
export interface Saying {
  readonly room: string
  readonly kind: 'text' | 'action'
  /** At most 8,192 bytes of UTF-8. */
  readonly text: string
}

/** A node with the chat protocols. `start()` ends with the node. */
export class Dchat {
  readonly p2p: P2p
  readonly posts: PostNetwork
  readonly mirror: Mirror
  /** Messages a second one channel may bring; 0 for no limit. Counts for channels that are open, too. */
  rateLimit: number
  readonly #deps: DchatDeps
  readonly #doubles = new DoubleFilter<Channel>()
  readonly #broadcaster: Broadcaster
  #roomWaiters: (() => void)[] = []
  /** The store may be closed from here on. */
  #isClosed = false

  constructor(options: DchatOptions, deps: DchatDeps) {
    this.#deps = deps
    this.rateLimit = options.rateLimit
    const { clock, logger, store, signer, random = new SystemRandom() } = deps
    this.p2p = P2p.create(withPosts(options.settings), { random, ...deps.p2p, clock, logger: logger.child('net') })
    this.posts = new PostNetwork(
      { keep: options.keep },
      { p2p: this.p2p, store, signer, clock, random, logger: logger.child('chat') },
    )
    this.#broadcaster = new Broadcaster({ p2p: this.p2p, clock })
    this.mirror = new Mirror({ broadcaster: this.#broadcaster, clock, logger: logger.child('chat') })
    this.p2p.protocols.register(
      SESSION_DEFAULT,
      (channel) =>
        new ProtocolDchat(channel, {
          rateLimit: () => this.rateLimit,
          receive: (from, text) => this.#receive(from, text),
          whenRoom: (resume) => this.#roomWaiters.push(resume),
        }),
    )
    this.posts.register()
  }

  /** Queries the seeds, then runs until `stop()`. @throws {NetError} as `P2p.start` and `P2p.run` */
  async start(): Promise<void> {
    const { store } = this.#deps
    this.p2p.events.subscribe('connected', (channel) => {
      if (isPeerSession(channel.info.session)) this.#doubles.add(channel)
    })
    this.p2p.events.subscribe('closed', (channel) => this.#doubles.remove(channel))
    store.onDrain(() => this.#resumeReading())
    this.posts.start()
    try {
      await this.p2p.start()
    } catch (error) {
      if (isNetError(error, 'NET_STOPPED')) return
      throw error
    }
    await this.p2p.run()
  }

  /** Ends the node, then the work on posts; the store may be closed afterwards. */
  async stop(): Promise<void> {
    await this.p2p.stop()
    await this.posts.stop()
    this.#isClosed = true
  }

  /** Takes over what can change while it runs. @throws {NetError} NET_SETTINGS_INVALID: nothing has changed then */
  async reload({ settings, rateLimit, keep }: DchatOptions): Promise<void> {
    await this.p2p.reload(changeable(withPosts(settings)))
    this.rateLimit = rateLimit
    this.#deps.store.posts.setKeep(keep)
  }

  /**
   * Signs and stores a line durably, sends it, and gives it as stored. The room is joined if it was not. Beyond what a room takes of
   * one author, lines of the shared room go to those connected now, unsigned.
   * @param nick as peers without posts are told it
   * @throws {StoreError} {ChatError} CHAT_POST_REFUSED: it was not stored, and nothing is sent
   */
  async say({ room, kind, text }: Saying, nick: string | null): Promise<StoredMessage> {
    const line = await this.#post({ room, kind, text })
    const wireText = mirrorText({ kind, nick, text })
    if (line === undefined) return (await this.#sayUnsigned({ kind, text, nick, wireText })).message
    if (room !== SHARED_ROOM) return line
    return this.#mirrored(line, { text: wireText, isBare: false }).message
  }

  /**
   * What `send` of the reference does: a post in the shared room, and the bare text to those who know no posts; to everybody when it
   * is too long for a post, or beyond what a room takes. Resolves when every peer has taken it, or never will.
   * @param text at most 65,536 bytes of UTF-8
   * @throws {StoreError} when it could not be stored: nothing is sent then
   */
  async sendBare(text: string): Promise<void> {
    const isPost = Buffer.byteLength(text) <= MAX_POST_TEXT_BYTES
    const line = isPost ? await this.#post({ room: SHARED_ROOM, kind: 'text', text }) : undefined
    const { everywhere } =
      line === undefined
        ? await this.#sayUnsigned({ kind: 'text', text, nick: null, wireText: text })
        : this.#mirrored(line, { text, isBare: true })
    await everywhere
  }

  /** Undefined when the shared room takes no more of us for now. */
  async #post({ room, kind, text }: Saying): Promise<StoredMessage | undefined> {
    const { store } = this.#deps
    if (!store.rooms.isJoined(room)) await store.rooms.join(room)
    let committed: CommittedPost
    try {
      committed = await this.posts.publish({ room, kind: kind === 'action' ? PostKind.Action : PostKind.Text, body: text })
    } catch (error) {
      if (room === SHARED_ROOM && isChatError(error, 'CHAT_POST_REFUSED')) return undefined
      throw error
    }
    return committed.line ?? (await this.#lineOf(committed.post))
  }

  /** The line of an own post whose room was left before the post was stored: joining it again makes one. */
  async #lineOf({ room, id }: Pick<NewPost, 'room' | 'id'>): Promise<StoredMessage> {
    const { store } = this.#deps
    await store.rooms.join(room)
    const seq = store.ownSeq(id)
    const [line] = seq === undefined ? [] : store.history({ since: seq - 1, limit: 1 }).messages
    if (line?.seq !== seq || line === undefined) throw new ChatError('CHAT_POST_REFUSED', { room, reason: 'unkept' })
    return line
  }

  #mirrored(line: StoredMessage, { text, isBare }: { text: string; isBare: boolean }): SentLine {
    let atOnce = 0
    let isAnswered = false
    const onWritten = (channel: Channel): void => {
      if (!isAnswered) atOnce += 1
      if (!this.#isClosed) this.posts.noteWritten(line.seq, channel)
    }
    const everywhere = this.mirror.send({ text, isBare, onWritten })
    isAnswered = true
    return { message: atOnce === 0 ? line : { ...line, delivery: moreWritten(line.delivery, atOnce) }, everywhere }
  }

  /** Stores an own line without a post, and sends it to all peers. The delivery grows as they take it. */
  async #sayUnsigned({ text, kind, nick, wireText }: UnsignedLine): Promise<SentLine> {
    const { store, clock } = this.#deps
    const stored = await store.append({
      ...UNSIGNED,
      text,
      kind,
      nick,
      from: null,
      received: clock.nowMs(),
      own: true,
      delivery: { state: 'stored', written: 0, held: 0 },
    })
    this.posts.followUnsigned(stored.seq)
    const outcome = this.#broadcaster.broadcast(wireText, {
      onWritten: (channel) => this.posts.noteWritten(stored.seq, channel),
    })
    let delivery = moreWritten(stored.delivery, outcome.written)
    if (outcome.written > 0) store.setDelivery(stored.seq, delivery)
    const everywhere = eachWritten(outcome, () => {
      delivery = moreWritten(delivery, 1)
      if (!this.#isClosed) store.setDelivery(stored.seq, delivery)
    })
    return { message: outcome.written > 0 ? { ...stored, delivery } : stored, everywhere }
  }

  #receive(channel: Channel, text: string): boolean {
    const { clock, store } = this.#deps
    if (this.#doubles.isDouble(channel, text, clock.monotonicMs())) return true
    channel.noteUseful()
    return store.add({
      ...UNSIGNED,
      kind: 'text',
      nick: null,
      from: channel.info.url,
      text,
      received: clock.nowMs(),
      own: false,
      delivery: null,
    })
  }

  #resumeReading(): void {
    const waiters = this.#roomWaiters
    this.#roomWaiters = []
    for (const resume of waiters) resume()
  }
}

interface UnsignedLine {
  readonly text: string
  readonly kind: 'text' | 'action'
  readonly nick: string | null
  /** As it goes over the wire. */
  readonly wireText: string
}

/** A line that was stored and sent. */
interface SentLine {
  readonly message: StoredMessage
  /** Settles when every peer has taken the line, or never will. Never rejects. */
  readonly everywhere: Promise<void>
}

/** What all lines without a post have in common. */
const UNSIGNED: Pick<NewMessage, 'id' | 'room' | 'authorKey' | 'time'> = {
  id: null,
  room: SHARED_ROOM,
  authorKey: null,
  time: null,
}

/** The settings of a node that speaks posts. */
function withPosts<S extends Partial<Settings>>(settings: S): S {
  return { ...settings, features: [...(settings.features ?? []), POSTS_FEATURE] }
}

function moreWritten(delivery: Delivery | null, count: number): Delivery {
  const { state, written, held } = delivery ?? { state: 'stored', written: 0, held: 0 }
  return { state: state === 'stored' && count > 0 ? 'sent' : state, written: written + count, held }
}

async function eachWritten({ late }: BroadcastOutcome, onWritten: () => void): Promise<void> {
  await Promise.all(
    late.map(async (sending) => {
      if (await sending) onWritten()
    }),
  )
}
