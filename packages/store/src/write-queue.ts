/** What waits for the next commit: lines, who waits for them, and deliveries. */
import { MAX_QUEUED_BYTES, MAX_QUEUED_DELIVERIES, MAX_QUEUED_LINES, OVERFILL_FACTOR } from './limits.ts'
import type { Delivery, NewMessage, StoredMessage } from './message.ts'
import type { Batch } from './writer.ts'

/** Who waits for the line at `index` of the batch. */
export interface Waiter {
  readonly index: number
  readonly resolve: (message: StoredMessage) => void
  readonly reject: (error: Error) => void
}

export interface TakenBatch extends Batch {
  readonly waiters: readonly Waiter[]
  /** Somebody was told that the queue is full and waits to hear that it is not. */
  readonly wasRefusing: boolean
}

export class WriteQueue {
  #messages: NewMessage[] = []
  #sizes: number[] = []
  #bytes = 0
  #waiters: Waiter[] = []
  #deliveries = new Map<number, Delivery>()
  #isRefusing = false

  get lines(): number {
    return this.#messages.length
  }

  get deliveries(): number {
    return this.#deliveries.size
  }

  get hasWork(): boolean {
    return this.#messages.length > 0 || this.#deliveries.size > 0
  }

  get isFull(): boolean {
    return this.#messages.length >= MAX_QUEUED_LINES || this.#bytes >= MAX_QUEUED_BYTES
  }

  /** More than a feeder that heeds `isFull` can cause: write before taking more. */
  get isOverfull(): boolean {
    return (
      this.#messages.length >= OVERFILL_FACTOR * MAX_QUEUED_LINES ||
      this.#bytes >= OVERFILL_FACTOR * MAX_QUEUED_BYTES ||
      this.#deliveries.size >= OVERFILL_FACTOR * MAX_QUEUED_DELIVERIES
    )
  }

  /** Takes a line that counts for `bytes`. */
  push(message: NewMessage, bytes: number): void {
    this.#messages.push(message)
    this.#sizes.push(bytes)
    this.#bytes += bytes
  }

  /** `waiter` hears of the line that was pushed last. */
  awaitLast(waiter: Omit<Waiter, 'index'>): void {
    this.#waiters.push({ index: this.#messages.length - 1, resolve: waiter.resolve, reject: waiter.reject })
  }

  /** A later delivery of the same line replaces the earlier one. */
  putDelivery(seq: number, delivery: Delivery): void {
    this.#deliveries.set(seq, delivery)
  }

  /** Notes that a feeder was told to stop. */
  refuse(): void {
    this.#isRefusing = true
  }

  /** Hands everything out and is empty. */
  take(): TakenBatch {
    const batch = {
      messages: this.#messages,
      sizes: this.#sizes,
      waiters: this.#waiters,
      deliveries: this.#deliveries,
      wasRefusing: this.#isRefusing,
    }
    this.#messages = []
    this.#sizes = []
    this.#waiters = []
    this.#bytes = 0
    this.#deliveries = new Map()
    this.#isRefusing = false
    return batch
  }
}
