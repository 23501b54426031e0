/** Reads which posts of plans (`fillPosts`) a node has stored. */
import type { DaemonNode } from '@dchat/e2e'

const PAGE_LINES = 1_000

export class PlanReader {
  /** How often each was found, by id. */
  readonly times: Map<string, number> = new Map()
  readonly #node: DaemonNode
  readonly #names: readonly string[]
  #lastSeq = 0

  /** @param names of the plans */
  constructor(node: DaemonNode, names: readonly string[]) {
    this.#node = node
    this.#names = names
  }

  /** Posts that were found more than once. */
  get doubled(): number {
    return [...this.times.values()].filter((times) => times > 1).length
  }

  /** Reads on from where it was. @returns how many of the plans there are */
  async readOn(): Promise<number> {
    const { messages } = await this.#node.client.call('chat.history', { since: this.#lastSeq, limit: PAGE_LINES })
    for (const { seq, id, text } of messages) {
      this.#lastSeq = seq
      if (id !== null && this.#names.some((name) => text.startsWith(`${name} `)))
        this.times.set(id, (this.times.get(id) ?? 0) + 1)
    }
    return this.times.size
  }
}
