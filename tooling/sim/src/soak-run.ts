/** Twenty nodes that come and go for a week: nobody is banned, nothing grows, nobody stays alone. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { DEFAULT_PROFILE } from '@dchat/net'
import type { P2p } from '@dchat/net'
import { Simulation, graphFigures } from '@dchat/net/testing'
import type { SimulatedNode } from '@dchat/net/testing'

export interface SoakOptions {
  readonly days: number
  readonly seed: number
  /** Hashes every event. @default false */
  readonly isTraced?: boolean
}

/** What the network is made of at the end of a day. */
export interface SoakDay {
  readonly day: number
  readonly nodesUp: number
  readonly links: number
  readonly timers: number
  /** Of all nodes, what their registries know. */
  readonly hostsAtWork: number
  readonly hostsIdle: number
  /** Of all nodes, the length of all lists. */
  readonly listed: number
  readonly heapMiB: number
}

export interface SoakReport {
  readonly days: readonly SoakDay[]
  /** Bans of all nodes, also those that have ended. */
  readonly bans: number
  /** Starts of all nodes. */
  readonly starts: number
  /** Messages and dials. */
  readonly events: number
  /** After the last day, with churn and faults ended: nodes outside the largest component. */
  readonly lonely: number
  /** Hosts that a registry holds as connected without a live channel, or as being moved; at the end. */
  readonly stuck: number
  /** After everything has stopped. */
  readonly openHandles: number
  readonly pendingTimers: number
  readonly hostsAtWork: number
  /** The hash of all events, where asked for. */
  readonly digest: string | undefined
}

export const SOAK_NODES = 20
/** Few enough slots that the twenty do not all know each other. */
const OUTBOUND = 3
const DAY_MS = 86_400_000
const CHURN = { meanUpMs: 4 * 3_600_000, meanDownMs: 300_000, deathShare: 0.3 }
const FAULTS = { dialLoss: 0.02, breaksPerHour: 0.1 }
/** Every 90 s, as over tor: pings are nine tenths of what happens in a week. */
const PROFILE = { ...DEFAULT_PROFILE, channelHeartbeatIntervalMs: 90_000 }
/** Time for the network to be whole again once churn and faults have ended. */
const CALM_MS = 3_600_000

export async function runSoak({ days, seed, isTraced = false }: SoakOptions): Promise<SoakReport> {
  const simulation = new Simulation({ seed, isTraced, ...FAULTS })
  const profiles = new Map([['tcp', PROFILE]])
  const seeds = Array.from({ length: 2 }, () => simulation.addSeed({ profiles }))
  for (const each of seeds) each.start()
  const settings = { seeds: seeds.map(({ url }) => url), outboundConnections: OUTBOUND, profiles }
  const nodes = Array.from({ length: SOAK_NODES }, () => simulation.add(settings))
  simulation.startAll(nodes, 60_000)
  simulation.churn(nodes, CHURN)
  const figures: SoakDay[] = []
  for (let day = 1; day <= days; day += 1) {
    await simulation.advance(DAY_MS)
    figures.push(await figuresOf(day, simulation))
  }
  await simulation.calm()
  for (const node of nodes) node.start()
  await simulation.advance(CALM_MS)

  const all = simulation.nodes.map(({ p2p }) => p2p!)
  const found = {
    days: figures,
    bans: all.reduce((sum, { hosts }) => sum + hosts.bans.saved().length, 0),
    starts: nodes.reduce((sum, { starts }) => sum + starts, 0),
    events: simulation.network.counts.dials + simulation.traffic.messages,
    lonely: nodes.length - graphFigures(nodes).largestComponent,
    stuck: all.reduce((sum, p2p) => sum + stuckHosts(p2p), 0),
  }
  await simulation.stop()
  return {
    ...found,
    openHandles: simulation.network.openHandles,
    pendingTimers: simulation.clock.pendingTimers,
    hostsAtWork: all.reduce((sum, p2p) => sum + hostsAtWork(p2p), 0),
    digest: simulation.trace?.digest,
  }
}

async function figuresOf(day: number, { nodes, network, clock }: Simulation): Promise<SoakDay> {
  const up = nodes.map(({ p2p }: SimulatedNode) => p2p).filter((p2p) => p2p !== undefined)
  const sum = (of: (p2p: P2p) => number): number => up.reduce((total, p2p) => total + of(p2p), 0)
  return {
    day,
    nodesUp: up.length,
    links: network.linkCount,
    timers: clock.pendingTimers,
    hostsAtWork: sum(hostsAtWork),
    hostsIdle: sum(({ hosts }) => hosts.registry.countIn('free') + hosts.registry.countIn('suspend')),
    listed: sum(({ hosts }) => [0, 1, 2, 3, 4].reduce((total, color) => total + hosts.container.size(color as 0), 0)),
    heapMiB: await heapMiB(),
  }
}

const AT_WORK = ['insert', 'refine', 'connect', 'connected', 'move'] as const

function hostsAtWork({ hosts }: P2p): number {
  return AT_WORK.reduce((sum, state) => sum + hosts.registry.countIn(state), 0)
}

function stuckHosts({ hosts }: P2p): number {
  const dead = [...hosts.registry.connected()].filter(([, channel]) => channel.isStopped)
  return dead.length + hosts.registry.countIn('insert') + hosts.registry.countIn('move')
}

/** What is left on the heap after whole collections, with time between for what follows from them. */
async function heapMiB(): Promise<number> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  for (let round = 0; round < 3; round += 1) {
    collect()
    await nextTurn()
  }
  return Math.round(process.memoryUsage().heapUsed / 2 ** 20)
}
