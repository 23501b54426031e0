/** The keys of `[net]` and of its profiles, as the reference spells them. Facts: docs/node.md, *Settings*. */
import { booleanKind, choiceKind, integerKind, listKind, pathKind, secondsKind, textKind, tomlKind } from '@dchat/config'
import type { ConfigSection, KeySpec, KeyTable, Parsed, TomlTable } from '@dchat/config'
import {
  CONFIG_SCHEMES,
  magicBytes,
  parseEndpoint,
  parseExternalAddress,
  parseIpOrCidr,
  parseProxy,
  parseScheme,
  parseAcceptAddress,
} from '@dchat/daemon'
import type { AcceptAddress } from '@dchat/daemon'
import { DEFAULT_SETTINGS, GETADDRS_MAX, isChangeable, LIMITS, profileOf } from '@dchat/net'
import type { BlacklistEntry, Settings } from '@dchat/net'

/** A day: a longer wait is a slip of units. */
const MAX_SECONDS = 86_400
/** Shorter timers would only burn the processor. */
const MIN_INTERVAL = { min: 0.1, max: MAX_SECONDS }
const SLOTS = { min: 0, max: 65_535 }
const NODE_ID_MAX_BYTES = LIMITS.NODE_ID_MAX_BYTES.value

/** Lists of addresses, of `[net]` and of each profile. */
export interface AddressValues {
  readonly inbound: readonly AcceptAddress[]
  readonly external_addrs: readonly string[]
  readonly peers: readonly string[]
  readonly seeds: readonly string[]
}

/** Keys of `[net]` that are one setting of the node each. */
export interface SettingValues {
  readonly magic_bytes: Uint8Array
  readonly node_id: string
  readonly outbound_connections: number
  readonly inbound_connections: number
  readonly getaddrs_max: number | undefined
  readonly localnet: boolean
  readonly active_profiles: readonly string[]
  readonly mixed_profiles: readonly string[]
  readonly tor_socks5_proxy: string
  readonly nym_socks5_proxy: string
  readonly i2p_socks5_proxy: string
  readonly outbound_peer_discovery_attempt_time: number
  readonly outbound_peer_discovery_cooloff_time: number
  readonly greylist_refinery_interval: number
  readonly time_with_no_connections: number
  readonly known_peer_percent: number
  readonly disable_greys: boolean
  readonly blacklist: readonly BlacklistEntry[]
  readonly ban_policy: 'strict' | 'relaxed'
  readonly never_ban: readonly string[]
}

export interface PathValues {
  readonly hostlist: string | undefined
  readonly p2p_datastore: string | undefined
}

export interface ProfileValues {
  readonly outbound_connect_timeout: number
  readonly channel_handshake_timeout: number
  readonly channel_heartbeat_interval: number
}

/** A key that gives a setting of the node its value. */
export interface SettingSpec<T> extends KeySpec<T> {
  readonly setting: keyof Settings
}

type Spec<T> = Omit<KeySpec<T>, 'isLive'>

/** Whether a change is taken over while it runs the node decides. */
function setting<T>(of: keyof Settings, spec: Spec<T>): SettingSpec<T> {
  return { ...spec, setting: of, isLive: isChangeable(of) }
}

export const ADDRESS_KEYS: KeyTable<AddressValues> = {
  seeds: setting('seeds', {
    kind: listKind('list of addresses', parseEndpoint),
    default: [],
    text: 'Nodes that are asked for addresses of others: name one to join its network. Also in a profile',
    examples: ['seeds = ["tcp://seed.example.org:26661"]'],
    flag: { name: 'seeds', kind: 'list', value: 'URL', help: 'Ask these nodes for addresses of others' },
  }),
  peers: setting('peers', {
    kind: listKind('list of addresses', parseEndpoint),
    default: [],
    text: "Nodes that are kept connected, such as a friend's. Also in a profile",
    examples: ['peers = ["tcp://203.0.113.7:26662"]'],
    flag: { name: 'peers', kind: 'list', value: 'URL', help: 'Always keep these nodes connected' },
  }),
  inbound: setting('inbound', {
    kind: listKind('list of addresses', parseAcceptAddress),
    default: [],
    text: 'Listen here, so that others can connect to this node; behind a router, forward the port. See *Transports*. Also in a profile',
    examples: ['inbound = ["tcp://0.0.0.0:26662"]'],
    flag: { name: 'accept', kind: 'list', value: 'URL', help: 'Listen on these addresses' },
  }),
  external_addrs: setting('externalAddrs', {
    kind: listKind('list of addresses', parseExternalAddress),
    default: [],
    text: 'Where others reach this node; of a hidden service its `.onion` address. Also in a profile',
    examples: ['external_addrs = ["tcp://203.0.113.7:26662"]'],
    flag: { name: 'external-addrs', kind: 'list', value: 'URL', help: 'Tell others to reach this node here' },
  }),
}

