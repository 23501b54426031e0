/** How a network of default nodes fills its slots, from nothing, and what graph comes out. */
import { DEFAULT_SETTINGS } from '@dchat/net'
import { Simulation, filledSlots, graphFigures } from '@dchat/net/testing'
import type { GraphFigures, SimulatedNode, TrafficSum } from '@dchat/net/testing'

export interface NetworkRunOptions {
  readonly nodes: number
  readonly seed: number
  /** At least 1. @default 8 */
  readonly outbound?: number
  /** @default 8 */
  readonly inbound?: number
  /** Nodes that start in a minute, evenly. @default 100 */
  readonly arrivals?: number
  /** The run ends earlier when 99 % of the nodes have all their slots filled, a minute after the last one started. */
  readonly limitMs: number
}

/** Simulated milliseconds from the start of the first node to a share being filled; undefined where it was not. */
export interface TimesToShare {
  readonly half: number | undefined
  readonly ninety: number | undefined
  readonly ninetyNine: number | undefined
}

export interface NetworkReport {
  /** The share of all outbound slots that have a peer. */
  readonly slotTimes: TimesToShare
  /** The share of nodes that have a peer in each outbound slot. */
  readonly nodeTimes: TimesToShare
  /** From its own start to a node having a peer in each outbound slot, for shares of the nodes. */
  readonly waits: TimesToShare
  readonly tookMs: number
  readonly slotShare: number
  readonly nodeShare: number
  /** Nodes that run and have an outbound slot without a peer. */
  readonly lacking: number
  /** Nodes whose turn to start had not come. */
  readonly notStarted: number
  /** Inbound places of running nodes that nobody has taken. */
  readonly freeInbound: number
  readonly graph: GraphFigures
  readonly messages: number
  readonly bytes: number
  readonly byCommand: ReadonlyMap<string, TrafficSum>
  readonly dials: number
}

const ARRIVALS = 100
export const SEEDS = 2
/** What whoever runs a seed for many newcomers sets; lilith's default of 15 s lets 8 nodes a minute in. */
export const SEED_REFINERY_MS = 1_000
const SAMPLE_MS = 1_000
/** The last node to start has its peers by then, or waits for places. */
const SETTLE_MS = 60_000

/** Two seeds that only answer, and their addresses. */
export async function startSeeds(simulation: Simulation): Promise<string[]> {
  const seeds = Array.from({ length: SEEDS }, () => simulation.addSeed({ greylistRefineryIntervalMs: SEED_REFINERY_MS }))
  for (const seed of seeds) seed.start()
  await simulation.advance(SAMPLE_MS)
  return seeds.map(({ url }) => url)
}

export async function runNetwork(options: NetworkRunOptions): Promise<NetworkReport> {
  const { outbound = DEFAULT_SETTINGS.outboundConnections, inbound = DEFAULT_SETTINGS.inboundConnections } = options
  await using simulation = new Simulation({ seed: options.seed })
  const seeds = await startSeeds(simulation)
  const settings = { seeds, outboundConnections: outbound, inboundConnections: inbound }
  const nodes = Array.from({ length: options.nodes }, () => simulation.add(settings))
  const arrivalMs = 60_000 / (options.arrivals ?? ARRIVALS)
  simulation.startAll(nodes, nodes.length * arrivalMs)
  const startMs = simulation.clock.monotonicMs()
  const slots = new ShareClock()
  const full = new ShareClock()
  const waits = new Map<number, number>()
  let tookMs = 0
  const settledMs = nodes.length * arrivalMs + SETTLE_MS
  while ((full.times.ninetyNine === undefined || tookMs < settledMs) && tookMs < options.limitMs) {
    await simulation.advance(SAMPLE_MS)
    tookMs = simulation.clock.monotonicMs() - startMs
    const filled = nodes.map(filledSlots)
    slots.note(filled.reduce((sum, count) => sum + count, 0) / (outbound * nodes.length), tookMs)
    for (const [index, slotCount] of filled.entries()) {
      if (slotCount === outbound && !waits.has(index)) waits.set(index, tookMs - index * arrivalMs)
    }
    full.note(filled.filter((count) => count === outbound).length / nodes.length, tookMs)
  }
  const { traffic, network } = simulation
  const up = nodes.filter(({ p2p }) => p2p !== undefined)
  return {
    slotTimes: slots.times,
    nodeTimes: full.times,
    waits: shares([...waits.values()], nodes.length),
    slotShare: slots.share,
    nodeShare: full.share,
    tookMs,
    lacking: up.filter((node) => filledSlots(node) < outbound).length,
    notStarted: nodes.length - up.length,
    freeInbound: up.reduce((sum, node) => sum + inbound - takenInbound(node), 0),
    graph: graphFigures(nodes),
    messages: traffic.messages,
    bytes: network.counts.bytes,
    byCommand: traffic.byCommand,
    dials: network.counts.dials,
  }
}

function takenInbound(node: SimulatedNode): number {
  return (node.p2p?.peerCount ?? 0) - filledSlots(node)
}

/** How long the quickest half, and so on, of `count` took; the others are not in `values`. */
function shares(values: readonly number[], count: number): TimesToShare {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number): number | undefined => sorted[Math.ceil(share * count) - 1]
  return { half: at(0.5), ninety: at(0.9), ninetyNine: at(0.99) }
}

/** When a share was first reached. */
class ShareClock {
  share = 0
  #times: TimesToShare = { half: undefined, ninety: undefined, ninetyNine: undefined }

  get times(): TimesToShare {
    return this.#times
  }

  note(share: number, atMs: number): void {
    this.share = share
    const { half, ninety, ninetyNine } = this.#times
    const reached = (known: number | undefined, wanted: number): number | undefined =>
      known ?? (share >= wanted ? atMs : undefined)
    this.#times = { half: reached(half, 0.5), ninety: reached(ninety, 0.9), ninetyNine: reached(ninetyNine, 0.99) }
  }
}
