/** How posts reach a network whose nodes come and go and whose links fail: whom, by how many hops, at what cost. */
import { ChatSimulation, bodyFor } from '@dchat/chat/testing'
import type { ChatNode } from '@dchat/chat/testing'
import { graphFigures } from '@dchat/net/testing'
import type { GraphFigures } from '@dchat/net/testing'
import type { CommittedPost } from '@dchat/store'
import { SeededRandom, pick } from '@dchat/system'
import { ARRIVALS_POSTS, CHURN, startChatNetwork } from './chat-weather.ts'

export interface PostsRunOptions {
  readonly nodes: number
  readonly seed: number
  /** Of each size. */
  readonly posts: number
  /** Bytes of a post. @default 300 and 4,096 */
  readonly sizes?: readonly number[]
  /** Hears of each size as it is done. */
  readonly onSize?: (report: SizeReport) => void
}

/** Middle and worst of many figures. */
export interface Spread {
  readonly median: number
  readonly worst: number
}

/** Figures of posts of one size. */
export interface SizeReport {
  readonly bytes: number
  readonly posts: number
  /** Nodes that were up, and had a peer, from before a post was made until ten seconds later; summed over the posts. */
  readonly online: number
  /** Of these, the ones that had it by then. */
  readonly reached: number
  /** Of the others, the ones that had it a minute after it was made, or were down then. */
  readonly late: number
  readonly hops: Spread
  readonly delayMs: Spread
  /** Whole copies that a node is sent of one post: the mean, and the most that any node was sent. */
  readonly copies: { readonly mean: number; readonly worst: number }
  /** A node and post: bytes of the commands post, have and want, frames included. */
  readonly bytesANode: number
  /** A node and post: messages by command. */
  readonly haves: number
  readonly wants: number
}

export interface PostsReport {
  readonly nodes: number
  readonly sizes: readonly SizeReport[]
  readonly graph: GraphFigures
  /** Channels of a node, in the middle and at most. */
  readonly channels: Spread
  readonly starts: number
  readonly bans: number
  /** Bytes a node and minute that history cost: rooms, page, pageend, sync. */
  readonly historyBytes: number
  /** From the end of churn and faults until all nodes offered the same ids; undefined where they did not within half an hour. */
  readonly equalMs: number | undefined
}

/** Until then a post has reached who is online; it takes some seconds. */
const REACH_MS = 10_000
const LATE_MS = 60_000
const SETTLE_MS = 120_000
const EQUAL_LIMIT_MS = 30 * 60_000
const EQUAL_STEP_MS = 60_000

export async function runPosts(options: PostsRunOptions): Promise<PostsReport> {
  const { nodes: count, seed, posts, sizes = [300, 4_096] } = options
  await using network = await startChatNetwork({ nodes: count, seed, arrivals: ARRIVALS_POSTS })
  const { chat } = network
  const { simulation } = chat
  const nodes = chat.nodes
  simulation.churn(
    nodes.map(({ node }) => node),
    CHURN,
  )
  await chat.advance(SETTLE_MS)
  const graph = graphFigures(nodes.map(({ node }) => node))
  const channels = spreadOf(nodes.filter(({ isUp }) => isUp).map(({ node }) => node.p2p!.peerCount))
  const startMs = chat.clock.monotonicMs()
  const historyBefore = historySum(chat)
  const reports: SizeReport[] = []
  for (const bytes of sizes) {
    const report = await new SizeRun(chat, { seed, bytes, posts }).run()
    options.onSize?.(report)
    reports.push(report)
  }
  const minutes = (chat.clock.monotonicMs() - startMs) / 60_000
  const historyBytes = (historySum(chat) - historyBefore) / count / minutes
  const { bans } = chat
  const equalMs = await untilEqual(chat)
  const starts = nodes.reduce((sum, { node }) => sum + node.starts, 0)
  return { nodes: count, sizes: reports, graph, channels, starts, bans, historyBytes, equalMs }
}

/** Publishes posts of one size, one after the other, each in a room of its own so that none has parents. */
class SizeRun {
  readonly #chat: ChatSimulation
  readonly #options: { readonly seed: number; readonly bytes: number; readonly posts: number }
  readonly #random: SeededRandom
  readonly #hops: number[] = []
  readonly #delays: number[] = []
  readonly #copies: number[] = []
  #online = 0
  #reached = 0
  #late = 0

