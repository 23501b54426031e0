/** What each setting may be: one check a key, which gives the value in the one form that a node keeps. */
import { formatSemver, parseSemver, parseUrl, SerialError } from '@dchat/serial'
import { canonicalAddress } from './canonical-address.ts'
import { NetError } from './errors.ts'
import { LIMITS } from './limits.ts'
import { SCHEMES } from './schemes.ts'
import type { BlacklistEntry, NetworkProfile, Settings } from './settings.ts'

/** @throws NetError NET_SETTINGS_INVALID naming `key` */
type Check<T> = (value: unknown, key: string) => T

/** As parsed addresses have it. */
const SCHEME = /^[a-z][a-z0-9+.-]*$/
const U32_MAX = 0xffff_ffff
const PORT_MAX = 65_535
const SLOTS_MAX = 65_535
const TIME = { min: LIMITS.SETTING_TIME_MIN_MS.value, max: LIMITS.SETTING_TIME_MAX_MS.value }

function invalid(key: string, reason: string): NetError {
  return new NetError('NET_SETTINGS_INVALID', { key, reason })
}

const number =
  ({ min, max }: { min: number; max: number }): Check<number> =>
  (value, key) => {
    if (typeof value === 'number' && value >= min && value <= max) return value
    throw invalid(key, `must be a number from ${min} to ${max}`)
  }

const integer =
  ({ min, max }: { min: number; max: number }): Check<number> =>
  (value, key) => {
    if (Number.isInteger(value) && (value as number) >= min && (value as number) <= max) return value as number
    throw invalid(key, `must be a whole number from ${min} to ${max}`)
  }

const boolean: Check<boolean> = (value, key) => {
  if (typeof value === 'boolean') return value
  throw invalid(key, 'must be true or false')
}

const text =
  (maxBytes = Number.POSITIVE_INFINITY): Check<string> =>
  (value, key) => {
    if (typeof value !== 'string') throw invalid(key, 'must be text')
    if (Buffer.byteLength(value) > maxBytes) throw invalid(key, `must be at most ${maxBytes} bytes`)
    return value
  }

const optional =
  <T>(check: Check<T>): Check<T | undefined> =>
  (value, key) =>
    value === undefined ? undefined : check(value, key)

const list =
  <T>(item: Check<T>): Check<readonly T[]> =>
  (value, key) => {
    if (!Array.isArray(value)) throw invalid(key, 'must be a list')
    return Array.from(value, (each: unknown) => item(each, key))
  }

const unique =
  <T>(check: Check<readonly T[]>): Check<readonly T[]> =>
  (value, key) => [...new Set(check(value, key))]

const object: Check<Readonly<Record<string, unknown>>> = (value, key) => {
  if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
  throw invalid(key, 'must be an object')
}

const path: Check<string> = (value, key) => {
  const checked = text()(value, key)
  if (checked === '' || checked.includes('\0')) throw invalid(key, 'must be the path of a file')
  return checked
}

/** A name that a scheme could have. Whether there is such a one, the transports of the node tell (scheme-checks.ts). */
const scheme: Check<string> = (value, key) => {
  if (typeof value !== 'string') throw invalid(key, 'must be names of transports')
  if (!SCHEME.test(value)) throw invalid(key, `"${value}" is not the name of a transport`)
  return value
}

/** An address, canonical. */
const address: Check<string> = (value, key) => {
  const given = text()(value, key)
  try {
    return canonicalAddress(given)
  } catch (error) {
    if (error instanceof SerialError) throw invalid(key, `"${given}": ${error.message}`)
    throw error
  }
}

/** An address that can be dialled, as far as its text tells. */
const destination: Check<string> = (value, key) => {
  const url = address(value, key)
  const fault = destinationFault(url)
  if (fault !== undefined) throw invalid(key, `"${url}" ${fault}`)
  return url
}

/** Why an address cannot be dialled, whatever is there; one of a scheme that only the program knows is judged by its transport. @param url - canonical */
export function destinationFault(url: string): string | undefined {
  const { scheme: given, host, port } = parseUrl(url)
  const known = SCHEMES.get(given)
  if (known === undefined || known.host === 'none') return undefined
  if (host === null) return 'has no host'
  return port === null || port === 0 ? 'needs a port from 1 to 65535' : undefined
}

/** A proxy is named by scheme, host and port alone. */
const proxy: Check<string> = (value, key) => {
  const url = address(value, key)
  const { host, port } = parseUrl(url)
  if (port === 0 || url !== `socks5://${host}:${port}/`) throw invalid(key, `"${url}": must be socks5://host:port`)
  return url
}

const magicBytes: Check<Uint8Array> = (value, key) => {
  if (value instanceof Uint8Array && value.length === 4) return Uint8Array.from(value)
  throw invalid(key, 'must be four bytes')
}

