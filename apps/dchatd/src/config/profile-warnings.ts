/** What `active_profiles` and `mixed_profiles` promise, and this version or their combination does not keep. */
import type { Complaint, TomlTable } from '@dchat/config'
import { CONFIG_SCHEMES } from '@dchat/daemon'
import { isDialableScheme } from '@dchat/net'
import type { Settings, TransportTable } from '@dchat/net'
import { ADDRESS_KEYS } from './net-keys.ts'

interface Profiles {
  /** As made of the file. */
  readonly settings: Settings
  readonly transports: TransportTable
}

/** @param net the table that has them. */
export function profileWarnings(net: TomlTable, profiles: Profiles): string[] {
  const { settings, transports } = profiles
  const remark = (key: string, scheme: string, { reason, hint }: Complaint): string =>
    net.remark(key, { reason: `${scheme}: ${reason}`, hint, index: net.strings(key)!.indexOf(scheme) })
  const missing = (['active_profiles', 'mixed_profiles'] as const).flatMap((key) =>
    (net.strings(key) ?? [])
      .filter((scheme) => !transports.has(scheme))
      .map((scheme) => remark(key, scheme, { reason: 'not available in this version' })),
  )
  const mixed = settings.mixedProfiles.flatMap((scheme) => {
    const complaint = transports.has(scheme) ? mixedComplaint(scheme, profiles) : undefined
    if (complaint === undefined) return []
    const { reason, hint } = complaint
    return remark('mixed_profiles', scheme, { reason: `${reason}${uncounted(net, scheme, settings)}`, hint })
  })
  const none =
    settings.activeProfiles.length > 0 ? [] : [net.remark('active_profiles', { reason: 'is empty: nothing is dialled' })]
  return [...missing, ...mixed, ...none]
}

/** Who mixes does not want to be seen. */
const SHOWS_ITSELF =
  'is active too: peers not reached over another transport are dialled directly, unless it is taken out of active_profiles'
const HINT = 'docs/configuration.md, Transports, says what goes over what'

function mixedComplaint(scheme: string, { settings, transports }: Profiles): Complaint | undefined {
  const isCarriedBy = (activeProfiles: readonly string[]): boolean => {
    const others = activeProfiles.filter((active) => active !== scheme)
    return isDialableScheme(scheme, { ...settings, activeProfiles: others, mixedProfiles: [scheme] }, transports)
  }
  const isActive = settings.activeProfiles.includes(scheme)
  if (isCarriedBy(settings.activeProfiles)) return isActive ? { reason: SHOWS_ITSELF } : undefined
  const outcome = isActive ? 'all its peers are dialled directly' : 'not dialled'
  const why = isCarriedBy(CONFIG_SCHEMES) ? 'no transport that could carry it is active' : 'no transport ever carries it'
  return { reason: `${outcome}, as ${why}`, hint: HINT }
}

/** The table of a transport that is mixed is not looked into, which surprises who has it in use all the same. */
function uncounted(net: TomlTable, scheme: string, { activeProfiles }: Settings): string {
  const table = net.section('profiles').value(scheme)
  if (!activeProfiles.includes(scheme) || typeof table !== 'object' || table === null) return ''
  const lists = Object.keys(ADDRESS_KEYS).map((key): unknown => Reflect.get(table, key))
  const count = lists.reduce((sum: number, list) => sum + (Array.isArray(list) ? list.length : 0), 0)
  if (count === 0) return ''
  return `, and what stands in its own table (${count} ${count === 1 ? 'address' : 'addresses'}) does not count, as it is mixed`
}
