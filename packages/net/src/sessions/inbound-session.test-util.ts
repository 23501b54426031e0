/** A node with few inbound places, and peers that dial it. */
import { string, struct } from '@dchat/serial'
import { defineMessage } from '../messages/message.ts'
import { NO_METERING } from '../metering.ts'
import { LocalNet } from '../testing/local-net.ts'
import { dialRaw } from '../testing/raw-peer.ts'
import type { RawPeer } from '../testing/raw-peer.ts'

export const OTHER = 'tcp://20.9.0.1:7/'
export const ALONE = { outboundConnections: 0 }
export const line = defineMessage({
  name: 'line',
  maxBytes: 10,
  meteringScore: 0,
  metering: NO_METERING,
  codec: struct({ text: string }),
  oversize: { skipMaxBytes: 1_000_000 },
})

export const dial = (net: LocalNet, url: string, host = '30.0.0.1'): Promise<RawPeer> =>
  net.settle(dialRaw(net.network.transport(host), url, { clock: net.clock }))

export async function greeted(net: LocalNet, url: string, host?: string): Promise<RawPeer> {
  const peer = await dial(net, url, host)
  peer.greet()
  await net.clock.advance(1)
  return peer
}
