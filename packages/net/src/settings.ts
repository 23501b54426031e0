/** The settings of a node, in our own names and units. `apps/dchatd` maps the reference's TOML keys onto them. */
import { NetError } from './errors.ts'
import type { Feature } from './feature.ts'
import { LIMITS } from './limits.ts'
import { SCHEMES } from './schemes.ts'
import { SETTING_CHECKS } from './settings-checks.ts'
import { parseUrl } from '@dchat/serial'
import type { SemverVersion } from '@dchat/serial'

/** What offences lead to: `strict` bans hosts, `relaxed` only closes channels. Wire: docs/wire.md, *Frame*. */
export type BanPolicy = 'strict' | 'relaxed'

/** An entry of the blacklist: a host, schemes (none: tcp+tls) and ports (none: all). */
export interface BlacklistEntry {
  /** A host name or IP address. */
  readonly host: string
  /** Empty: `tcp+tls`. */
  readonly schemes: readonly string[]
  /** Empty: all. */
  readonly ports: readonly number[]
}

/** What differs between transports. Times in milliseconds, 10 to 2_147_483_647. */
export interface NetworkProfile {
  /** Give up dialling after this long; also the wait for a pong and between attempts at a manual peer. @default 15_000 */
  readonly outboundConnectTimeoutMs: number
  /** Give up the version exchange after this long. @default 10_000 */
  readonly channelHandshakeTimeoutMs: number
  /** Time between pings. @default 30_000 */
  readonly channelHeartbeatIntervalMs: number
}

/** Source of the figures: docs/node.md, *Settings*. */
export const DEFAULT_PROFILE: NetworkProfile = {
  outboundConnectTimeoutMs: 15_000,
  channelHandshakeTimeoutMs: 10_000,
  channelHeartbeatIntervalMs: 30_000,
}

/** For tor, i2p, nym and socks5, which are slower. */
export const ANONYMITY_PROFILE: NetworkProfile = {
  outboundConnectTimeoutMs: 65_000,
  channelHandshakeTimeoutMs: 55_000,
  channelHeartbeatIntervalMs: 90_000,
}

/**
 * What one node is to be. Every URL is canonical here; `makeSettings` and `P2p.create` take any spelling. Source: docs/node.md,
 * *Settings*.
 */
export interface Settings {
  /** First four bytes of every frame; separates networks. @default d9 ef b6 7d */
  readonly magicBytes: Uint8Array
  /** Peers have to be of the same application. At most 64 bytes of UTF-8. @default 'dchatd' */
  readonly appName: string
  /** Peers need the same major and minor version. @default 0.4.1 */
  readonly appVersion: SemverVersion
  /** Shown to peers, for debugging only; hurts privacy. @default '' */
  readonly nodeId: string
  /** What is announced to peers, except on seed and refine channels: see `hasFeature`. @default [] */
  readonly features: readonly Feature[]
  /** Canonical URLs to listen on. @default [] */
  readonly inbound: readonly string[]
  /** Canonical URLs under which peers reach this node; those of a scheme that is not told (`SCHEMES`) stay untold. @default [] */
  readonly externalAddrs: readonly string[]
  /** Canonical URLs that the manual session keeps connected. @default [] */
  readonly peers: readonly string[]
  /** Canonical URLs asked for addresses. @default [] */
  readonly seeds: readonly string[]
  /** Peers that this node dials and keeps: 0 to 65_535. @default 8 */
  readonly outboundConnections: number
  /** Peers that this node lets in: 0 to 65_535. @default 8 */
  readonly inboundConnections: number
  /** Addresses asked for at once, at most 255. @default outboundConnections, at most 255 */
  readonly getaddrsMax: number | undefined
  /** Schemes this node dials, each served by a transport of the node (`P2pDeps.transports`). @default ['tcp'] */
  readonly activeProfiles: readonly string[]
  /**
   * Schemes that are dialled over another active one where that can carry them (docs/wire.md, *Transports*), each served by a
   * transport of the node, or carried by one. @default []
   */
  readonly mixedProfiles: readonly string[]
  /** Canonical URL of the SOCKS5 proxy of a running tor. @default socks5://127.0.0.1:9050/ */
  readonly torSocks5Proxy: string
  /** Canonical URL of the SOCKS5 proxy of nym. @default socks5://127.0.0.1:1080/ */
  readonly nymSocks5Proxy: string
  /** Canonical URL of the SOCKS5 proxy of i2p. @default socks5://127.0.0.1:4447/ */
  readonly i2pSocks5Proxy: string
  /** Timeouts by scheme; a scheme that is missing has those of its kind (`profileOf`). @default none */
  readonly profiles: ReadonlyMap<string, NetworkProfile>
  /** Takes local addresses from peers and counts an address with our own port as ours. @default false */
  readonly localnet: boolean
  /** Longest pause between searches in vain. This and all other times: 10 to 2_147_483_647 ms, unless it says otherwise. @default 30_000 */
  readonly outboundPeerDiscoveryCooloffMs: number
  /** How long one search waits for hosts. @default 5_000 */
  readonly outboundPeerDiscoveryAttemptMs: number
  /** Time between probes of a grey host. @default 15_000 */
  readonly greylistRefineryIntervalMs: number
  /** Time between probes of the white host seen longest ago, as a seed does them; undefined for none. @default undefined */
  readonly whitelistRefineryIntervalMs: number | undefined
  /** Time without a connection after which the refinery pauses; 0: at once. @default 30_000 */
  readonly timeWithNoConnectionsMs: number
  /** Part of the outbound slots for hosts that were connected before: 0 to 100; above 80 counts as 80. @default 70 */
  readonly knownPeerPercent: number
  /** Never dials hosts that were only heard of. @default false */
  readonly disableGreys: boolean
  /** Hosts that are neither dialled nor let in. @default none */
  readonly blacklist: readonly BlacklistEntry[]
  /** IPs and CIDRs that are never banned. @default [] */
  readonly neverBan: readonly string[]
  /** What offences lead to. @default 'strict' */
  readonly banPolicy: BanPolicy
  /** File the host lists are kept in; undefined keeps them in memory. */
  readonly hostlistPath: string | undefined
  /** File the bans are kept in; undefined keeps them in memory. */
  readonly bansPath: string | undefined
  /** File that the outbound peers to come back to after a restart are kept in; undefined keeps none. @default undefined */
  readonly anchorsPath: string | undefined
  /**
   * The rules against a flood of hostile addresses (docs/limits.md): the share of the grey list one source may fill, choice by
   * network group, outbound peers a group, anchors, eviction. Off only to measure what they are worth. @default true
   */
  readonly eclipseDefences: boolean
}

