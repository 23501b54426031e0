/** Nodes that fetch history from each other, on a simulated network. */
import { hash } from 'node:crypto'
import { LocalNet } from '@dchat/net/testing'
import { openStore } from '@dchat/store'
import type { MessageStore } from '@dchat/store'
import { silentLogger } from '@dchat/system'
import { heldIds, holdPosts } from '../testing/held-posts.ts'
import type { RawPost } from '../testing/raw-post.ts'
import { RelayStage } from '../testing/relay-stage.ts'
import type { RelayStageOptions } from '../testing/relay-stage.ts'
import { HISTORY_LIMITS } from './history-limits.ts'
import { History } from './history.ts'
import type { HistoryHost, SyncProgress } from './history-peer.ts'

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR
export const JITTER_MS = HISTORY_LIMITS.REPAIR_JITTER_MS.value

interface NodeOptions extends RelayStageOptions {
  readonly dials?: readonly HistoryNode[]
  /** Rooms that are joined beside dchat. */
  readonly joins?: readonly string[]
}

/** A node, and what it told since it began. */
export interface HistoryNode {
  readonly stage: RelayStage
  readonly store: MessageStore
  /** Times of the posts that were stored, in order. */
  readonly stored: number[]
  readonly told: SyncProgress[]
}

/** Nodes on one network, stopped together; then nothing of them is left. */
export class Nodes implements AsyncDisposable {
  readonly net: LocalNet
  readonly all: HistoryNode[] = []

  constructor(seed = 1) {
    this.net = new LocalNet({ seed })
  }

  async add(posts: readonly RawPost[] = [], options: NodeOptions = {}): Promise<HistoryNode> {
    const { dials = [], joins = [], ...rest } = options
    const settings = { peers: dials.map(({ stage }) => stage.node.url), ...rest.settings }
    const { clock } = this.net
    const store = openStore({ path: ':memory:', clock, logger: silentLogger, quotas: rest.quotas ?? {} })
    for (const room of joins) await this.net.settle(store.rooms.join(room))
    await this.net.settle(holdPosts(store, posts))
    const stored: number[] = []
    store.posts.onCommitted((committed) => {
      for (const { post, fate } of committed) if (fate === 'stored') stored.push(post.time)
    })
    const told: SyncProgress[] = []
    const history = (host: HistoryHost): History =>
      new History({
        ...host,
        publishProgress: (progress) => {
          told.push(progress)
          host.publishProgress(progress)
        },
      })
    const stage = await RelayStage.open({ ...rest, net: this.net, settings, store, deps: { history, ...rest.deps } })
    const node = { stage, store, stored, told }
    this.all.push(node)
    return node
  }

  get nowMs(): number {
    return this.net.clock.nowMs()
  }

  advance(ms: number): Promise<void> {
    return this.net.clock.advance(ms)
  }

  /** Stops the parts of a node one after the other, in either order, and starts them again. */
  async restart({ stage }: HistoryNode, { isHistoryFirst }: { readonly isHistoryFirst: boolean }): Promise<void> {
    const parts = [() => stage.posts.stop(), () => stage.node.p2p.stop()]
    for (const stop of isHistoryFirst ? parts : parts.toReversed()) await this.net.settle(stop())
    stage.posts.start()
    await this.net.run(stage.node)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { stage } of this.all) await stage[Symbol.asyncDispose]()
    for (const { store } of this.all) await this.net.settle(store.close())
    const bans = this.all.flatMap(({ stage }) => stage.node.p2p.hosts.bans.list())
    if (this.net.clock.pendingTimers + bans.length > 0) {
      throw new Error(`${this.net.clock.pendingTimers} timers and ${bans.length} bans are left`)
    }
  }
}

/** How many ids there are, and a digest of them in their order. */
function digestOf(ids: readonly string[]): string {
  return `${ids.length} ${hash('sha256', ids.join())}`
}
export const held = ({ store }: HistoryNode, room = 'dchat'): string => digestOf(heldIds(store, room))
export const setOf = (posts: readonly RawPost[]): string =>
  digestOf(posts.toSorted((a, b) => a.time - b.time || a.id.compare(b.id)).map(({ hex }) => hex))
export const counts = ({ stage }: HistoryNode) => stage.posts.historyCounts
