/** What makes the channels of a node, in both directions. */
import type { Clock, Logger, Random } from '@dchat/system'
import { Acceptor } from './acceptor.ts'
import { ChannelMaker } from './channel-maker.ts'
import { Connector } from './connector.ts'
import type { Dnet } from './dnet.ts'
import type { PacketWriter } from './messages/packet-writer.ts'
import type { ResourceManager } from './resources/resource-manager.ts'
import { profileOf } from './settings.ts'
import type { Settings } from './settings.ts'
import { dialEndpoints } from './transports/mixing.ts'
import type { TransportTable } from './transports/transport.ts'

export interface ChannelSourcesDeps {
  /** Changes in place. */
  readonly settings: Settings
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly dnet: Dnet
  readonly packets: PacketWriter
  readonly resources: ResourceManager
  readonly transports: TransportTable
  /** Whether a channel has the id already. */
  isTaken(id: number): boolean
}

export function makeChannelSources(deps: ChannelSourcesDeps): { acceptor: Acceptor; connector: Connector } {
  const { settings, clock, logger, transports, dnet } = deps
  const channelMaker = new ChannelMaker({ ...deps, magic: settings.magicBytes })
  const made = { transports, makeChannel: channelMaker.make.bind(channelMaker) }
  const connector = new Connector({
    ...made,
    clock,
    logger,
    counts: dnet.counts,
    endpointsOf: (url) => dialEndpoints(url, settings, transports),
    isLocalnet: () => settings.localnet,
    profileOf: (scheme) => profileOf(settings, scheme),
  })
  return { acceptor: new Acceptor(made), connector }
}
