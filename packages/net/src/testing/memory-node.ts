/** Makes nodes whose world is a memory network and a clock. */
import { parseUrl } from '@dchat/serial'
import type { Clock, Logger, Random } from '@dchat/system'
import { P2p } from '../p2p.ts'
import type { WorkMeter } from '../resources/resource-manager.ts'
import type { Settings } from '../settings.ts'
import type { MemoryNetwork } from '../transports/memory.ts'

export interface MemoryWorld {
  readonly clock: Clock
  readonly network: MemoryNetwork
}

/** What is done to a node before its start, as a program does it: protocols registered, events subscribed to. */
export type SetUp = (p2p: P2p) => void

/** How a node of a network of tests is made. */
export interface NodeOptions {
  /** Called for every node that is made of these settings, before its start: for each start of a simulated one. */
  readonly setUp?: SetUp
  /** Says what work takes. @default the clock: no time */
  readonly workMeter?: WorkMeter | undefined
}

/** What a node made by `makeNode` does not share with others. */
export interface NodeParts extends NodeOptions {
  readonly url: string
  readonly random: Random
  readonly logger: Logger
}

/** The port nodes listen on, each at a host of its own. */
const PORT = 26_661
/** Below 100.64.0.0, where addresses are not public. */
const MAX_NODES = 80 * 256

/** What makes a node a seed: it only answers, as lilith does. Figures: docs/node.md, *Lilith's configuration*. */
export const SEED_SETTINGS: Partial<Settings> = {
  outboundConnections: 0,
  inboundConnections: 512,
  banPolicy: 'relaxed',
  externalAddrs: [],
}

/** The address of node number `index`, 0 to 20,479: public, and each in a network group of its own. */
export function publicUrl(index: number): string {
  if (index >= MAX_NODES) throw new RangeError(`at most ${MAX_NODES} nodes, got number ${index}`)
  return `tcp://${20 + (index >> 8)}.${index & 255}.0.1:${PORT}/`
}

/** A node at rest, set up, that listens at `url` and says so; settings override that. */
export function makeNode(own: NodeParts, settings: Partial<Settings>, { clock, network }: MemoryWorld): P2p {
  const { url, random, logger, workMeter } = own
  const transports = new Map([['tcp', network.transport(parseUrl(url).host!)]])
  const p2p = P2p.create({ inbound: [url], externalAddrs: [url], ...settings }, { clock, random, logger, transports, workMeter })
  own.setUp?.(p2p)
  return p2p
}