export const SETTING_KEYS: { readonly [K in keyof SettingValues]: SettingSpec<SettingValues[K]> } = {
  magic_bytes: setting('magicBytes', {
    kind: tomlKind('four integers, 0 to 255', (table, key) => magicBytes(table, key)!),
    default: [...DEFAULT_SETTINGS.magicBytes],
    text: 'Nodes with other magic bytes are of another network',
    startsGroup: true,
  }),
  node_id: setting('nodeId', {
    kind: textKind(`text, ${NODE_ID_MAX_BYTES} bytes`, parseNodeId),
    default: DEFAULT_SETTINGS.nodeId,
    text: 'Shown to peers, for tracking down trouble; makes the node recognisable',
  }),
  outbound_connections: setting('outboundConnections', {
    kind: integerKind(SLOTS),
    default: DEFAULT_SETTINGS.outboundConnections,
    text: 'Connections that are looked for',
    flag: { name: 'outbound-slots', kind: 'integer', value: 'N', ...SLOTS, help: 'Connections to look for' },
  }),
  inbound_connections: setting('inboundConnections', {
    kind: integerKind(SLOTS),
    default: DEFAULT_SETTINGS.inboundConnections,
    text: 'Connections that are accepted',
    flag: { name: 'inbound-slots', kind: 'integer', value: 'N', ...SLOTS, help: 'Connections to accept' },
  }),
  getaddrs_max: setting('getaddrsMax', {
    kind: integerKind({ min: 0, max: GETADDRS_MAX }),
    defaultDoc: `\`outbound_connections\`, at most ${GETADDRS_MAX}`,
    sample: 'getaddrs_max = 8',
    text: 'Addresses a peer is asked for at once',
  }),
  localnet: setting('localnet', {
    kind: booleanKind,
    default: DEFAULT_SETTINGS.localnet,
    text: 'Takes addresses of local networks from others, for trying things out on one machine',
    flag: { name: 'localnet', kind: 'boolean', help: 'Take addresses of local networks from others, and ban them too' },
  }),
  active_profiles: setting('activeProfiles', {
    kind: listKind('list of transports', parseScheme),
    default: DEFAULT_SETTINGS.activeProfiles,
    text: 'Transports in use; each needs a table `[net.profiles."NAME"]`, which may be empty, unless a variable names it. tor, i2p and nym need their program on this machine',
    startsGroup: true,
    isShown: true,
  }),
  mixed_profiles: setting('mixedProfiles', {
    kind: listKind('list of transports', parseScheme),
    default: DEFAULT_SETTINGS.mixedProfiles,
    text: 'Transports whose peers are dialled over another one in use, see *Transports*: `["tcp"]` while only `"tor"` is in use hides where you are',
  }),
  tor_socks5_proxy: proxy('torSocks5Proxy', 'The proxy of a running tor'),
  nym_socks5_proxy: proxy('nymSocks5Proxy', 'The proxy of a running nym client'),
  i2p_socks5_proxy: proxy('i2pSocks5Proxy', 'The proxy of a running I2P router'),
  outbound_peer_discovery_attempt_time: interval('outboundPeerDiscoveryAttemptMs', {
    text: 'Wait for new addresses',
    startsGroup: true,
  }),
  outbound_peer_discovery_cooloff_time: interval('outboundPeerDiscoveryCooloffMs', {
    text: 'Longest pause between rounds in vain',
  }),
  greylist_refinery_interval: interval('greylistRefineryIntervalMs', { text: 'Time between probes of unproven hosts' }),
  time_with_no_connections: setting('timeWithNoConnectionsMs', {
    kind: secondsKind({ min: 0, max: MAX_SECONDS }),
    default: DEFAULT_SETTINGS.timeWithNoConnectionsMs / 1000,
    text: 'Time offline after which probing pauses',
  }),
  known_peer_percent: setting('knownPeerPercent', {
    kind: integerKind({ min: 0, max: 100 }),
    default: DEFAULT_SETTINGS.knownPeerPercent,
    text: 'Share of the slots for proven hosts; above 80 counts as 80',
  }),
  disable_greys: setting('disableGreys', {
    kind: booleanKind,
    default: DEFAULT_SETTINGS.disableGreys,
    text: 'Connects to proven hosts only',
  }),
  blacklist: setting('blacklist', {
    kind: tomlKind('list of `[host, [schemes], [ports]]`', readBlacklist),
    default: [],
    text: 'Whom not to talk to; without schemes tcp+tls, without ports all',
    startsGroup: true,
  }),
  ban_policy: setting('banPolicy', {
    kind: choiceKind('strict', 'relaxed'),
    default: DEFAULT_SETTINGS.banPolicy,
    text: 'Whether peers that break the protocol are banned, or nobody is',
  }),
  never_ban: setting('neverBan', {
    kind: listKind('list of IPs and networks', parseIpOrCidr),
    default: [],
    text: 'Never banned, as `"192.0.2.1"` or `"10.0.0.0/8"`',
  }),
}

