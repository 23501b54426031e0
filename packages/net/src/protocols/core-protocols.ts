/** The protocols every node speaks, and on which sessions. Source: docs/node.md, *Protocols*. */
import type { Logger, Random } from '@dchat/system'
import type { Channel } from '../channel.ts'
import type { GetaddrMessage } from '../messages/core-messages.ts'
import type { NodeCounts } from '../node-counts.ts'
import { SESSION_DEFAULT, SessionFlag } from '../sessions/session-flags.ts'
import { channelProfile } from '../settings.ts'
import type { NetworkProfile, Settings } from '../settings.ts'
import { ProtocolAddress } from './protocol-address.ts'
import type { AddressBook } from './protocol-address.ts'
import { ProtocolPing } from './protocol-ping.ts'
import type { ProtocolRegistry } from './protocol-registry.ts'
import { ProtocolSeed } from './protocol-seed.ts'

export interface CoreProtocolDeps {
  readonly settings: Settings
  readonly hosts: AddressBook & { readonly externalAddrs: readonly string[] }
  readonly random: Random
  readonly logger: Logger
  readonly counts: Pick<NodeCounts, 'dropped'>
  getaddr(): GetaddrMessage
}

export function registerCoreProtocols(registry: ProtocolRegistry, deps: CoreProtocolDeps): void {
  const { settings, hosts, random, logger, counts } = deps
  const profile = (channel: Channel): NetworkProfile => channelProfile(settings, channel.info)
  const address = { hosts, logger, counts, externalAddrs: () => hosts.externalAddrs, getaddr: () => deps.getaddr() }
  registry.register(
    SESSION_DEFAULT | SessionFlag.Seed,
    (channel) =>
      new ProtocolPing(channel, {
        random,
        get profile() {
          return profile(channel)
        },
      }),
  )
  registry.register(SESSION_DEFAULT, (channel) => new ProtocolAddress(channel, address))
  registry.register(SessionFlag.Seed, (channel) => new ProtocolSeed(channel, { ...address, profile: profile(channel) }))
}
