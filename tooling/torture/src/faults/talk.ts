/** What daemons say to each other in an experiment, and whether every line is everywhere, once. */
import { until } from '@dchat/e2e'
import type { DaemonNode } from '@dchat/e2e'

/** Over all nodes. */
export interface Losses {
  /** Lines that a node does not have. */
  readonly missing: number
  /** Lines that a node has more than once. */
  readonly doubled: number
}

export class Talk {
  readonly #nodes: readonly DaemonNode[]
  readonly #rooms: readonly string[]
  /** Ids of the posts. */
  readonly #said: string[] = []
  /** When each text was given to its node; monotonic. */
  readonly #saidMs = new Map<string, number>()
  /** What `isEverywhere` has read of each node. */
  readonly #read = new Map<DaemonNode, { seq: number; readonly ids: Set<string> }>()

  private constructor(nodes: readonly DaemonNode[], rooms: readonly string[]) {
    this.#nodes = nodes
    this.#rooms = rooms
  }

  /** Has `nodes` join `rooms`. An author may write 60 posts a minute in each: more than one where more are written. */
  static async among(nodes: readonly DaemonNode[], rooms: readonly string[] = ['weather']): Promise<Talk> {
    for (const node of nodes) for (const room of rooms) await node.client.call('chat.join', { room })
    return new Talk(nodes, rooms)
  }

  /** Lines that were said so far. */
  get count(): number {
    return this.#said.length
  }

  /** Has `node` say a line in each room. @param words what stands in it beside its number */
  async say(node: DaemonNode, words = ''): Promise<void> {
    for (const room of this.#rooms) {
      const text = `line ${this.#said.length} ${words}`.trimEnd()
      this.#saidMs.set(text, performance.now())
      const { id } = await node.client.call('chat.send', { text, room })
      this.#said.push(id!)
    }
  }

  /** Notes how long lines of others take to `node`. @returns what was noted so far, in ms */
  async watch(node: DaemonNode): Promise<() => number[]> {
    const delays: number[] = []
    node.client.onNotification((method, params) => {
      const { message } = params as { message?: { text: string } }
      const saidMs = this.#saidMs.get(message?.text ?? '')
      if (method === 'chat.message' && saidMs !== undefined) delays.push(performance.now() - saidMs)
    })
    await node.client.call('chat.subscribe', {})
    return () => delays
  }

  /** Of all that was said so far. */
  async losses(): Promise<Losses> {
    let [missing, doubled] = [0, 0]
    for (const node of this.#nodes) {
      const times = new Map<string, number>()
      for (const { id } of await node.history()) if (id !== null) times.set(id, (times.get(id) ?? 0) + 1)
      missing += this.#said.filter((id) => !times.has(id)).length
      doubled += [...times.values()].filter((count) => count > 1).length
    }
    return { missing, doubled }
  }

  /**
   * Waits until every node has stored every line; of each node only what is new to us is read, so that looking slows nobody.
   * @returns after how many ms; undefined when it has not within `timeoutMs`
   */
  async isEverywhere(timeoutMs: number): Promise<number | undefined> {
    const startMs = performance.now()
    try {
      await Promise.all(this.#nodes.map((node) => until('it has every line', () => this.#hasAll(node), { timeoutMs })))
      return performance.now() - startMs
    } catch {
      return undefined
    }
  }

  async #hasAll(node: DaemonNode): Promise<boolean> {
    const read = this.#read.get(node) ?? { seq: 0, ids: new Set<string>() }
    this.#read.set(node, read)
    for (const { id, seq } of await node.history(read.seq)) {
      read.seq = seq
      if (id !== null) read.ids.add(id)
    }
    return this.#said.every((id) => read.ids.has(id))
  }
}

/** Of the peers that a node has, in order of their ids. */
export async function channelIds(node: DaemonNode): Promise<number[]> {
  const { channels } = await node.client.call('p2p.get_info', [])
  const peers = channels.filter(({ session }) => session !== 'seed' && session !== 'refine')
  return peers.map(({ id }) => id).toSorted((a, b) => a - b)
}

/** How many of the channels of `before` a node has no longer. */
export async function lostChannels(node: DaemonNode, before: readonly number[]): Promise<number> {
  const now = await channelIds(node)
  return before.filter((id) => !now.includes(id)).length
}
