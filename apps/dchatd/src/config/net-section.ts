/** `[net]` as the reference spells it, mapped to the settings of packages/net. Facts: docs/node.md, *Settings*. */
import { dirname, join } from 'node:path'
import { magicBytes, parseIpOrCidr, parsePath, parseProxy, parseScheme, SCHEMES } from '@dchat/daemon'
import type { Parsed, TomlTable } from '@dchat/daemon'
import { DEFAULT_SETTINGS, GETADDRS_MAX, LIMITS, profileOf, systemTransports } from '@dchat/net'
import type { BlacklistEntry, NetworkProfile, Settings } from '@dchat/net'
import { readAddressLists } from './address-lists.ts'
import type { AddressFlags } from './address-lists.ts'
import { profileWarnings } from './profile-warnings.ts'

export interface NetDefaults {
  readonly hostlistPath: string
  readonly bansPath: string
  readonly anchorsPath: string
  /** What `~/` stands for. */
  readonly home: string
  /** Folder that relative paths are taken from. */
  readonly base: string
}

/** The outbound peers to come back to after a restart. */
export const ANCHORS_FILE = 'anchors.tsv'

/** A day: a longer wait is a slip of units. */
const MAX_SECONDS = 86_400
/** Shorter timers would only burn the processor. */
const MIN_INTERVAL = { min: 0.1, max: MAX_SECONDS }
const SLOTS = { min: 0, max: 65_535 }
const NODE_ID_MAX_BYTES = LIMITS.NODE_ID_MAX_BYTES.value

export interface NetSection {
  readonly settings: Partial<Settings>
  readonly warnings: readonly string[]
}

/**
 * Reads `[net]`; every key has a default.
 * @param flags the address lists that the command line has
 * @throws {ConfigError} when a value will not do, or an active profile has no table; {FlagError} for an address of a flag.
 */
export function readNetSection(root: TomlTable, defaults: NetDefaults, flags: AddressFlags = {}): NetSection {
  const net = root.section('net')
  const listed = readSchemes(net, 'active_profiles')
  const active = listed ?? DEFAULT_SETTINGS.activeProfiles
  const mixed = readSchemes(net, 'mixed_profiles') ?? []
  const used = active.filter((scheme) => !mixed.includes(scheme))
  const tables = readProfileTables(net, { active: listed ?? [], used })
  const settings: Partial<Settings> = {
    activeProfiles: active,
    mixedProfiles: mixed,
    profiles: new Map([...tables].map(([scheme, table]) => [scheme, readProfile(scheme, table)])),
    ...readProxies(net),
    ...readPaths(net, defaults),
    ...readPeering(net),
    ...readTimes(net),
  }
  const whole = { ...DEFAULT_SETTINGS, ...settings }
  const dialling = { settings: whole, transports: systemTransports(whole) }
  const addresses = readAddressLists([net, ...tables.values()], flags, dialling)
  return {
    settings: { ...settings, ...addresses.settings },
    warnings: [...profileWarnings(net, dialling), ...addresses.warnings],
  }
}

function readSchemes(net: TomlTable, key: string): string[] | undefined {
  const schemes = net.parsedList(key, parseScheme)
  return schemes === undefined ? undefined : [...new Set(schemes)]
}

/** The tables that count, by scheme; those of other profiles are not looked into. */
function readProfileTables(
  net: TomlTable,
  { active, used }: { active: readonly string[]; used: readonly string[] },
): Map<string, TomlTable> {
  const profiles = net.section('profiles')
  for (const scheme of SCHEMES) profiles.ignore(scheme)
  const tables = new Map<string, TomlTable>()
  for (const scheme of used) {
    const table = profiles.table(scheme)
    if (table !== undefined) tables.set(scheme, table)
  }
  const missing = active.find((scheme) => !profiles.has(scheme))
  if (missing === undefined) return tables
  const index = net.strings('active_profiles')!.indexOf(missing)
  throw net.error('active_profiles', {
    code: 'CONFIG_MISSING',
    reason: `"${missing}" has no table`,
    hint: `add [net.profiles."${missing}"], it may be empty`,
    index,
  })
}

function readProfile(scheme: string, table: TomlTable): NetworkProfile {
  const usual = profileOf(DEFAULT_SETTINGS, scheme)
  return {
    outboundConnectTimeoutMs: table.seconds('outbound_connect_timeout', MIN_INTERVAL) ?? usual.outboundConnectTimeoutMs,
    channelHandshakeTimeoutMs: table.seconds('channel_handshake_timeout', MIN_INTERVAL) ?? usual.channelHandshakeTimeoutMs,
    channelHeartbeatIntervalMs: table.seconds('channel_heartbeat_interval', MIN_INTERVAL) ?? usual.channelHeartbeatIntervalMs,
  }
}

