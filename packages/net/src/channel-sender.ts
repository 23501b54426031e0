/** The sending half of a channel: metering, back-pressure, and the end of a peer that does not read. Wire: docs/wire.md, *Metering*. */
import { sleep } from '@dchat/system'
import type { Clock, Timer } from '@dchat/system'
import type { Dnet, DnetChannel } from './dnet.ts'
import { NetError } from './errors.ts'
import { LIMITS } from './limits.ts'
import type { MessageType } from './messages/message.ts'
import type { PacketWriter } from './messages/packet-writer.ts'
import { MeteringQueue } from './metering.ts'
import { SendQueue } from './send-queue.ts'
import type { TransportStream } from './transports/transport.ts'

export interface ChannelSenderDeps {
  readonly clock: Clock
  readonly dnet: Dnet
  readonly packets: PacketWriter
  readonly stream: TransportStream
  /** The channel, as dnet names it. */
  readonly chan: DnetChannel
  /** Aborts when the channel stops; the reason comes out of whatever waits here. */
  readonly signal: AbortSignal
  /** The peer took next to nothing for too long. */
  onStalled(error: NetError): void
}

/** The sends of one metered command: each waits for those before it, and then for the pause that metering asks for. */
interface MeteredLine {
  readonly command: string
  readonly metering: MeteringQueue
  waiting: number
  /** Settles, never rejecting, when the last of them has. */
  last: Promise<void>
}

const SENDS_WAITING = LIMITS.SENDS_WAITING.value
const STALL_MS = LIMITS.CHANNEL_STALL_MS.value
/** Of one span. */
const STALL_LEAST_BYTES = (LIMITS.STALL_BYTES_PER_SEC.value * STALL_MS) / 1_000

export class ChannelSender {
  readonly #deps: ChannelSenderDeps
  readonly #queue: SendQueue
  /** Of each command that was sent and is metered: six at most, where a map would take more than it saves. */
  #lines: readonly MeteredLine[] = []
  /** Sends of commands that are not metered, waiting for the drain. */
  #waiting = 0
  #sentMessages = 0
  #drainWaiters: (() => void)[] = []
  #stallTimer: Timer | undefined

  constructor(deps: ChannelSenderDeps) {
    this.#deps = deps
    this.#queue = new SendQueue(deps)
  }

  /** Added and not yet handed to the network, in bytes. */
  get queuedBytes(): number {
    return this.#queue.queuedBytes
  }

  /** Added so far. */
  get sentMessages(): number {
    return this.#sentMessages
  }

  /** Handed to the network so far, in bytes. */
  get sentBytes(): number {
    return this.#queue.sentBytes
  }

  /** As `Channel.waitingSends`. */
  get waitingSends(): number {
    return this.#lines.reduce((sum, { waiting }) => sum + waiting, this.#waiting)
  }

