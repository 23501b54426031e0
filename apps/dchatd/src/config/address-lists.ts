/** Where a node listens and whom it knows: the address lists of `[net]` and of its profiles, or what wins over them all. */
import { listWarnings, placedList, readKeys } from '@dchat/config'
import type { PlacedList, Places, TomlTable } from '@dchat/config'
import { acceptWarnings, checkTogether } from '@dchat/daemon'
import type { AcceptAddress } from '@dchat/daemon'
import { isDialableScheme } from '@dchat/net'
import type { Settings, TransportTable } from '@dchat/net'
import { ADDRESS_KEYS } from './net-keys.ts'
import type { AddressValues } from './net-keys.ts'

export interface AddressLists {
  readonly settings: Pick<Settings, 'externalAddrs' | 'inbound' | 'peers' | 'seeds'>
  readonly warnings: readonly string[]
}

interface Dialling {
  readonly settings: Settings
  readonly transports: TransportTable
}

/**
 * Reads the lists: those of `[net]` and of its profiles added up, or that of a flag or variable for `[net]` alone.
 * @param profiles the tables that count
 * @throws {ConfigError} for an address that will not do, and for two that cannot be listened on together
 */
export function readAddressLists(
  net: TomlTable,
  profiles: readonly TomlTable[],
  dialling: Dialling & { readonly places: Places },
): AddressLists {
  const tables = [net, ...profiles].map((table) => ({ table, values: readKeys(table, ADDRESS_KEYS, dialling.places) }))
  const lists = <K extends keyof AddressValues>(key: K): PlacedList<AddressValues[K][number]>[] => {
    const counting = net.isOverridden(key) ? tables.slice(0, 1) : tables
    return counting.map(({ table, values }) => placedList<AddressValues[K][number]>(table, key, values[key]))
  }
  const [inbound, external, peers, seeds] = [lists('inbound'), lists('external_addrs'), lists('peers'), lists('seeds')]
  checkTogether(inbound)
  const { activeProfiles } = dialling.settings
  const whyNever = (url: string): string | undefined => whyNeverDialled(url.slice(0, url.indexOf(':')), dialling)
  return {
    settings: {
      inbound: inbound.flatMap(({ items }) => items.flatMap(({ url }) => url ?? [])),
      externalAddrs: external.flatMap(({ items }) => items),
      peers: peers.flatMap(({ items }) => items),
      seeds: seeds.flatMap(({ items }) => items),
    },
    warnings: [
      ...inbound.flatMap((list) => acceptWarnings(list)),
      ...inbound.flatMap((list) => listWarnings(list, (address) => whyOdd(address, activeProfiles))),
      ...[...peers, ...seeds].flatMap((list) => listWarnings(list, whyNever)),
    ],
  }
}

/** A transport that is listened on, and not among those in use: a slip more often than not. */
function whyOdd({ scheme, url }: AcceptAddress, activeProfiles: readonly string[]): string | undefined {
  if (url === undefined || activeProfiles.includes(scheme)) return undefined
  return `${scheme} is not in active_profiles: listened on all the same`
}

function whyNeverDialled(scheme: string, { settings, transports }: Dialling): string | undefined {
  if (isDialableScheme(scheme, settings, transports)) return undefined
  if (!transports.has(scheme)) return `${scheme} is not available in this version: never dialled`
  return settings.mixedProfiles.includes(scheme)
    ? `${scheme} is in mixed_profiles, and nothing that could carry it is in active_profiles: never dialled`
    : `${scheme} is not in active_profiles: never dialled`
}
