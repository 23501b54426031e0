/** Makes nodes whose world is a memory network and a clock. */
import { parseUrl } from '@dchat/serial'
import type { Clock, Logger, Random } from '@dchat/system'
import { P2p } from '../p2p.ts'
import type { Settings } from '../settings.ts'
import type { MemoryNetwork } from '../transports/memory.ts'

export interface MemoryWorld {
  readonly clock: Clock
  readonly network: MemoryNetwork
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

/** A node at rest that listens at `url` and says so; settings override that. */
export function makeNode(
  own: { readonly url: string; readonly random: Random; readonly logger: Logger },
  settings: Partial<Settings>,
  { clock, network }: MemoryWorld,
): P2p {
  const { url, random, logger } = own
  const transports = new Map([['tcp', network.transport(parseUrl(url).host!)]])
  return P2p.create({ inbound: [url], externalAddrs: [url], ...settings }, { clock, random, logger, transports })
}
