/** The chat on top of a node: what comes is stored and told, what is sent is stored and broadcast. */
import { P2p, SESSION_DEFAULT, isNetError, isPeerSession } from '@dchat/net'
import type { Channel, P2pDeps, Settings } from '@dchat/net'
import type { Delivery, MessageStore, NewMessage, StoredMessage } from '@dchat/store'
import type { Clock, Logger } from '@dchat/system'
import { Broadcaster } from './broadcaster.ts'
import { DoubleFilter } from './double-filter.ts'
import { ProtocolDchat } from './protocol-dchat.ts'

export interface DchatOptions {
  readonly settings: Partial<Settings>
  /** Messages a second one channel may bring; 0 for no limit. */
  readonly rateLimit: number
}

export interface DchatDeps {
  readonly clock: Clock
  readonly logger: Logger
  readonly store: MessageStore
  /** What the node takes beside clock and logger. @default the real ones */
  readonly p2p?: Partial<P2pDeps>
}

/** The room that is shared with reference nodes. */
export const SHARED_ROOM = 'dchat'

/** A line to be sent. */
export interface Outgoing {
  /** As it is stored and shown here. */
  readonly text: string
  readonly kind: 'text' | 'action'
  readonly nick: string | null
  /** As it goes over the wire. */
  readonly wireText: string
}

/** A line that was stored and sent. */
export interface SentLine {
  readonly message: StoredMessage
  /** Settles when every peer has taken the line, or never will. Never rejects. */
  readonly everywhere: Promise<void>
}

/** A node with the chat protocol. `start()` ends with the node. */
export class Dchat {
  readonly p2p: P2p
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
    const { clock, logger, store } = deps
    this.p2p = P2p.create(options.settings, { ...deps.p2p, clock, logger: logger.child('net') })
    this.#broadcaster = new Broadcaster(this.p2p)
    this.p2p.protocols.register(
      SESSION_DEFAULT,
      (channel) =>
        new ProtocolDchat(channel, {
          rateLimit: () => this.rateLimit,
          receive: (from, text) => this.#receive(from, text),
          whenRoom: (resume) => this.#roomWaiters.push(resume),
        }),
    )
    this.p2p.events.subscribe('connected', (channel) => {
      if (isPeerSession(channel.info.session)) this.#doubles.add(channel)
    })
    this.p2p.events.subscribe('closed', (channel) => this.#doubles.remove(channel))
    store.onDrain(() => this.#resumeReading())
  }

  /** Queries the seeds, then runs until `stop()`. @throws {NetError} as `P2p.start` and `P2p.run` */
  async start(): Promise<void> {
    try {
      await this.p2p.start()
    } catch (error) {
      if (isNetError(error, 'NET_STOPPED')) return
      throw error
    }
    await this.p2p.run()
  }

  stop(): Promise<void> {
    this.#isClosed = true
    return this.p2p.stop()
  }

  /**
   * Stores an own line durably, then broadcasts it. Peers that do not read fast enough get it later, and the delivery
   * grows then.
   * @throws {StoreError} when it could not be stored: nothing is sent then
   */
  async send(outgoing: Outgoing): Promise<SentLine> {
    const { store, clock } = this.#deps
    const { text, kind, nick, wireText } = outgoing
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
    const { written, late } = this.#broadcaster.broadcast(wireText)
    let delivery: Delivery = { state: 'sent', written, held: 0 }
    if (written > 0) store.setDelivery(stored.seq, delivery)
    const everywhere = Promise.all(
      late.map(async (sending) => {
        if (!(await sending)) return
        delivery = { ...delivery, written: delivery.written + 1 }
        if (!this.#isClosed) store.setDelivery(stored.seq, delivery)
      }),
    )
    return { message: written > 0 ? { ...stored, delivery } : stored, everywhere: everywhere.then(() => {}) }
  }

  #receive(channel: Channel, text: string): boolean {
    const { clock, store } = this.#deps
    if (this.#doubles.isDouble(channel, text, clock.monotonicMs())) return true
    channel.noteUseful()
    const received = clock.nowMs()
    return store.add({
      ...UNSIGNED,
      kind: 'text',
      nick: null,
      from: channel.info.url,
      text,
      received,
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

/** What all lines of this version have in common. */
const UNSIGNED: Pick<NewMessage, 'id' | 'room' | 'authorKey' | 'time'> = {
  id: null,
  room: SHARED_ROOM,
  authorKey: null,
  time: null,
}
