/** A node that has no slots, and hosts for it to dial. */
import { LIMITS } from '../limits.ts'
import type { Settings } from '../settings.ts'
import { LocalNet } from '../testing/local-net.ts'
import type { LocalNode } from '../testing/local-net.ts'

export const A = 'tcp://30.0.0.1:1/'
export const B = 'tcp://31.0.0.1:1/'
export const DEAD = 'tcp://32.0.0.1:1/'
export const RETRY_MS = LIMITS.DIRECT_RETRY_MS.value

export async function run(net: LocalNet, settings: Partial<Settings> = {}): Promise<LocalNode> {
  const node = net.add({
    inbound: [],
    externalAddrs: [],
    outboundConnections: 0,
    greylistRefineryIntervalMs: 3_600_000,
    ...settings,
  })
  await net.run(node)
  return node
}

export const code = (work: Promise<unknown>): Promise<unknown> =>
  work.catch((error: unknown) => (error as { code?: string }).code ?? error)