  constructor(chat: ChatSimulation, options: { seed: number; bytes: number; posts: number }) {
    this.#chat = chat
    this.#options = options
    this.#random = new SeededRandom(options.seed * 65_537 + options.bytes)
  }

  async run(): Promise<SizeReport> {
    const { bytes, posts } = this.#options
    const before = relaySums(this.#chat)
    for (let index = 0; index < posts; index += 1) await this.#one(index)
    const after = relaySums(this.#chat)
    const each = (value: number): number => value / this.#reached
    return {
      bytes,
      posts,
      online: this.#online,
      reached: this.#reached,
      late: this.#late,
      hops: spreadOf(this.#hops),
      delayMs: spreadOf(this.#delays),
      copies: { mean: this.#copies.reduce((sum, one) => sum + one, 0) / this.#copies.length, worst: Math.max(...this.#copies) },
      bytesANode: each(after.bytes - before.bytes),
      haves: each(after.haves - before.haves),
      wants: each(after.wants - before.wants),
    }
  }

  async #one(index: number): Promise<void> {
    const chat = this.#chat
    const online = chat.nodes.filter(({ isUp, node }) => isUp && node.p2p!.peerCount > 0)
    const runs = new Map(online.map((node) => [node, node.node.p2p]))
    const origin = pick(this.#random, online)!
    const arrivals = new Map<ChatNode, number>()
    let id: Buffer | undefined
    const startMs = chat.clock.monotonicMs()
    chat.onCommitted = (node: ChatNode, posts: readonly CommittedPost[]) => {
      for (const { post } of posts) {
        if (post.own && node === origin && post.kind === 0 && id === undefined) {
          id = post.id
          chat.spread.watch(id, hostOf(node))
        }
        if (id !== undefined && post.id.equals(id)) arrivals.set(node, chat.clock.monotonicMs() - startMs)
      }
    }
    const { bytes } = this.#options
    const room = `${bytes > 1_000 ? 'l' : 's'}${String(index).padStart(4, '0')}`
    await Promise.all([origin.say(bodyFor(bytes, room), room), chat.advance(REACH_MS)])
    const stayed = (node: ChatNode): boolean => node.node.p2p === runs.get(node)
    const there = online.filter(stayed)
    this.#online += there.length
    const missed = there.filter((node) => !arrivals.has(node))
    this.#reached += there.length - missed.length
    if (missed.length > 0) await chat.advance(LATE_MS - REACH_MS)
    this.#late += missed.filter((node) => arrivals.has(node) || !stayed(node)).length
    const { copies, hops } = chat.spread.take(id!)
    for (const node of there) {
      if (node === origin || !arrivals.has(node)) continue
      this.#delays.push(arrivals.get(node)!)
      this.#copies.push(copies.get(hostOf(node)) ?? 0)
      const hop = hops.get(hostOf(node))
      if (hop !== undefined) this.#hops.push(hop)
    }
    chat.onCommitted = () => {}
  }
}

async function untilEqual(chat: ChatSimulation): Promise<number | undefined> {
  await chat.simulation.calm()
  for (const { node } of chat.nodes) node.start()
  for (let tookMs = 0; tookMs <= EQUAL_LIMIT_MS; tookMs += EQUAL_STEP_MS) {
    if (new Set(chat.nodes.map(({ set }) => set.digest)).size === 1) return tookMs
    await chat.advance(EQUAL_STEP_MS)
  }
  return undefined
}

function hostOf({ node }: ChatNode): string {
  return node.host
}

function relaySums({ simulation }: ChatSimulation): { bytes: number; haves: number; wants: number } {
  const { byCommand } = simulation.traffic
  const bytes = ['post', 'have', 'want'].reduce((sum, command) => sum + (byCommand.get(command)?.bytes ?? 0), 0)
  return { bytes, haves: byCommand.get('have')?.messages ?? 0, wants: byCommand.get('want')?.messages ?? 0 }
}

function historySum({ simulation }: ChatSimulation): number {
  return ['rooms', 'page', 'pageend', 'sync'].reduce(
    (sum, command) => sum + (simulation.traffic.byCommand.get(command)?.bytes ?? 0),
    0,
  )
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  return { median: sorted[Math.floor(sorted.length / 2)] ?? 0, worst: sorted.at(-1) ?? 0 }
}
