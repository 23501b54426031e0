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
  /** The peer took nothing for too long. */
  onStalled(error: NetError): void
}

export class ChannelSender {
  readonly #deps: ChannelSenderDeps
  readonly #queue: SendQueue
  /** Of each command that was sent and is metered: six at most, where a map would take more than it saves. */
  #meterings: readonly { readonly command: string; readonly queue: MeteringQueue }[] = []
  #meteredSends: Promise<void> = Promise.resolve()
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

  /** Handed to the network so far, in bytes. */
  get sentBytes(): number {
    return this.#queue.sentBytes
  }

  /** As `Channel.post`. */
  post<T>(type: MessageType<T>, value: T): boolean {
    if (type.metering.threshold > 0) throw new TypeError(`${type.name} is metered: use send()`)
    if (this.#deps.signal.aborted || this.#isFull()) return false
    this.#queue.addMessage(type, value)
    this.#afterAdd(type.name)
    return true
  }

  /** As `Channel.postFrame`. */
  postFrame(frame: Buffer, command: string): boolean {
    if (this.#deps.signal.aborted || this.#isFull()) return false
    this.#queue.addFrame(frame)
    this.#afterAdd(command)
    return true
  }

  /** As `Channel.send`. */
  send<T>(type: MessageType<T>, value: T): Promise<void> {
    if (type.metering.threshold === 0) return this.#sendWhenDrained(type, value)
    const sent = this.#meteredSends.then(() => this.#sendMetered(type, value))
    this.#meteredSends = sent.catch(() => {}) // whoever sent it is told
    return sent
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

  async #sendWhenDrained<T>(type: MessageType<T>, value: T): Promise<void> {
    while (!this.post(type, value)) await this.drained()
  }

  async #sendMetered<T>(type: MessageType<T>, value: T): Promise<void> {
    const { clock, signal } = this.#deps
    signal.throwIfAborted()
    const metering = this.#meteringOf(type)
    const sleepMs = 2 * metering.sleepMs(clock.monotonicMs())
    if (sleepMs > 0) await sleep(clock, sleepMs, signal)
    await this.drained()
    metering.push(type.meteringScore, clock.monotonicMs())
    this.#queue.addMessage(type, value)
    this.#afterAdd(type.name)
  }

  #meteringOf({ name: command, metering }: Pick<MessageType<unknown>, 'name' | 'metering'>): MeteringQueue {
    const known = this.#meterings.find((each) => each.command === command)
    if (known !== undefined) return known.queue
    const queue = new MeteringQueue(metering)
    this.#meterings = this.#meterings.concat({ command, queue })
    return queue
  }

  #isFull(): boolean {
    return this.#queue.queuedBytes >= LIMITS.CHANNEL_SEND_QUEUE_BYTES.value
  }

  #afterAdd(command: string): void {
    const { dnet, chan } = this.#deps
    if (dnet.isEnabled) dnet.publishTraffic('send', chan, command)
    if (this.#stallTimer === undefined && this.#isFull()) this.#watchStall()
  }

  /** While the queue is full, the peer has to take something within each span, or it is gone. */
  #watchStall(): void {
    const { clock, chan, signal } = this.#deps
    const sentBytes = this.#queue.sentBytes
    const stalledMs = LIMITS.CHANNEL_STALL_MS.value
    this.#stallTimer = clock.setTimer(stalledMs, () => {
      this.#stallTimer = undefined
      if (signal.aborted || this.#queue.queuedBytes === 0) return
      if (this.#queue.sentBytes > sentBytes) this.#watchStall()
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
