/** What happened on a simulated network: a hash of every event, and sums by command. */
import { createHash } from 'node:crypto'
import type { Clock } from '@dchat/system'
import type { DialFate, NetworkTap } from '../transports/memory.ts'
import type { Parcel } from '../transports/memory-link.ts'
import { eachFrame } from './each-frame.ts'

/** Events are gathered to so many characters before they are hashed. */
const BATCH_CHARS = 64 * 1024

/** One hash over all events in their order, with their times and bytes: two runs are the same when their hashes are. */
export class Trace implements NetworkTap {
  readonly #clock: Clock
  readonly #hash = createHash('sha256')
  #text = ''
  #events = 0

  /** @internal */
  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** How many events there were. */
  get events(): number {
    return this.#events
  }

  /** The hash so far, in hexadecimal. */
  get digest(): string {
    this.#flush()
    return this.#hash.copy().digest('hex')
  }

  /** Adds an event of another kind. */
  note(event: string): void {
    this.#events += 1
    this.#text += `${this.#clock.monotonicMs()} ${event}\n`
    if (this.#text.length > BATCH_CHARS) this.#flush()
  }

  /** Adds a dial. */
  dialled(fromHost: string, url: string, fate: DialFate): void {
    this.note(`${fromHost} dials ${url}: ${fate}`)
  }

  /** Adds a parcel. */
  sent(fromHost: string, toHost: string, parcel: Parcel): void {
    const bytes = parcel.kind === 'data' ? parcel.bytes.toString('latin1') : ''
    this.note(`${fromHost} to ${toHost} ${parcel.kind} ${bytes}`)
  }

  #flush(): void {
    this.#hash.update(this.#text)
    this.#text = ''
  }
}

/** A sum of messages. */
export interface TrafficSum {
  /** How many. */
  messages: number
  /** Of whole frames. */
  bytes: number
}

/** Messages and bytes by command. What is not whole frames in one write counts as `(other)`. */
export class Traffic implements NetworkTap {
  /** By the name on the wire. */
  readonly byCommand: Map<string, TrafficSum> = new Map()

  /** Dials are not counted. */
  dialled(): void {}

  /** Counts what is in a parcel. */
  sent(_fromHost: string, _toHost: string, parcel: Parcel): void {
    if (parcel.kind === 'data') this.#count(parcel.bytes)
  }

  /** Messages of all commands. */
  get messages(): number {
    let sum = 0
    for (const { messages } of this.byCommand.values()) sum += messages
    return sum
  }

  #count(bytes: Buffer): void {
    const rest = eachFrame(bytes, ({ command, start, end }) => this.#add(command, end - start))
    if (rest > 0) this.#add('(other)', rest)
  }

  #add(command: string, bytes: number): void {
    const known = this.byCommand.get(command)
    if (known === undefined) {
      this.byCommand.set(command, { messages: 1, bytes })
      return
    }
    known.messages += 1
    known.bytes += bytes
  }
}
