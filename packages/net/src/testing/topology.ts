/** Who is connected to whom, and what that graph is like. */
import { parseUrl } from '@dchat/serial'
import { SessionFlag } from '../sessions/session-flags.ts'
import type { SimulatedNode } from './simulated-node.ts'

/** What the graph of a network is like. */
export interface GraphFigures {
  /** Nodes that are up. */
  readonly nodes: number
  /** Pairs of nodes with at least one channel. */
  readonly edges: number
  /** Groups of nodes that reach each other. */
  readonly components: number
  /** Nodes in the largest of them. */
  readonly largestComponent: number
  /** The longest of all shortest ways within the largest component, in hops. */
  readonly diameter: number
}

/** For each node (up, in order) the places of its peers in `nodes`; both ways, each once. Channels to others are left out. */
export function peersOf(nodes: readonly SimulatedNode[]): number[][] {
  const places = new Map(nodes.map(({ host }, index) => [host, index]))
  const peers = nodes.map(() => new Set<number>())
  for (const [index, { p2p }] of nodes.entries()) {
    for (const { info } of p2p?.peers ?? []) {
      // A channel that came in is known to its dialler too.
      const place = info.session === SessionFlag.Inbound ? undefined : places.get(parseUrl(info.url).host ?? '')
      if (place === undefined || nodes[place]!.p2p === undefined) continue
      peers[index]!.add(place)
      peers[place]!.add(index)
    }
  }
  return peers.map((each) => [...each])
}

/** Looks at the channels between nodes that are up. */
export function graphFigures(nodes: readonly SimulatedNode[]): GraphFigures {
  const up = nodes.filter(({ p2p }) => p2p !== undefined)
  const peers = peersOf(up)
  const all = components(peers)
  const largest = all.reduce<readonly number[]>((most, each) => (each.length > most.length ? each : most), [])
  const diameter = largest.reduce((longest, start) => Math.max(longest, distances(peers, start).depth), 0)
  const edges = peers.reduce((sum, each) => sum + each.length, 0) / 2
  return { nodes: up.length, edges, components: all.length, largestComponent: largest.length, diameter }
}

function components(peers: readonly number[][]): number[][] {
  const seen = new Set<number>()
  const found: number[][] = []
  for (const start of peers.keys()) {
    if (seen.has(start)) continue
    const { reached } = distances(peers, start)
    for (const each of reached) seen.add(each)
    found.push(reached)
  }
  return found
}

/** Everything that can be reached from `start`, and how far the farthest of it is. */
function distances(peers: readonly number[][], start: number): { reached: number[]; depth: number } {
  const depths = new Map([[start, 0]])
  const reached = [start]
  let depth = 0
  for (const each of reached) {
    depth = depths.get(each)!
    for (const next of peers[each]!) {
      if (depths.has(next)) continue
      depths.set(next, depth + 1)
      reached.push(next)
    }
  }
  return { reached, depth }
}

/** How many outbound slots of a node have a peer. */
export function filledSlots({ p2p }: SimulatedNode): number {
  return p2p?.outboundSlots.filter((channelId) => channelId !== 0).length ?? 0
}
