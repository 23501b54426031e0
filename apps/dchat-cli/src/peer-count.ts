import type { NodeInfo } from '@dchat/rpc'

/** Channels that carry messages; seed and refinery channels end by themselves. */
export function countPeers({ peers }: Pick<NodeInfo, 'peers'>): number {
  return peers.inbound + peers.outbound + peers.manual + peers.direct
}
