/** A protocol that tells and learns addresses, over real hosts. */
import { MemoryLogger, SeededRandom, silentLogger } from '@dchat/system'
import type { Channel } from '../channel.ts'
import { Hosts } from '../hosts/hosts.ts'
import { NodeCounts } from '../node-counts.ts'
import type { SessionFlag } from '../sessions/session-flags.ts'
import { makeSettings } from '../settings.ts'
import { ChannelPair } from '../testing/channel-pair.ts'
import type { ProtocolAddressDeps } from './protocol-address.ts'
import type { Protocol } from './protocol.ts'

export interface AddressWorld {
  readonly pair: ChannelPair
  readonly hosts: Hosts<Channel>
  readonly logger: MemoryLogger
  readonly counts: NodeCounts
}

export interface AddressWorldOptions {
  readonly session: SessionFlag
  readonly externalAddrs?: readonly string[]
  readonly make: (channel: Channel, deps: ProtocolAddressDeps) => Protocol
}

/** A channel on which the protocol has started and said its first words. */
export async function addressWorld({ session, externalAddrs = [], make }: AddressWorldOptions): Promise<AddressWorld> {
  const pair = await ChannelPair.create({ session })
  const deps = { clock: pair.clock, random: new SeededRandom(1), logger: silentLogger, isDialable: () => true }
  const hosts = new Hosts<Channel>(makeSettings({ externalAddrs }), deps)
  const [logger, counts] = [new MemoryLogger(), new NodeCounts()]
  const protocol = make(pair.channel, {
    hosts,
    logger,
    counts,
    externalAddrs: () => hosts.externalAddrs,
    getaddr: () => ({ max: 8, transports: ['tcp'] }),
  })
  pair.start()
  protocol.start()
  await pair.settle()
  return { pair, hosts, logger, counts }
}
