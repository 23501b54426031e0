/** What a daemon was given, what it promised and what it has: its word over many starts. */
import type { Message } from '@dchat/rpc'
import type { LineWitness } from './load.ts'

export class LineBook implements LineWitness {
  /** All that was ever sent, acknowledged or not. */
  readonly #sent = new Set<string>()
  /** Those that were not looked for yet. */
  readonly #promises = new Map<number, string>()
  #promised = 0
  #missing = 0
  #doubled = 0
  /** What was read back, by number. */
  readonly #stored = new Map<number, string>()
  readonly #storedTexts = new Set<string>()
  /** What is wrong, the first few. */
  readonly #faults: string[] = []
  #lastSeq = 0

  /** Up to where it was read back. */
  get lastSeq(): number {
    return this.#lastSeq
  }

  /** Numbers that were promised. */
  get promises(): number {
    return this.#promised
  }

  /** Lines that were promised and were not there, or were others, when they were looked for. */
  get missing(): number {
    return this.#missing
  }

  /** Lines that were there twice. */
  get doubled(): number {
    return this.#doubled
  }

  get stored(): number {
    return this.#stored.size
  }

  get faults(): readonly string[] {
    return this.#faults
  }

  /** Notes a text as sent. @returns it */
  sending(text: string): string {
    this.#sent.add(text)
    return text
  }

  promised(seq: number, text: string): void {
    const known = this.#promises.get(seq) ?? this.#stored.get(seq)
    if (known !== undefined && known !== text) this.#fault(`seq ${seq} was given to "${known}", then to "${text}"`)
    if (known === undefined) this.#promised += 1
    this.#promises.set(seq, text)
  }

  /** Takes what the daemon stored after `lastSeq`, all of it and in order. */
  readBack(messages: readonly Message[]): void {
    for (const { seq, text } of messages) {
      if (seq <= this.#lastSeq) this.#fault(`seq ${seq} stands after ${this.#lastSeq}`)
      if (!this.#sent.has(text)) this.#fault(`nobody sent "${text}"`)
      if (this.#storedTexts.has(text)) {
        this.#doubled += 1
        this.#fault(`"${text}" is there twice, again as ${seq}`)
      }
      this.#lastSeq = seq
      this.#stored.set(seq, text)
      this.#storedTexts.add(text)
    }
    for (const [seq, text] of this.#promises) {
      const stored = this.#stored.get(seq)
      if (stored === text) continue
      this.#missing += 1
      this.#fault(`"${text}" was promised as ${seq}; there is ${JSON.stringify(stored)}`)
    }
    this.#promises.clear()
  }

  /** Compares all that the daemon has with what was read back before. */
  checkAll(messages: readonly Message[]): void {
    if (messages.length !== this.#stored.size) this.#fault(`${messages.length} lines are left of ${this.#stored.size}`)
    for (const { seq, text } of messages) {
      if (this.#stored.get(seq) !== text) this.#fault(`seq ${seq} was "${this.#stored.get(seq)}" and is "${text}"`)
    }
  }

  #fault(what: string): void {
    if (this.#faults.length < 20) this.#faults.push(what)
  }
}
