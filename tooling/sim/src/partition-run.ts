/** Two halves of a network that cannot hear each other for an hour, each of them writing; then they can again. */
import type { ChatSimulation, ChatNode } from '@dchat/chat/testing'
import { SeededRandom, pick } from '@dchat/system'
import { CHURN, startChatNetwork } from './chat-weather.ts'

export interface PartitionRunOptions {
  readonly nodes: number
  readonly seed: number
  /** Of each half. */
  readonly posts: number
}

export interface PartitionReport {
  /** Posts that the halves held when they were let together, at the most of their nodes. */
  readonly held: readonly [number, number]
  /** From the healing until the first pair of peers across. */
  readonly firstLinkMs: number | undefined
  /** From the healing until all nodes that were up offered the same ids, those of both halves; undefined: not within an hour. */
  readonly convergedMs: number | undefined
  /** What all nodes offered then. */
  readonly posts: number
  /** From the end of churn and faults until all nodes, also those that had been down, offered the same. */
  readonly allEqualMs: number | undefined
  /** Bytes a node from the healing to `convergedMs`, by command. */
  readonly bytesANode: ReadonlyMap<string, number>
  readonly bans: number
}

const PARTITION_MS = 3_600_000
const STEP_MS = 5_000
const LIMIT_MS = 3_600_000

export async function runPartition({ nodes: count, seed, posts }: PartitionRunOptions): Promise<PartitionReport> {
  await using network = await startChatNetwork({ nodes: count, seed, arrivals: 60 })
  const { chat } = network
  const { simulation } = chat
  const random = new SeededRandom(seed * 31 + 7)
  simulation.churn(
    chat.nodes.map(({ node }) => node),
    CHURN,
  )
  const sides = new Map(chat.nodes.map(({ node }, index) => [node.host, index % 2]))
  // Seeds can be heard by both, as on the internet they seldom are: the harder case is the one without.
  simulation.conditions.partition((host) => sides.get(host) ?? 2)
  const halves = [0, 1].map((side) => chat.nodes.filter(({ node }) => sides.get(node.host) === side))
  for (let index = 0; index < posts; index += 1) {
    for (const half of halves)
      say(
        pick(
          random,
          half.filter(({ isUp }) => isUp),
        ),
        `${index}`,
      )
    await chat.advance(PARTITION_MS / posts)
  }
  const held = halves.map((half) => Math.max(...half.map(({ set }) => set.posts))) as [number, number]
  simulation.conditions.partition(undefined)
  const before = new Map([...simulation.traffic.byCommand].map(([command, { bytes }]) => [command, bytes]))
  const { firstLinkMs, convergedMs } = await converge(chat, sides)
  const bytesANode = new Map(
    [...simulation.traffic.byCommand].map(([command, { bytes }]) => [command, (bytes - (before.get(command) ?? 0)) / count]),
  )
  const { bans } = chat
  await simulation.calm()
  for (const { node } of chat.nodes) node.start()
  const allEqualMs = await equalAfter(chat, chat.nodes)
  return { held, firstLinkMs, convergedMs, posts: chat.nodes[0]!.set.posts, allEqualMs, bytesANode, bans }
}

function say(node: ChatNode | undefined, text: string): void {
  // A node that is stopped meanwhile says nothing, as its user would see.
  node?.say(text.padEnd(60, '.')).catch(() => {})
}

async function converge(
  chat: ChatSimulation,
  sides: ReadonlyMap<string, number>,
): Promise<Pick<PartitionReport, 'firstLinkMs' | 'convergedMs'>> {
  let firstLinkMs: number | undefined
  for (let tookMs = 0; tookMs <= LIMIT_MS; tookMs += STEP_MS) {
    const up = chat.nodes.filter(({ isUp }) => isUp)
    if (up.some((node) => hasPeerAcross(node, sides))) firstLinkMs ??= tookMs
    if (firstLinkMs !== undefined && areEqual(up)) return { firstLinkMs, convergedMs: tookMs }
    await chat.advance(STEP_MS)
  }
  return { firstLinkMs, convergedMs: undefined }
}

async function equalAfter(chat: ChatSimulation, nodes: readonly ChatNode[]): Promise<number | undefined> {
  for (let tookMs = 0; tookMs <= LIMIT_MS; tookMs += STEP_MS) {
    if (areEqual(nodes)) return tookMs
    await chat.advance(STEP_MS)
  }
  return undefined
}

function areEqual(nodes: readonly ChatNode[]): boolean {
  return new Set(nodes.map(({ set }) => set.digest)).size === 1
}

function hasPeerAcross({ node }: ChatNode, sides: ReadonlyMap<string, number>): boolean {
  return node.p2p!.peers.some(({ info }) => {
    const other = sides.get(new URL(info.url.replace('tcp:', 'http:')).hostname)
    return other !== undefined && other !== sides.get(node.host)
  })
}