  /** As `Channel.post`. */
  post<T>(type: MessageType<T>, value: T): boolean {
    if (type.metering.threshold > 0) throw new TypeError(`${type.name} is metered: use send()`)
    if (this.#deps.signal.aborted || this.#isFull()) return false
    this.#afterAdd(type.name, this.#queue.addMessage(type, value))
    return true
  }

  /** As `Channel.postFrame`. */
  postFrame(frame: Buffer, command: string): boolean {
    if (this.#deps.signal.aborted || this.#isFull()) return false
    this.#afterAdd(command, this.#queue.addFrame(frame))
    return true
  }

  /** As `Channel.postMeteredFrame`. */
  postMeteredFrame<T>(frame: Buffer, type: MessageType<T>): boolean {
    const line = this.#lineOf(type)
    if (this.#deps.signal.aborted || line.waiting >= SENDS_WAITING) return false
    void this.#sendInLine(line, type, () => this.#queue.addFrame(frame)) // fails with the channel alone
    return true
  }

  /** As `Channel.send`. */
  send<T>(type: MessageType<T>, value: T): Promise<void> {
    const sent = this.#send(type, value)
    sent.catch(() => {}) // for whoever does not look at it: a peer that goes must not harm him
    return sent
  }

  async #send<T>(type: MessageType<T>, value: T): Promise<void> {
    if (type.metering.threshold === 0) {
      if (this.#waiting === 0 && this.post(type, value)) return
      return this.#sendWhenDrained(type, value)
    }
    const line = this.#lineOf(type)
    this.#checkWaiting(line.waiting, type.name)
    return this.#sendInLine(line, type, () => this.#queue.addMessage(type, value))
  }

  /** As `Channel.drained`. */
  async drained(): Promise<void> {
    while (this.#isFull() && !this.#deps.signal.aborted) {
      await new Promise<void>((resolve) => this.#drainWaiters.push(resolve))
    }
    this.#deps.signal.throwIfAborted()
  }

  /** The stream has handed everything to the network. */
  onDrain(): void {
    this.#stallTimer?.cancel()
    this.#stallTimer = undefined
    this.#wakeDrainWaiters()
  }

  /** Hands what is queued to the stream, and takes nothing more. To be called once the signal has aborted. */
  close(): void {
    this.#stallTimer?.cancel()
    this.#wakeDrainWaiters()
    this.#queue.close()
  }

  /** @throws NetError NET_TOO_MANY_SENDS; the channel's stop reason */
  #checkWaiting(waiting: number, command: string): void {
    this.#deps.signal.throwIfAborted()
    if (waiting >= SENDS_WAITING) throw new NetError('NET_TOO_MANY_SENDS', { command, limit: SENDS_WAITING })
  }

  async #sendWhenDrained<T>(type: MessageType<T>, value: T): Promise<void> {
    this.#checkWaiting(this.#waiting, type.name)
    this.#waiting += 1
    try {
      do await this.drained()
      while (!this.post(type, value))
    } finally {
      this.#waiting -= 1
    }
  }

  #sendInLine<T>(line: MeteredLine, type: MessageType<T>, add: () => number): Promise<void> {
    line.waiting += 1
    const sent = line.last
      .then(() => this.#sendMetered(line.metering, type, add))
      .finally(() => {
        line.waiting -= 1
      })
    line.last = sent.catch(() => {}) // whoever sent it is told; the next is not concerned
    return sent
  }

  async #sendMetered<T>(metering: MeteringQueue, type: MessageType<T>, add: () => number): Promise<void> {
    const { clock, signal } = this.#deps
    signal.throwIfAborted()
    const sleepMs = 2 * metering.sleepMs(clock.monotonicMs())
    if (sleepMs > 0) await sleep(clock, sleepMs, signal)
    await this.drained()
    const bytes = add()
    metering.push(type.meteringScore, clock.monotonicMs())
    this.#afterAdd(type.name, bytes)
  }

  #lineOf({ name: command, metering }: Pick<MessageType<unknown>, 'name' | 'metering'>): MeteredLine {
    const known = this.#lines.find((line) => line.command === command)
    if (known !== undefined) return known
    const line: MeteredLine = { command, metering: new MeteringQueue(metering), waiting: 0, last: Promise.resolve() }
    this.#lines = this.#lines.concat(line)
    return line
  }

  #isFull(): boolean {
    return this.#queue.queuedBytes >= LIMITS.CHANNEL_SEND_QUEUE_BYTES.value
  }

  #afterAdd(command: string, bytes: number): void {
    const { dnet, chan } = this.#deps
    const sent = dnet.counts.sent.of(command)
    sent.messages += 1
    sent.bytes += bytes
    this.#sentMessages += 1
    if (dnet.isEnabled) dnet.publishTraffic('send', chan, command)
    if (this.#stallTimer === undefined && this.#isFull()) this.#watchStall()
  }

  /** From when the queue is full until it is empty, the peer has to get on with it within each span, or it is gone. */
  #watchStall(): void {
    const { clock, chan, signal } = this.#deps
    const sentBytes = this.#queue.sentBytes
    const stalledMs = STALL_MS
    this.#stallTimer = clock.setTimer(stalledMs, () => {
      this.#stallTimer = undefined
      if (signal.aborted || this.#queue.queuedBytes === 0) return
      if (this.#queue.sentBytes - sentBytes >= STALL_LEAST_BYTES) this.#watchStall()
      else
        this.#deps.onStalled(
          new NetError('NET_CHANNEL_STALLED', { channelId: chan.id, queuedBytes: this.queuedBytes, stalledMs }),
        )
    })
  }

  #wakeDrainWaiters(): void {
    const waiters = this.#drainWaiters
    this.#drainWaiters = []
    for (const wake of waiters) wake()
  }
}
