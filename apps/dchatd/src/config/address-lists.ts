/** Where a node listens and whom it knows: the address lists of `[net]` and of its profiles, or of a flag in their place. */
import {
  acceptWarnings,
  checkTogether,
  listOfFlag,
  listOfTable,
  listWarnings,
  parseAcceptAddress,
  parseEndpoint,
  parseExternalAddress,
} from '@dchat/daemon'
import type { AcceptAddress, Parsed, PlacedList, TomlTable } from '@dchat/daemon'
import { isDialableScheme } from '@dchat/net'
import type { Settings, TransportTable } from '@dchat/net'
import type { DchatdFlags } from './flags.ts'

/** A list of addresses given by flag counts alone; those of the file are only looked at for mistakes. */
export type AddressFlags = Partial<Pick<DchatdFlags, 'accept' | 'external-addrs' | 'peers' | 'seeds'>>

/** The keys of a table that hold addresses. */
export const ADDRESS_KEYS: readonly string[] = ['inbound', 'external_addrs', 'peers', 'seeds']

export interface AddressLists {
  readonly settings: Pick<Settings, 'externalAddrs' | 'inbound' | 'peers' | 'seeds'>
  readonly warnings: readonly string[]
}

interface ListSpec<T> {
  readonly key: string
  readonly flag: keyof AddressFlags
  readonly parse: (text: string) => Parsed<T>
}

/**
 * Reads the lists, those of all `tables` added up.
 * @throws {ConfigError} {FlagError} for an address that will not do, and for two that cannot be listened on together
 */
export function readAddressLists(
  tables: readonly TomlTable[],
  flags: AddressFlags,
  dialling: { readonly settings: Settings; readonly transports: TransportTable },
): AddressLists {
  const lists = <T>({ key, flag, parse }: ListSpec<T>): PlacedList<T>[] => {
    const ofFile = tables.map((table) => listOfTable(table, key, parse))
    const texts = flags[flag]
    return texts === undefined ? ofFile : [listOfFlag(flag, texts, parse)]
  }
  const inbound = lists({ key: 'inbound', flag: 'accept', parse: parseAcceptAddress })
  const external = lists({ key: 'external_addrs', flag: 'external-addrs', parse: parseExternalAddress })
  const peers = lists({ key: 'peers', flag: 'peers', parse: parseEndpoint })
  const seeds = lists({ key: 'seeds', flag: 'seeds', parse: parseEndpoint })
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

function whyNeverDialled(
  scheme: string,
  { settings, transports }: { readonly settings: Settings; readonly transports: TransportTable },
): string | undefined {
  if (isDialableScheme(scheme, settings, transports)) return undefined
  if (!transports.has(scheme)) return `${scheme} is not available in this version: never dialled`
  return settings.mixedProfiles.includes(scheme)
    ? `${scheme} is in mixed_profiles, and nothing that could carry it is in active_profiles: never dialled`
    : `${scheme} is not in active_profiles: never dialled`
}
