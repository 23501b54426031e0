/** What a ban for an offence falls on. Facts: docs/node.md, *Hosts*, Ban. */
import { SCHEMES } from '../schemes.ts'
import { isGlobalHost } from './address-kind.ts'
import { endpointTarget, hostTarget } from './ban-target.ts'
import { endpointParts } from './endpoint.ts'

/** Who made the connection: the peer, or this node. */
export type BanDirection = 'inbound' | 'outbound'

export interface BanRuleFacts {
  readonly localnet: boolean
  /** Whether the host of a target has an address in gold or white. */
  isTrusted(target: string): boolean
}

/** Whether the host of an inbound channel stands for many peers: a Unix socket, the local proxy of an overlay network. */
export function isBehindProxy(url: string): boolean {
  const { scheme, host } = endpointParts(url)
  return host === null || (SCHEMES.get(scheme)?.host !== 'machine' && !isGlobalHost(host))
}

/**
 * The target, or undefined for what is never banned. Inbound: the host for all its ports, or only that port when the host is
 * trusted; never a Unix socket nor what the proxy of an overlay network brings in. Outbound: the endpoint.
 * Local hosts on localnet only.
 */
export function chooseBanTarget(url: string, how: BanDirection, facts: BanRuleFacts): string | undefined {
  const { host } = endpointParts(url)
  if (!facts.localnet && (host === null || !isGlobalHost(host))) return undefined
  if (how === 'outbound') return endpointTarget(url)
  if (host === null || isBehindProxy(url)) return undefined
  const target = hostTarget(host)
  return facts.isTrusted(target) ? endpointTarget(url) : target
}
