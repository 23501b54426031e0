/** What was said during a long run, by whom it has to be found, and what nodes turn out to hold of it. */
import type { Message } from '@dchat/rpc'

/** Numbers of the nodes that a line is for. */
export type Audience = ReadonlySet<number>

interface Saying {
  readonly text: string
  readonly audience: Audience
  /** Whether the daemon answered that it has it: from then on it must not be lost. */
  isPromised: boolean
}

/** What does not hold, a text for each line and node. */
export interface Shortcomings {
  /** Promised, and not there. */
  readonly missing: readonly string[]
  /** There more than once. */
  readonly doubled: readonly string[]
  /** Not as it was said, never said, or not meant for that node. */
  readonly strange: readonly string[]
  /** Not promised, and held by some of those it is for and not by others. */
  readonly uneven: readonly string[]
}

const MARK = /^line (\d+) /

/** What one node holds, as it told. */
export class Holdings {
  /** How often, by the number of the line. */
  readonly counts: Map<number, number> = new Map()
  /** Of lines that have another text than the one that was said under their number. */
  readonly changed: string[] = []
  /** Up to which `seq` it has told. */
  lastSeq = 0
  readonly #ledger: PostLedger

  constructor(ledger: PostLedger) {
    this.#ledger = ledger
  }

  /** Takes over lines that came after those it knows; those that nobody said during the run are left out. */
  take(messages: readonly Message[]): void {
    for (const { seq, text } of messages) {
      this.lastSeq = Math.max(this.lastSeq, seq)
      const number = MARK.exec(text)?.[1]
      if (number === undefined) continue
      if (this.#ledger.textOf(Number(number)) !== text) this.changed.push(text)
      this.counts.set(Number(number), (this.counts.get(Number(number)) ?? 0) + 1)
    }
  }
}

export class PostLedger {
  readonly #sayings: Saying[] = []

  /** How many lines daemons have promised to keep. */
  get promised(): number {
    return this.#sayings.filter(({ isPromised }) => isPromised).length
  }

  /** How often a promised line has to be found, counting each node it is for. */
  get owed(): number {
    return this.#sayings.reduce((sum, { isPromised, audience }) => sum + (isPromised ? audience.size : 0), 0)
  }

  /** Notes a line that is about to be said. @returns its number, and the text to say */
  saying(words: string, audience: Audience): { readonly number: number; readonly text: string } {
    const number = this.#sayings.length
    const text = `line ${number} ${words}`
    this.#sayings.push({ text, audience, isPromised: false })
    return { number, text }
  }

  /** The daemon has answered. */
  promise(number: number): void {
    this.#sayings[number]!.isPromised = true
  }

  textOf(number: number): string | undefined {
    return this.#sayings[number]?.text
  }

  /** Whether every promised line is wherever it has to be: what `compare` says at length. */
  isEverywhere(held: ReadonlyMap<number, Holdings>): boolean {
    const { missing, uneven } = this.compare(held)
    return missing.length + uneven.length === 0
  }

  /** @param held by the number of the node: all nodes that are in any audience */
  compare(held: ReadonlyMap<number, Holdings>): Shortcomings {
    const missing: string[] = []
    const doubled: string[] = []
    const uneven: string[] = []
    const strange = [...held].flatMap(([node, { changed }]) => changed.map((text) => `${text} at node ${node}`))
    for (const [number, { text, audience, isPromised }] of this.#sayings.entries()) {
      const lacking = [...audience].filter((node) => !held.get(node)!.counts.has(number))
      if (isPromised) missing.push(...lacking.map((node) => `${text} at node ${node}`))
      else if (lacking.length > 0 && lacking.length < audience.size) uneven.push(text)
      for (const [node, { counts }] of held) {
        const count = counts.get(number) ?? 0
        if (count > 1) doubled.push(`${text} at node ${node}`)
        if (count > 0 && !audience.has(node)) strange.push(`${text} at node ${node}`)
      }
    }
    return { missing, doubled, strange, uneven }
  }
}