const appVersion: Check<Settings['appVersion']> = (value, key) => {
  const { major, minor, patch, pre, build } = object(value, key)
  const labels = [pre, build].map((label) => text(LIMITS.APP_VERSION_LABEL_MAX_BYTES.value)(label, key)) as [string, string]
  if ([major, minor, patch].some((each) => typeof each !== 'bigint')) throw invalid(key, 'must have three numbers (bigint)')
  const version = { major, minor, patch, pre: labels[0], build: labels[1] } as Settings['appVersion']
  try {
    return parseSemver(formatSemver(version))
  } catch (error) {
    if (error instanceof SerialError) throw invalid(key, error.message)
    throw error
  }
}

const features: Check<Settings['features']> = (value, key) => {
  const pairs = list<readonly [string, number]>((pair) => {
    if (!Array.isArray(pair) || pair.length !== 2) throw invalid(key, 'must be pairs of a name and a version')
    return [text()(pair[0], key), integer({ min: 0, max: U32_MAX })(pair[1], key)]
  })(value, key)
  const bytes = pairs.reduce((sum, [name]) => sum + Buffer.byteLength(name) + 5, 0)
  const maxBytes = LIMITS.FEATURES_MAX_BYTES.value
  if (bytes > maxBytes) throw invalid(key, `must be at most ${maxBytes} bytes, five for each pair included`)
  return pairs
}

const profile: Check<NetworkProfile> = (value, key) => {
  const given = object(value, key)
  const time = (name: keyof NetworkProfile): number => {
    const ms = given[name]
    if (typeof ms === 'number' && ms >= TIME.min && ms <= TIME.max) return ms
    throw invalid(key, `${name} must be a number from ${TIME.min} to ${TIME.max}`)
  }
  return {
    outboundConnectTimeoutMs: time('outboundConnectTimeoutMs'),
    channelHandshakeTimeoutMs: time('channelHandshakeTimeoutMs'),
    channelHeartbeatIntervalMs: time('channelHeartbeatIntervalMs'),
  }
}

const profiles: Check<Settings['profiles']> = (value, key) => {
  if (!(value instanceof Map)) throw invalid(key, 'must be a Map')
  return new Map([...(value as Map<unknown, unknown>)].map(([name, each]) => [scheme(name, key), profile(each, key)]))
}

const blacklistEntry: Check<BlacklistEntry> = (value, key) => {
  const { host, schemes, ports } = object(value, key)
  if (host === '') throw invalid(key, 'an entry must have a host')
  return {
    host: text()(host, key),
    schemes: list(scheme)(schemes, key),
    ports: list(integer({ min: 1, max: PORT_MAX }))(ports, key),
  }
}

const banPolicy: Check<Settings['banPolicy']> = (value, key) => {
  if (value === 'strict' || value === 'relaxed') return value
  throw invalid(key, 'must be "strict" or "relaxed"')
}

const slots = integer({ min: 0, max: SLOTS_MAX })
const time = number(TIME)

/** That an entry of `neverBan` is an IP or a CIDR is checked where it is taken apart (hosts/ban-exemptions.ts). */
export const SETTING_CHECKS: { readonly [K in keyof Settings]: Check<Settings[K]> } = {
  magicBytes,
  appName: text(LIMITS.APP_NAME_MAX_BYTES.value),
  appVersion,
  nodeId: text(LIMITS.NODE_ID_MAX_BYTES.value),
  features,
  inbound: unique(list(address)),
  externalAddrs: unique(list(address)),
  peers: unique(list(destination)),
  seeds: unique(list(destination)),
  outboundConnections: slots,
  inboundConnections: slots,
  getaddrsMax: optional(integer({ min: 0, max: LIMITS.GETADDR_MAX.value })),
  activeProfiles: unique(list(scheme)),
  mixedProfiles: unique(list(scheme)),
  torSocks5Proxy: proxy,
  nymSocks5Proxy: proxy,
  i2pSocks5Proxy: proxy,
  profiles,
  localnet: boolean,
  outboundPeerDiscoveryCooloffMs: time,
  outboundPeerDiscoveryAttemptMs: time,
  greylistRefineryIntervalMs: time,
  whitelistRefineryIntervalMs: optional(time),
  timeWithNoConnectionsMs: number({ min: 0, max: TIME.max }),
  knownPeerPercent: number({ min: 0, max: 100 }),
  disableGreys: boolean,
  blacklist: list(blacklistEntry),
  neverBan: list(text()),
  banPolicy,
  hostlistPath: optional(path),
  bansPath: optional(path),
  anchorsPath: optional(path),
  eclipseDefences: boolean,
}
