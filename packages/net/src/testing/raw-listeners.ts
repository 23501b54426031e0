/** Peers that listen and do as a test says, for nodes of a `LocalNet` that dial them. */
import { LocalNet } from './local-net.ts'
import { listenRaw } from './raw-peer.ts'
import type { RawListener } from './raw-peer.ts'

export const listenAt = (net: LocalNet, url: string): Promise<RawListener> =>
  net.settle(listenRaw(net.network.transport(url.slice(6, -3)), url, { clock: net.clock }))

/** Greets whoever has not been greeted. */
export async function greetAll(net: LocalNet, ...listeners: readonly RawListener[]): Promise<void> {
  await net.clock.advance(1)
  for (const peer of listeners.flatMap(({ peers }) => peers)) if (peer.commands.length === 1) peer.greet()
  await net.clock.advance(1)
}