function readProxies(net: TomlTable): Partial<Settings> {
  return defined({
    torSocks5Proxy: net.parsed('tor_socks5_proxy', parseProxy(DEFAULT_SETTINGS.torSocks5Proxy)),
    nymSocks5Proxy: net.parsed('nym_socks5_proxy', parseProxy(DEFAULT_SETTINGS.nymSocks5Proxy)),
    i2pSocks5Proxy: net.parsed('i2p_socks5_proxy', parseProxy(DEFAULT_SETTINGS.i2pSocks5Proxy)),
  })
}

/** `hostlist` is the file; without it, `p2p_datastore` is its folder. Bans and anchors lie beside it. */
function readPaths(net: TomlTable, defaults: NetDefaults): Partial<Settings> {
  const folder = net.parsed('p2p_datastore', parsePath(defaults))
  const hostlist =
    net.parsed('hostlist', parsePath(defaults)) ?? (folder === undefined ? undefined : join(folder, 'hostlist.tsv'))
  if (hostlist === undefined) {
    const { hostlistPath, bansPath, anchorsPath } = defaults
    return { hostlistPath, bansPath, anchorsPath }
  }
  const beside = dirname(hostlist)
  return { hostlistPath: hostlist, bansPath: join(beside, 'bans.tsv'), anchorsPath: join(beside, ANCHORS_FILE) }
}

function readPeering(net: TomlTable): Partial<Settings> {
  return defined({
    magicBytes: magicBytes(net, 'magic_bytes'),
    nodeId: net.parsed('node_id', parseNodeId),
    outboundConnections: net.integer('outbound_connections', SLOTS),
    inboundConnections: net.integer('inbound_connections', SLOTS),
    getaddrsMax: net.integer('getaddrs_max', { min: 0, max: GETADDRS_MAX }),
    localnet: net.boolean('localnet'),
    knownPeerPercent: net.integer('known_peer_percent', { min: 0, max: 100 }),
    disableGreys: net.boolean('disable_greys'),
    blacklist: readBlacklist(net),
    neverBan: net.parsedList('never_ban', parseIpOrCidr),
    banPolicy: net.parsed('ban_policy', parseBanPolicy),
  })
}

function readTimes(net: TomlTable): Partial<Settings> {
  return defined({
    outboundPeerDiscoveryCooloffMs: net.seconds('outbound_peer_discovery_cooloff_time', MIN_INTERVAL),
    outboundPeerDiscoveryAttemptMs: net.seconds('outbound_peer_discovery_attempt_time', MIN_INTERVAL),
    greylistRefineryIntervalMs: net.seconds('greylist_refinery_interval', MIN_INTERVAL),
    timeWithNoConnectionsMs: net.seconds('time_with_no_connections', { min: 0, max: MAX_SECONDS }),
  })
}

/** `[[host, [schemes], [ports]], …]`; schemes and ports may be left out. */
function readBlacklist(net: TomlTable): readonly BlacklistEntry[] | undefined {
  return net.list('blacklist')?.map((entry, index) => {
    const [host, schemes = [], ports = [], ...rest]: unknown[] = Array.isArray(entry) ? entry : [undefined]
    const isValid =
      typeof host === 'string' && host !== '' && isListOf(schemes, isScheme) && isListOf(ports, isPort) && rest.length === 0
    if (isValid) return { host, schemes, ports }
    const reason = `item ${index + 1} must be ["host", ["scheme"], [port]]`
    throw net.error('blacklist', { reason, hint: 'for example ["198.51.100.7", ["tcp"], [26661]]', index })
  })
}

function isListOf<T>(value: unknown, isItem: (item: unknown) => item is T): value is T[] {
  return Array.isArray(value) && value.every(isItem)
}

const isScheme = (value: unknown): value is string => typeof value === 'string' && SCHEMES.includes(value)
const isPort = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 65_535

function parseNodeId(text: string): Parsed<string> {
  return Buffer.byteLength(text) <= NODE_ID_MAX_BYTES
    ? { value: text }
    : { reason: `must have at most ${NODE_ID_MAX_BYTES} bytes` }
}

function parseBanPolicy(text: string): Parsed<'strict' | 'relaxed'> {
  return text === 'strict' || text === 'relaxed' ? { value: text } : { reason: `must be "strict" or "relaxed", is "${text}"` }
}

function defined<T extends object>(values: { [K in keyof T]: T[K] | undefined }): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>
}
