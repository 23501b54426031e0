/** One live connection to a peer: frames in, frames out, and an end. Wire: docs/wire.md, *Frame* and *Metering*. */
/* oxlint-disable max-lines -- Longer than 400 lines because it is the life of a channel, whose reading, sending and stopping change one state; frames, queue and deadlines are classes of their own. */
import type { Clock, Logger, Timer } from '@dchat/system'
import { TaskScope } from '@dchat/system'
import { ChannelSender } from './channel-sender.ts'
import type { Dnet, DnetChannel } from './dnet.ts'
import { NetError, isNetError } from './errors.ts'
import { FrameDeadline } from './frame-deadline.ts'
import { LIMITS } from './limits.ts'
import type { VersionMessage } from './messages/core-messages.ts'
import { fitsType } from './messages/message.ts'
import type { AnyMessageType, MessageType } from './messages/message.ts'
import { MessageDispatcher, checkMetering } from './messages/message-dispatcher.ts'
import type { MessageSubscription } from './messages/message-dispatcher.ts'
import { PacketReader } from './messages/packet-reader.ts'
import type { PacketWriter } from './messages/packet-writer.ts'
import type { ChannelLoad, ChannelLoadFigures } from './resources/channel-load.ts'
import type { ResourceManager } from './resources/resource-manager.ts'
import { SessionFlag, sessionName } from './sessions/session-flags.ts'
import type { TransportStream } from './transports/transport.ts'

/** What a channel is, from its beginning to its end. */
export interface ChannelInfo {
  /** Random, not 0, fits 32 bits. */
  readonly id: number
  /** The peer's canonical address: as dialled, or the peer's socket address with the listener's scheme. */
  readonly url: string
  /** What was really dialled; null on inbound channels. */
  readonly resolvedUrl: string | null
  /** What made it. */
  readonly session: SessionFlag
}

export interface ChannelDeps {
  readonly clock: Clock
  readonly logger: Logger
  readonly dnet: Dnet
  readonly magic: Uint8Array
  readonly packets: PacketWriter
  readonly resources: ResourceManager
}

type AnyDispatcher = MessageDispatcher<never>

/**
 * A connection between two nodes. It reads from the version exchange on until it is stopped: by `stop`, by a fault, or by the peer. After the stop
 * nothing is delivered, `signal` is aborted with the reason, and `closed` resolves once the socket is gone.
 */
export class Channel {
  /** Whose it is, and what made it. */
  readonly info: ChannelInfo
  /** The node's clock. */
  readonly clock: Clock
  /** The peer's version message, once the version exchange was done. */
  peerVersion: VersionMessage | undefined
  /** What the peer's clock showed, in Unix ms, when our monotonic time was 0: as it told in its version message. @internal */
  peerClockMs: number | undefined
  /** Addresses that the peer told so far. @internal */
  toldAddrs = 0
  /** Monotonic time at which it was made, in milliseconds. */
  readonly startedMs: number
  /** The work of the channel's protocols; ends with the channel. */
  readonly tasks: TaskScope
  readonly #deps: ChannelDeps
  readonly #stream: TransportStream
  readonly #reader: PacketReader<AnyDispatcher>
  readonly #sender: ChannelSender
  readonly #load: ChannelLoad
  readonly #frameDeadline: FrameDeadline
  #dispatchers: readonly AnyDispatcher[] = []
  readonly #closed: Promise<void>
  readonly #chan: DnetChannel
  #resolveClosed: () => void = () => {}
  #pingMs: number | undefined
  #usefulMs: number | undefined
  #receivedBytes = 0
  #receivedMessages = 0
  #receivedMaxBytes = Infinity
  #waitingBytes = 0
  #waitingMaxBytes: number = LIMITS.CHANNEL_WAITING_BYTES.value
  #isFull = false
  #holds = 0
  #heldSinceMs = 0
  #heldTotalMs = 0
  #closeTimer: Timer | undefined
  #isStarted = false
  #isStreamClosed = false
  #areTasksEnded = false