/** Settings with the defaults of the reference. */
export const DEFAULT_SETTINGS: Settings = {
  magicBytes: Uint8Array.of(0xd9, 0xef, 0xb6, 0x7d),
  appName: 'dchatd',
  appVersion: { major: 0n, minor: 4n, patch: 1n, pre: '', build: '' },
  nodeId: '',
  features: [],
  inbound: [],
  externalAddrs: [],
  peers: [],
  seeds: [],
  outboundConnections: 8,
  inboundConnections: 8,
  getaddrsMax: undefined,
  activeProfiles: ['tcp'],
  mixedProfiles: [],
  torSocks5Proxy: 'socks5://127.0.0.1:9050/',
  nymSocks5Proxy: 'socks5://127.0.0.1:1080/',
  i2pSocks5Proxy: 'socks5://127.0.0.1:4447/',
  profiles: new Map(),
  localnet: false,
  outboundPeerDiscoveryCooloffMs: 30_000,
  outboundPeerDiscoveryAttemptMs: 5_000,
  greylistRefineryIntervalMs: 15_000,
  whitelistRefineryIntervalMs: undefined,
  timeWithNoConnectionsMs: 30_000,
  knownPeerPercent: 70,
  disableGreys: false,
  blacklist: [],
  neverBan: [],
  banPolicy: 'strict',
  hostlistPath: undefined,
  bansPath: undefined,
  anchorsPath: undefined,
  eclipseDefences: true,
}

/** `getaddr.max` is never above this: a larger one makes a reference node allocate without bound. */
export const GETADDRS_MAX: number = LIMITS.GETADDR_MAX.value

const SETTING_NAMES = Object.keys(DEFAULT_SETTINGS) as (keyof Settings)[]

/**
 * Checks every setting, fills in defaults (also for what is given as undefined) and brings every address to its canonical form.
 * The result shares nothing that can change with `partial`. Whether there are transports for its schemes, `P2p.create` checks.
 * @throws NetError NET_SETTINGS_INVALID naming the setting, or what is none.
 */
export function makeSettings(partial: Partial<Settings>): Settings {
  const unknown = Object.keys(partial).find((key) => !Object.hasOwn(SETTING_CHECKS, key))
  if (unknown !== undefined) throw new NetError('NET_SETTINGS_INVALID', { key: unknown, reason: 'there is no such setting' })
  const made = SETTING_NAMES.map((key) => {
    const value = partial[key] === undefined ? DEFAULT_SETTINGS[key] : partial[key]
    return [key, SETTING_CHECKS[key](value, key)]
  })
  return Object.fromEntries(made) as unknown as Settings
}

/** The profile of a channel's transport: that of the endpoint really dialled, where the peer's address is reached over another one. */
export function channelProfile(settings: Settings, info: { url: string; resolvedUrl: string | null }): NetworkProfile {
  return profileOf(settings, parseUrl(info.resolvedUrl ?? info.url).scheme)
}

/** The profile of a scheme: as configured, else the default of its kind. */
export function profileOf(settings: Settings, scheme: string): NetworkProfile {
  const configured = settings.profiles.get(scheme)
  if (configured !== undefined) return configured
  return SCHEMES.get(scheme)?.isSlow === true ? ANONYMITY_PROFILE : DEFAULT_PROFILE
}