export const PATH_KEYS: KeyTable<PathValues> = {
  hostlist: setting('hostlistPath', {
    kind: pathKind,
    defaultDoc: '`hostlist.tsv` in the data folder',
    sample: 'hostlist = "~/dchat/hostlist.tsv"',
    text: 'Known hosts; `bans.tsv`, and `anchors.tsv` with the peers to come back to, lie beside it',
    startsGroup: true,
  }),
  p2p_datastore: setting('hostlistPath', {
    kind: pathKind,
    sample: 'p2p_datastore = "~/dchat"',
    text: 'Folder of `hostlist.tsv` when `hostlist` is not set',
  }),
}

export const PROFILE_KEYS: KeyTable<ProfileValues> = {
  outbound_connect_timeout: profileTime('outboundConnectTimeoutMs', 'Wait for a connection'),
  channel_handshake_timeout: profileTime('channelHandshakeTimeoutMs', 'Wait for the exchange of versions'),
  channel_heartbeat_interval: profileTime('channelHeartbeatIntervalMs', 'Time between pings'),
}

export const NET_SECTION: ConfigSection = {
  path: ['net'],
  title: '[net]',
  keys: { ...ADDRESS_KEYS, ...SETTING_KEYS, ...PATH_KEYS },
}

export const PROFILE_SECTION: ConfigSection = {
  path: ['net', 'profiles', '*'],
  title: '[net.profiles."NAME"]',
  shownTitle: '[net.profiles."tcp"]',
  names: CONFIG_SCHEMES,
  keys: { ...PROFILE_KEYS, ...withoutFlags(ADDRESS_KEYS) },
}

/** A flag is for the list of `[net]`, which replaces those of all profiles. */
function withoutFlags(keys: ConfigSection['keys']): ConfigSection['keys'] {
  const isNoFlag = ([part]: [string, unknown]): boolean => part !== 'flag'
  return Object.fromEntries(
    Object.entries(keys).map(([name, spec]) => [name, Object.fromEntries(Object.entries(spec).filter(isNoFlag)) as typeof spec]),
  )
}

function proxy(of: 'torSocks5Proxy' | 'nymSocks5Proxy' | 'i2pSocks5Proxy', meaning: string): SettingSpec<string> {
  const usual = DEFAULT_SETTINGS[of]
  const kind = textKind('`socks5://host:port`', parseProxy(usual))
  return setting(of, { kind, default: usual.replace(/\/$/, ''), text: meaning })
}

type IntervalSetting = 'outboundPeerDiscoveryAttemptMs' | 'outboundPeerDiscoveryCooloffMs' | 'greylistRefineryIntervalMs'

function interval(of: IntervalSetting, spec: Pick<Spec<number>, 'text' | 'startsGroup'>): SettingSpec<number> {
  return setting(of, { kind: secondsKind(MIN_INTERVAL), default: DEFAULT_SETTINGS[of] / 1000, ...spec })
}

function profileTime(of: keyof ReturnType<typeof profileOf>, meaning: string): KeySpec<number> {
  const usual = (name: string): number => profileOf(DEFAULT_SETTINGS, name)[of] / 1000
  const overlay = `${usual('tor')} for tor, i2p, nym, socks5`
  return setting('profiles', {
    kind: secondsKind(MIN_INTERVAL),
    default: usual,
    defaultDoc: `\`${usual('tcp')}\`; ${overlay}`,
    text: meaning,
  })
}

/** `[[host, [schemes], [ports]], …]`; schemes and ports may be left out. */
function readBlacklist(net: TomlTable, key: string): readonly BlacklistEntry[] {
  return net.list(key)!.map((entry, index) => {
    const [host, schemes = [], ports = [], ...rest]: unknown[] = Array.isArray(entry) ? entry : [undefined]
    const isValid =
      typeof host === 'string' && host !== '' && isListOf(schemes, isScheme) && isListOf(ports, isPort) && rest.length === 0
    if (isValid) return { host, schemes, ports }
    const reason = `item ${index + 1} must be ["host", ["scheme"], [port]]`
    throw net.error(key, { reason, hint: 'for example ["198.51.100.7", ["tcp"], [26661]]', index })
  })
}

function isListOf<T>(value: unknown, isItem: (item: unknown) => item is T): value is T[] {
  return Array.isArray(value) && value.every(isItem)
}

const isScheme = (value: unknown): value is string => typeof value === 'string' && CONFIG_SCHEMES.includes(value)
const isPort = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 65_535

function parseNodeId(name: string): Parsed<string> {
  return Buffer.byteLength(name) <= NODE_ID_MAX_BYTES
    ? { value: name }
    : { reason: `must have at most ${NODE_ID_MAX_BYTES} bytes` }
}
