/** `[net]` as the reference spells it, mapped to the settings of packages/net. Facts: docs/node.md, *Settings*. */
import { dirname, join } from 'node:path'
import { readKeys } from '@dchat/config'
import type { Places, TomlTable } from '@dchat/config'
import { CONFIG_SCHEMES } from '@dchat/daemon'
import { DEFAULT_SETTINGS, systemTransports } from '@dchat/net'
import type { NetworkProfile, Settings } from '@dchat/net'
import { readAddressLists } from './address-lists.ts'
import { PATH_KEYS, PROFILE_KEYS, SETTING_KEYS } from './net-keys.ts'
import type { SettingValues } from './net-keys.ts'
import { profileWarnings } from './profile-warnings.ts'

export interface NetDefaults extends Places {
  readonly hostlistPath: string
  readonly bansPath: string
  readonly anchorsPath: string
}

/** The outbound peers to come back to after a restart. */
export const ANCHORS_FILE = 'anchors.tsv'

export interface NetSection {
  readonly settings: Partial<Settings>
  readonly warnings: readonly string[]
}

/**
 * Reads `[net]`; every key has a default.
 * @throws {ConfigError} when a value will not do, or an active profile has no table
 */
export function readNetSection(root: TomlTable, defaults: NetDefaults): NetSection {
  const net = root.section('net')
  const values = readKeys(net, SETTING_KEYS, defaults)
  const active = [...new Set(values.active_profiles)]
  const mixed = [...new Set(values.mixed_profiles)]
  const tables = readProfileTables(net, { active, used: active.filter((scheme) => !mixed.includes(scheme)) })
  const settings: Partial<Settings> = {
    ...settingsOf(values),
    activeProfiles: active,
    mixedProfiles: mixed,
    profiles: new Map([...tables].map(([scheme, table]) => [scheme, readProfile(table, scheme, defaults)])),
    ...readPaths(net, defaults),
  }
  const whole = { ...DEFAULT_SETTINGS, ...settings }
  const dialling = { settings: whole, transports: systemTransports(whole) }
  const addresses = readAddressLists(net, [...tables.values()], { ...dialling, places: defaults })
  // Files of the reference name schemes that a node refuses, as nothing here serves them: the warnings say which.
  const served = (schemes: readonly string[]): string[] => schemes.filter((scheme) => dialling.transports.has(scheme))
  return {
    settings: { ...settings, activeProfiles: served(active), mixedProfiles: served(mixed), ...addresses.settings },
    warnings: [...profileWarnings(net, dialling), ...addresses.warnings],
  }
}

/** What is not set and has no default is left out. */
function settingsOf(values: SettingValues): Partial<Settings> {
  const keys = Object.keys(SETTING_KEYS) as (keyof SettingValues)[]
  return Object.fromEntries(keys.flatMap((key) => (values[key] === undefined ? [] : [[SETTING_KEYS[key].setting, values[key]]])))
}

/** The tables that count, by scheme; those of other profiles are not looked into. */
function readProfileTables(
  net: TomlTable,
  { active, used }: { active: readonly string[]; used: readonly string[] },
): Map<string, TomlTable> {
  const profiles = net.section('profiles')
  for (const scheme of CONFIG_SCHEMES) profiles.ignore(scheme)
  const isThere = (scheme: string): boolean => profiles.has(scheme) || profiles.isOverridden(scheme)
  const tables = new Map(used.filter(isThere).map((scheme) => [scheme, profiles.section(scheme)]))
  // What a variable names can have no table where there is no file.
  const missing = net.sourceOf('active_profiles').kind === 'file' ? active.find((scheme) => !isThere(scheme)) : undefined
  if (missing === undefined) return tables
  const index = net.strings('active_profiles')!.indexOf(missing)
  throw net.error('active_profiles', {
    code: 'CONFIG_MISSING',
    reason: `"${missing}" has no table`,
    hint: `add [net.profiles."${missing}"], it may be empty`,
    index,
  })
}

function readProfile(table: TomlTable, scheme: string, places: Places): NetworkProfile {
  const values = readKeys(table, PROFILE_KEYS, { ...places, name: scheme })
  return {
    outboundConnectTimeoutMs: values.outbound_connect_timeout,
    channelHandshakeTimeoutMs: values.channel_handshake_timeout,
    channelHeartbeatIntervalMs: values.channel_heartbeat_interval,
  }
}

/** `hostlist` is the file; without it, `p2p_datastore` is its folder. Bans and anchors lie beside it. */
function readPaths(net: TomlTable, defaults: NetDefaults): Partial<Settings> {
  const { hostlist: file, p2p_datastore: folder } = readKeys(net, PATH_KEYS, defaults)
  const hostlist = file ?? (folder === undefined ? undefined : join(folder, 'hostlist.tsv'))
  if (hostlist === undefined) {
    const { hostlistPath, bansPath, anchorsPath } = defaults
    return { hostlistPath, bansPath, anchorsPath }
  }
  const beside = dirname(hostlist)
  return { hostlistPath: hostlist, bansPath: join(beside, 'bans.tsv'), anchorsPath: join(beside, ANCHORS_FILE) }
}
