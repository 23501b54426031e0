/** What the honest neighbours of a node are told and tell: see honest-process.ts. */
import { Child } from './child.ts'
import type { Target } from './attack.ts'

export interface HonestTask {
  readonly target: Target
  /** The RPC socket of the node. */
  readonly rpcSocket: string
  /** Those of two daemons that are its peers. */
  readonly friendSockets: readonly [string, string]
}

export const PROBES = ['ping', 'chat', 'rpc', 'newcomer'] as const
/**
 * `ping`: of a raw peer to the pong; `chat`: a line from one friend through the node to the other; `rpc`: the method ping;
 * `newcomer`: from the first dial of a peer nobody has seen to the end of the version exchange, over TCP and TLS in turn.
 */
export type Probe = (typeof PROBES)[number]

/**
 * Gives what came since the last report. `newcomers`: once three more of them were let in, or somebody met what nobody should.
 * `settle`: begins nothing new any more, and waits for what is under way first.
 */
export type HonestOrder = { readonly want: 'take' | 'newcomers' | 'settle' }

export interface HonestReport {
  /** In ms, in the order in which they ended. */
  readonly samples: Readonly<Record<Probe, readonly number[]>>
  /** What no honest peer may meet, in words. */
  readonly faults: readonly string[]
  /** Lines that were said, since the start, and those of them that have not arrived. */
  readonly said: number
  readonly missing: number
}

export class HonestPeers extends Child<HonestOrder, HonestReport> {
  /** Resolves once all of them are connected. */
  static async start(within: readonly string[], task: HonestTask): Promise<HonestPeers> {
    const peers = new HonestPeers(new URL('honest-process.ts', import.meta.url), { within, task })
    try {
      await peers.ask({ want: 'take' })
      return peers
    } catch (error) {
      await peers[Symbol.asyncDispose]()
      throw error
    }
  }
}

export function emptySamples(): Record<Probe, number[]> {
  return { ping: [], chat: [], rpc: [], newcomer: [] }
}