  /** @internal */
  constructor(stream: TransportStream, info: ChannelInfo, deps: ChannelDeps) {
    this.info = info
    this.clock = deps.clock
    this.#deps = deps
    this.#stream = stream
    this.#chan = { addr: info.url, id: info.id }
    this.startedMs = deps.clock.monotonicMs()
    this.tasks = new TaskScope((error) => this.#onTaskFailure(error))
    this.#reader = new PacketReader(deps.magic, this)
    this.#sender = new ChannelSender({
      ...deps,
      stream,
      chan: this.#chan,
      signal: this.signal,
      onStalled: (error) => this.#stop(error),
    })
    this.#closed = new Promise((resolve) => {
      this.#resolveClosed = resolve
    })
    this.#load = deps.resources.track(this)
    this.#frameDeadline = new FrameDeadline(this, (error) => this.fail(error))
  }

  /** Aborts when the channel stops; the reason is `stopReason`. */
  get signal(): AbortSignal {
    return this.tasks.signal
  }

  /** Whether it has stopped, or is stopping. */
  get isStopped(): boolean {
    return this.tasks.isStopped
  }

  /** Why the channel stopped; undefined while it runs. */
  get stopReason(): NetError | undefined {
    return this.isStopped ? (this.tasks.signal.reason as NetError) : undefined
  }

  /** Resolves when the channel has stopped and its socket and tasks are gone. Never rejects. */
  get closed(): Promise<void> {
    return this.#closed
  }

  /** Messages added and not yet handed to the network, in bytes. */
  get queuedBytes(): number {
    return this.#sender.queuedBytes
  }

  /** Messages that wait for metering, or for the peer to read, before they are added. */
  get waitingSends(): number {
    return this.#sender.waitingSends
  }

  /** Messages that came so far, of commands that this node takes. */
  get receivedMessages(): number {
    return this.#receivedMessages
  }

  /** Bytes that came so far. */
  get receivedBytes(): number {
    return this.#receivedBytes
  }

  /** Whether the peer has sent anything, be it a part of a handshake below the frames. @internal */
  get hasReceived(): boolean {
    return this.#receivedBytes > 0 || this.#stream.hasReceived === true
  }

  /** Messages added so far, to be handed to the network. */
  get sentMessages(): number {
    return this.#sender.sentMessages
  }

  /** Bytes handed to the network so far. */
  get sentBytes(): number {
    return this.#sender.sentBytes
  }

  /** The shortest time from a ping to its pong so far, in milliseconds; undefined before the first. */
  get pingMs(): number | undefined {
    return this.#pingMs
  }

  /** A pong came, `ms` after its ping. @internal */
  notePong(ms: number): void {
    this.#pingMs = Math.min(this.#pingMs ?? ms, ms)
  }

  /** Monotonic time at which the peer last brought what this node wanted; undefined before that. @internal */
  get usefulMs(): number | undefined {
    return this.#usefulMs
  }

  /** The peer just brought what this node wanted: a merit when a full node chooses whom to drop. For protocols to say. */
  noteUseful(): void {
    this.#usefulMs = this.clock.monotonicMs()
  }

  /** What the channel costs this node just now. */
  get load(): ChannelLoadFigures {
    return this.#load.figures(this.clock.monotonicMs())
  }

  /**
   * Whether the version exchange of an inbound channel is under way: little may wait then, and more than PENDING_INBOUND_BYTES in
   * all end the channel as a fault of the peer. @default false
   * @internal
   */
  setEarly(isEarly: boolean): void {
    this.#receivedMaxBytes = isEarly ? LIMITS.PENDING_INBOUND_BYTES.value : Infinity
    this.#waitingMaxBytes = isEarly ? LIMITS.PENDING_WAITING_BYTES.value : LIMITS.CHANNEL_WAITING_BYTES.value
    this.noteWaiting(0)
  }

  /** Which frame is under way, counted from 1; 0 between frames. @internal */
  get frame(): number {
    return this.#reader.frame
  }

  /** Parts of frames that came and wait for their rest, and what came while reading is held, in bytes. @internal */
  get heldBytes(): number {
    return this.#reader.heldBytes
  }

  /** Starts reading. Subscribe before, or the first messages find no dispatcher. @internal */
  start(): void {
    if (this.#isStarted) return
    this.#isStarted = true
    this.#stream.open(this)
  }

  /**
   * Takes messages of `type` from now on. The first subscription to a type makes the channel accept its command.
   * @throws TypeError when the command is taken as another type, of the same name, already
   */
  subscribe<T>(type: MessageType<T>): MessageSubscription<T> {
    const known = this.#dispatchers.find((dispatcher) => dispatcher.type.name === type.name)
    const dispatcher = (known as unknown as MessageDispatcher<T> | undefined) ?? this.#newDispatcher(type)
    if (dispatcher.type !== type) throw new TypeError(`${type.name} is subscribed to as another message type`)
    if (known === undefined) this.#dispatchers = this.#dispatchers.concat(dispatcher as unknown as AnyDispatcher)
    return dispatcher.subscribe()
  }

  /**
   * Takes the commands of `types` no longer, as if nobody had ever subscribed to them: subscriptions are closed, their memory is
   * free, and the next message of them is an unknown command. What had come of them and was not handed to anybody counts as come now.
   * @throws NetError NET_UNKNOWN_COMMAND, fault 'peer', when something had come
   */
  unsubscribe(types: readonly Pick<AnyMessageType, 'name'>[]): void {
    const ending = this.#dispatchers.filter(({ type }) => types.some(({ name }) => name === type.name))
    this.#dispatchers = this.#dispatchers.filter((dispatcher) => !ending.includes(dispatcher))
    const early = ending.find((dispatcher) => dispatcher.isWaiting)
    for (const dispatcher of ending) dispatcher.retire()
    if (early !== undefined) this.unknown(early.type.name)
  }

  /**
   * Queues an unmetered message for the end of this turn of the event loop.
   * @returns false when the queue is full or the channel stopped: the message was not taken, wait for `drained`.
   * @throws TypeError for a metered type: use `send`
   */
  post<T>(type: MessageType<T>, value: T): boolean {
    return this.#sender.post(type, value)
  }

  /** As `post`, for a frame that `P2p.encodeFrame` made for many channels. @param command - the name of its message type */
  postFrame(frame: Buffer, command: string): boolean {
    return this.#sender.postFrame(frame, command)
  }

  /** As `postFrame`, for a metered type: waits for its turn. @returns false also when SENDS_WAITING of them wait */
  postMeteredFrame<T>(frame: Buffer, type: MessageType<T>): boolean {
    return this.#sender.postMeteredFrame(frame, type)
  }

  /**
   * Sends one message, held back by the metering of its command and by back-pressure. Messages of one command leave in the
   * order they were sent in, and so do all that are not metered; no command waits for the metering of another.
   * @throws NetError NET_TOO_MANY_SENDS at once when SENDS_WAITING wait, which who awaits each never meets;
   * NET_MESSAGE_TOO_LARGE; the channel's stop reason when it stops before the message was queued. A promise that nobody looks
   * at may reject without harm
   */
  send<T>(type: MessageType<T>, value: T): Promise<void> {
    return this.#sender.send(type, value)
  }

  /**
   * Resolves when the queue has room again, at once when it has.
   * @throws NetError the channel's stop reason
   */
  drained(): Promise<void> {
    return this.#sender.drained()
  }

  /** Reads nothing more until `release` was called as often as `hold`. The time is not counted against the peer's pongs. */
  hold(): void {
    this.#holds += 1
    if (this.#holds > 1) return
    this.#heldSinceMs = this.clock.monotonicMs()
    this.#reader.pause()
    this.#stream.pause()
  }

  /** Takes back one `hold`; with the last, reading goes on in a later turn of the event loop. */
  release(): void {
    this.#holds -= 1
    if (this.#holds > 0) return
    this.#heldTotalMs += this.clock.monotonicMs() - this.#heldSinceMs
    if (this.isStopped) return
    this.clock.defer(() => this.#resumeReading())
  }

  /** @internal */
  noteWaiting(bytes: number): void {
    this.#waitingBytes += bytes
    const isFull = this.#waitingBytes >= this.#waitingMaxBytes
    if (isFull === this.#isFull) return
    this.#isFull = isFull
    if (isFull) this.hold()
    else this.release()
  }

  /**
   * Runs `work` in a later turn of the event loop, when those who asked before have had theirs. It counts as work for the channel,
   * as reading does: for what messages of the peer cause later.
   * @throws what `work` throws; the channel's stop reason when it has stopped by then
   */
  inTurn<R>(work: () => R): Promise<R> {
    return this.#deps.resources.inTurn(this.#load, () => {
      this.signal.throwIfAborted()
      return work()
    })
  }

  /** How long reading was held so far, in milliseconds. */
  get heldMs(): number {
    return this.#heldTotalMs + (this.#holds > 0 ? this.clock.monotonicMs() - this.#heldSinceMs : 0)
  }

  /**
   * Ends the channel: what is queued is written out, then the socket closes. Idempotent; the first reason counts.
   * @returns `closed`
   */
  stop(reason?: NetError): Promise<void> {
    this.#stop(reason ?? new NetError('NET_CHANNEL_STOPPED', { channelId: this.info.id }))
    return this.#closed
  }

  /** As `stop`, without waiting for the peer: what the network does not take at once is lost. For channels that have little to say. */
  drop(reason: NetError): Promise<void> {
    this.#stop(reason)
    this.#stream.destroy()
    return this.#closed
  }

  /**
   * Ends the channel for what was met while messages were read or handled: a NetError is the reason; anything else is a
   * fault of a handler, logged as an error and the `cause` of a NET_CHANNEL_STOPPED.
   */
  fail(error: unknown): void {
    if (error instanceof NetError && !this.isStopped) {
      this.#deps.logger.debug('Channel broke the protocol', { channelId: this.info.id, addr: this.info.url, error })
    }
    this.#onTaskFailure(error)
  }

  // StreamHandler: called by the stream

  /** @internal */
  onData(chunk: Buffer): void {
    if (this.isStopped) return
    const { resources } = this.#deps
    resources.beforeRead(this.#load, chunk.length)
    const beganMs = resources.begin()
    try {
      this.#countReceived(chunk.length)
      if (!this.#reader.push(chunk)) this.#stream.pause()
      this.#frameDeadline.look()
    } catch (error) {
      this.fail(error)
    }
    resources.end(this.#load, beganMs, chunk.length)
  }

  /** @internal */
  onDrain(): void {
    this.#sender.onDrain()
  }

  /** @internal */
  onEnd(): void {
    this.#stop(new NetError('NET_CHANNEL_CLOSED_BY_PEER', { channelId: this.info.id }))
  }

  /** @internal */
  onClose(error: Error | undefined): void {
    this.#isStreamClosed = true
    const { id } = this.info
    const cause = error === undefined ? {} : { cause: error }
    this.#stop(isNetError(error) ? error : new NetError('NET_CHANNEL_CLOSED_BY_PEER', { channelId: id }, cause))
    this.#closeTimer?.cancel()
    this.#resolveIfGone()
  }

  // PacketSink: called by the reader, inside onData

  /** @internal */
  get targets(): readonly AnyDispatcher[] {
    return this.#dispatchers
  }

  /** @internal */
  unknown(command: string): void {
    this.#deps.dnet.counts.received.other.messages += 1
    if (this.#skipsUnknown) return
    throw new NetError('NET_UNKNOWN_COMMAND', { command }, { fault: 'peer' })
  }

  /** @internal */
  open(dispatcher: AnyDispatcher, length: number): boolean {
    if (fitsType(dispatcher.type, length, { isErrand: this.#skipsUnknown })) return true
    dispatcher.noteSkipped(length)
    return false
  }

  /** @internal */
  deliver(dispatcher: AnyDispatcher, bytes: Buffer, range: { start: number; end: number }): boolean {
    if (dispatcher.isRetired) {
      this.unknown(dispatcher.type.name) // its frame had begun before
      return true
    }
    this.#receivedMessages += 1
    if (this.#deps.dnet.isEnabled) this.#deps.dnet.publishTraffic('recv', this.#chan, dispatcher.type.name)
    try {
      dispatcher.dispatch(bytes, range.start, range.end)
    } catch (error) {
      if (!this.#skipsUnknown || !isNetError(error, 'NET_MESSAGE_UNDECODABLE')) throw error
      dispatcher.skipped += 1
    }
    if (dispatcher.type.meteringScore > 0 && !this.#skipsUnknown) checkMetering(this.#dispatchers, this.clock.monotonicMs())
    return this.#holds === 0 && !this.isStopped
  }

  /** Seed and refine channels are short errands: what they do not need is skipped, not punished. */
  get #skipsUnknown(): boolean {
    return this.info.session === SessionFlag.Seed || this.info.session === SessionFlag.Refine
  }

  #newDispatcher<T>(type: MessageType<T>): MessageDispatcher<T> {
    return new MessageDispatcher(type, this, this.#deps.dnet.counts.received.of(type.name))
  }

  #countReceived(bytes: number): void {
    this.#receivedBytes += bytes
    if (this.#receivedBytes <= this.#receivedMaxBytes) return
    throw new NetError('NET_HANDSHAKE_FLOOD', { channelId: this.info.id, maxBytes: this.#receivedMaxBytes }, { fault: 'peer' })
  }

  #resumeReading(): void {
    if (this.isStopped || this.#holds > 0) return
    this.#deps.resources.beforeRead(this.#load, this.#reader.heldBytes)
    if (this.#holds > 0) return
    const beganMs = this.#deps.resources.begin()
    try {
      if (this.#reader.resume()) this.#stream.resume()
      this.#frameDeadline.look()
    } catch (error) {
      this.fail(error)
    }
    this.#deps.resources.end(this.#load, beganMs, 0)
  }

  #onTaskFailure(error: unknown): void {
    if (error instanceof NetError) {
      this.#stop(error)
      return
    }
    this.#deps.logger.error('Protocol failed', { channelId: this.info.id, session: sessionName(this.info.session), error })
    this.#stop(new NetError('NET_CHANNEL_STOPPED', { channelId: this.info.id }, { cause: error }))
  }

  #stop(reason: NetError): void {
    if (this.isStopped) return
    const tasksEnded = this.tasks.stop(reason)
    for (const dispatcher of this.#dispatchers) dispatcher.close()
    this.#sender.close()
    this.#frameDeadline.stop()
    this.#deps.resources.close(this.#load)
    this.start()
    this.#stream.end()
    if (!this.#isStreamClosed) {
      this.#closeTimer = this.clock.setTimer(LIMITS.CHANNEL_CLOSE_MS.value, () => this.#stream.destroy())
    }
    void tasksEnded.then(() => {
      this.#areTasksEnded = true
      this.#resolveIfGone()
    })
  }

  /** Resolves `closed` once both the socket and the tasks are gone. */
  #resolveIfGone(): void {
    if (this.#isStreamClosed && this.#areTasksEnded) this.#resolveClosed()
  }
}
