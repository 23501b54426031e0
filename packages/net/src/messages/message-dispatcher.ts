/** Takes the payloads of one command on one channel, meters and decodes them, and hands them to subscribers. */
import { Reader, SerialError } from '@dchat/serial'
import type { Clock, TaskScope, Timer } from '@dchat/system'
import { NetError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import { MeteringQueue } from '../metering.ts'
import type { MessageType } from './message.ts'
import { frameBytes } from './packet-writer.ts'
import type { TrafficCount } from './traffic.ts'

/** What a dispatcher needs of its channel. */
export interface DispatcherOwner {
  readonly clock: Clock
  /** Aborts when the channel stops. */
  readonly signal: AbortSignal
  /** A subscription is full: read nothing more of the channel until `release` was called as often. */
  hold(): void
  release(): void
  /** So many bytes of payloads wait in a subscription now, or no longer when negative: the owner bounds their sum. */
  noteWaiting(bytes: number): void
  /** Runs `work` in a later turn of the event loop, as work of the channel. @throws what it throws, or the channel's stop reason */
  inTurn<R>(work: () => R): Promise<R>
  /** A handler has thrown while no read of the channel was under way to tell. */
  fail(error: unknown): void
}

interface Waiting<T> {
  readonly message: T
  readonly byteLength: number
  readonly readyAtMs: number
}

/** What a subscription was made by. */
interface SubscriptionHome<T> {
  remove(subscription: MessageSubscription<T>): void
}

const NONE_WAITING: readonly never[] = []

/**
 * Takes a message and the size of its payload in bytes. Runs inside the read loop; what it throws ends its channel, and nothing
 * else: a NetError as the reason, anything else logged as an error.
 */
export type MessageHandler<T> = (message: T, byteLength: number) => void

/**
 * The messages of one command, in order, from the moment of subscribing until `close` or the channel's end.
 * Bounded: when it is full the channel stops reading. Either iterate, or set one handler.
 */
export class MessageSubscription<T> implements AsyncIterable<T> {
  readonly #owner: DispatcherOwner
  readonly #home: SubscriptionHome<T>
  #queue: readonly Waiting<T>[] = NONE_WAITING
  #isServing = false
  #handler: MessageHandler<T> | undefined
  #skipHandler: ((byteLength: number) => void) | undefined
  #waiter: { resolve: (message: T) => void; reject: (error: unknown) => void } | undefined
  #timer: Timer | undefined
  #holds = false
  #isClosed = false

  /** @internal */
  constructor(owner: DispatcherOwner, home: SubscriptionHome<T>) {
    this.#owner = owner
    this.#home = home
  }

  /** Whether a message waits for a reader. */
  get isWaiting(): boolean {
    return this.#queue.length > 0
  }

  /** Takes every message, those that waited first. The fast way: no promise a message. @throws TypeError when it has a reader */
  handle(handler: MessageHandler<T>): void {
    if (this.#handler !== undefined || this.#waiter !== undefined) throw new TypeError('subscription has a reader')
    this.#handler = handler
    this.#flush()
  }

  /** Hears the size of each payload that is too long and is skipped, before its bytes come. Runs inside the read loop. */
  handleSkipped(handler: (byteLength: number) => void): void {
    this.#skipHandler = handler
  }

  /** Called by the dispatcher: a payload is skipped. @internal */
  noteSkipped(byteLength: number): void {
    this.#skipHandler?.(byteLength)
  }

  /**
   * Gives every message to `server`, one after the other, each in a turn of the event loop of its own: the next waits in the
   * queue until the promise has settled. Runs in the tasks of the channel, which end when it throws. Holds nothing while no
   * message comes.
   */
  serve(tasks: Pick<TaskScope, 'spawn'>, server: (message: T) => Promise<void>): void {
    const serveOne = async (message: T): Promise<void> => {
      await server(message)
      this.#isServing = false
      if (this.#queue.length > 0) await this.#owner.inTurn(() => this.#flush())
    }
    this.handle((message) => {
      this.#isServing = true
      tasks.spawn(() => serveOne(message))
    })
  }

  /**
   * The next message.
   * @throws NetError the stop reason of the channel, when that ends first
   * @throws TypeError when it has a reader
   * @throws the signal's reason when `signal` aborts first; nothing is lost then
   */
  next(signal?: AbortSignal): Promise<T> {
    if (this.#handler !== undefined || this.#waiter !== undefined) throw new TypeError('subscription has a reader')
    const signals = signal === undefined ? [this.#owner.signal] : [this.#owner.signal, signal]
    return new Promise<T>((resolve, reject) => {
      const end = (): void => {
        for (const each of signals) each.removeEventListener('abort', onAbort)
        this.#waiter = undefined
      }
      const onAbort = (): void => {
        const aborted = signals.find((each) => each.aborted)!
        end()
        reject(aborted.reason as Error)
      }
      this.#waiter = {
        resolve: (message) => {
          end()
          resolve(message)
        },
        reject,
      }
      for (const each of signals) each.addEventListener('abort', onAbort, { once: true })
      this.#flush()
      if (this.#waiter !== undefined && signals.some((each) => each.aborted)) onAbort()
    })
  }

  /** Every message from now on, until `close` or the end of the channel, which ends the iteration with its reason. */
  async *[Symbol.asyncIterator](): AsyncIterator<T> {
    for (;;) yield await this.next()
  }

  /** Takes no more messages and drops those that wait. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#owner.noteWaiting(-this.#queue.reduce((sum, { byteLength }) => sum + byteLength, 0))
    this.#queue = NONE_WAITING
    this.#timer?.cancel()
    this.#updateHold()
    this.#home.remove(this)
  }

  /** Called by the dispatcher: the message is due `delayMs` from now. @internal */
  push(message: T, byteLength: number, delayMs: number): void {
    if (delayMs === 0 && this.#queue.length === 0 && this.#handler !== undefined && !this.#isServing) {
      this.#handler(message, byteLength)
      return
    }
    const last = this.#queue.at(-1)
    const readyAtMs = Math.max(last?.readyAtMs ?? 0, this.#owner.clock.monotonicMs() + delayMs)
    this.#queue = this.#queue.concat({ message, byteLength, readyAtMs })
    this.#owner.noteWaiting(byteLength)
    this.#flush()
  }

  /** Of many channels messages fall due at the same time. */
  #flushInTurn(): void {
    this.#owner.inTurn(() => this.#flush()).catch(() => {}) // a channel that has stopped has nothing to hand over
  }

  #flush(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    try {
      this.#handOver()
    } catch (error) {
      this.#owner.fail(error)
    }
    this.#updateHold()
  }

  /** Gives what is due to the reader, if there is one. */
  #handOver(): void {
    while (this.#queue.length > 0 && !this.#isServing && (this.#handler !== undefined || this.#waiter !== undefined)) {
      const first = this.#queue[0]!
      const waitMs = first.readyAtMs - this.#owner.clock.monotonicMs()
      if (waitMs > 0) {
        this.#timer = this.#owner.clock.setTimer(waitMs, () => this.#flushInTurn())
        return
      }
      this.#queue = this.#queue.length === 1 ? NONE_WAITING : this.#queue.slice(1)
      this.#owner.noteWaiting(-first.byteLength)
      if (this.#handler !== undefined) this.#handler(first.message, first.byteLength)
      else this.#waiter!.resolve(first.message)
    }
  }

  #updateHold(): void {
    const isFull = this.#queue.length >= LIMITS.SUBSCRIPTION_QUEUE_MESSAGES.value
    if (isFull === this.#holds) return
    this.#holds = isFull
    if (isFull) this.#owner.hold()
    else this.#owner.release()
  }
}

/** One message type on one channel. */
export class MessageDispatcher<T> {
  readonly type: MessageType<T>
  readonly commandBytes: Uint8Array
  readonly metering: MeteringQueue
  /** Payloads above the limit that were skipped. */
  skipped = 0
  /** Its channel takes the command no longer. */
  isRetired = false
  readonly #owner: DispatcherOwner
  readonly #received: TrafficCount
  #subscriptions: readonly MessageSubscription<T>[] = []

  /** @param received - counts what is dispatched */
  constructor(type: MessageType<T>, owner: DispatcherOwner, received: TrafficCount) {
    this.#received = received
    this.type = type
    this.commandBytes = type.commandBytes
    this.metering = new MeteringQueue(type.metering)
    this.#owner = owner
  }

  subscribe(): MessageSubscription<T> {
    const subscription = new MessageSubscription<T>(this.#owner, this)
    this.#subscriptions = this.#subscriptions.concat(subscription)
    return subscription
  }

  /** A payload of the command is skipped as it streams by. */
  noteSkipped(byteLength: number): void {
    this.skipped += 1
    for (const subscription of this.#subscriptions) subscription.noteSkipped(byteLength)
  }

  /** Called by a subscription that closes. */
  remove(subscription: MessageSubscription<T>): void {
    this.#subscriptions = this.#subscriptions.filter((each) => each !== subscription)
  }

  /** Whether a message waits in a subscription. */
  get isWaiting(): boolean {
    return this.#subscriptions.some((subscription) => subscription.isWaiting)
  }

  /** Ends all subscriptions, and takes nothing more. */
  retire(): void {
    this.isRetired = true
    this.close()
  }

  /** Ends all subscriptions: their timers are taken back. */
  close(): void {
    for (const subscription of this.#subscriptions) subscription.close()
  }

  /**
   * Decodes `bytes[start, end)`, which must be used up, and passes the message on.
   * @throws NetError NET_MESSAGE_UNDECODABLE
   */
  dispatch(bytes: Buffer, start: number, end: number): void {
    const received = this.#received
    received.messages += 1
    received.bytes += frameBytes(this.commandBytes.length, end - start)
    const message = this.#decode(bytes, start, end)
    const { meteringScore } = this.type
    let delayMs = 0
    if (meteringScore > 0 && this.metering.configuration.threshold > 0) {
      const nowMs = this.#owner.clock.monotonicMs()
      this.metering.push(meteringScore, nowMs)
      delayMs = this.metering.sleepMs(nowMs)
    }
    const subscriptions = this.#subscriptions
    for (let index = 0; index < subscriptions.length; index += 1) subscriptions[index]!.push(message, end - start, delayMs)
  }

  #decode(bytes: Buffer, start: number, end: number): T {
    try {
      const reader = new Reader(bytes, start, end)
      const message = this.type.codec.decode(reader)
      reader.expectEnd()
      return message
    } catch (error) {
      if (!(error instanceof SerialError)) throw error
      throw new NetError(
        'NET_MESSAGE_UNDECODABLE',
        { command: this.type.name, reason: error.code },
        { fault: 'peer', cause: error },
      )
    }
  }
}

/**
 * The node-wide rule: more live score than all thresholds together is a flood.
 * @throws NetError NET_METERING_EXCEEDED
 */
export function checkMetering(dispatchers: readonly Pick<MessageDispatcher<never>, 'metering'>[], nowMs: number): void {
  let score = 0
  let maxScore = 0
  for (const { metering } of dispatchers) {
    score += metering.total(nowMs)
    maxScore += metering.configuration.threshold
  }
  if (score > maxScore) throw new NetError('NET_METERING_EXCEEDED', { score, maxScore }, { fault: 'peer' })
}
