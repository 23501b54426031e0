/** How long the event loop of a daemon was kept from its next turn, as the daemon itself tells. */
import type { DaemonNode } from '@dchat/e2e'
import { readExposition } from '@dchat/e2e'

export interface LoopDelay {
  readonly p999Ms: number
  readonly maxMs: number
}

/** Since it was asked for last; nothing the first time. */
export async function loopDelay({ client }: DaemonNode): Promise<LoopDelay> {
  const families = readExposition(await client.call('node.metrics', []))
  const samples = families.find(({ name }) => name === 'dchat_event_loop_delay_seconds')?.samples ?? []
  const ms = (stat: string): number => (samples.find(({ labels }) => labels['stat'] === stat)?.value ?? 0) * 1_000
  return { p999Ms: ms('p999'), maxMs: ms('max') }
}
