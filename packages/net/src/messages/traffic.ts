/** Counts messages and bytes by command. What is counted once a message is a field of an object at hand: no look-up, no call. */

export interface TrafficCount {
  /** How many. */
  messages: number
  /** Of whole frames. */
  bytes: number
}

/** One direction of a node. Commands are those this node knows, so there are few; all others are counted as `other`. */
export class TrafficTable {
  /** Messages of commands that nobody takes here. Their bytes are not counted. */
  readonly other: TrafficCount = { messages: 0, bytes: 0 }
  readonly #counts = new Map<string, TrafficCount>()

  /** The count of a command that this node knows. @internal */
  of(command: string): TrafficCount {
    const known = this.#counts.get(command)
    if (known !== undefined) return known
    const count = { messages: 0, bytes: 0 }
    this.#counts.set(command, count)
    return count
  }

  /** By command, and `other`. */
  entries(): [command: string, count: Readonly<TrafficCount>][] {
    return [...this.#counts, ['other', this.other]]
  }
}
