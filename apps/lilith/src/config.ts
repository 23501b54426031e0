/** The configuration of lilith, one network a table. Facts: docs/node.md, *Lilith's configuration*. */
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import {
  ConfigError,
  keyValues,
  listWarnings,
  placedList,
  readConfigFile,
  readKeys,
  readOverrides,
  unknownKeyWarnings,
} from '@dchat/config'
import type { KeyValue, Places, TomlTable, UnknownKey } from '@dchat/config'
import {
  DAEMON_VARIABLES,
  acceptWarnings,
  checkRpcExposure,
  checkTogether,
  collides,
  ExitCode,
  readLogSection,
  readRpcSection,
  verboseOverride,
} from '@dchat/daemon'
import type { LogConfig, RpcConfig } from '@dchat/daemon'
import { isDialableScheme, makeSettings, systemTransports } from '@dchat/net'
import type { Settings } from '@dchat/net'
import { dchatPaths } from '@dchat/rpc'
import type { LilithFlags } from './command-line.ts'
import { LILITH_SECTIONS, NETWORK_KEYS, RPC_KEYS, TOP_KEYS } from './keys.ts'
import type { NetworkValues } from './keys.ts'

export interface LilithNetwork {
  /** As in `[network."NAME"]`. */
  readonly name: string
  readonly settings: Settings
  /** Folder for what the network keeps besides its host list. */
  readonly datastore: string
}

export interface LilithConfig {
  /** At least one. */
  readonly networks: readonly LilithNetwork[]
  /** Time between probes of the white host seen longest ago. @default 120_000 */
  readonly whitelistRefineryIntervalMs: number
  readonly rpc: RpcConfig
  readonly paths: { readonly configFile: string; readonly cookiePath: string; readonly tlsFingerprintPath: string }
  readonly log: LogConfig
  /** Every key, as it is in the end. */
  readonly values: readonly KeyValue[]
  /** Lines for the log, each with file and line. */
  readonly warnings: readonly string[]
}

/** What a seed is for: it answers everybody, looks for nobody, and bans nobody. */
const FIXED = {
  inboundConnections: 512,
  outboundConnections: 0,
  banPolicy: 'relaxed',
  activeProfiles: ['tcp', 'tcp+tls', 'tor', 'tor+tls', 'i2p', 'i2p+tls'],
} as const satisfies Partial<Settings>

/**
 * Reads the configuration.
 * @throws {ConfigError} one line; exit code 2, or 1 when there is no network to serve.
 */
export function loadLilithConfig(flags: LilithFlags, env: NodeJS.ProcessEnv = process.env): LilithConfig {
  const usual = dchatPaths({ ...(flags.home === undefined ? {} : { home: flags.home }), env })
  const configFile = flags.config === undefined ? join(dirname(usual.configFile), 'lilith.toml') : resolve(flags.config)
  const overridden = readOverrides(LILITH_SECTIONS, { flags, env, variables: DAEMON_VARIABLES })
  const root = readConfigFile(configFile, {
    hint: 'write one with a [network."NAME"] table, as "lilith --help" shows',
    overrides: new Map([...overridden.overrides, ...verboseOverride(flags.verbose)]),
  })
  const places: Places = { home: env['HOME'] || homedir(), base: dirname(configFile) }
  const socketPath = join(usual.runtimeDir, 'lilith.sock')
  const rpc = readRpcSection(root, RPC_KEYS, { ...places, socketPath })
  const log = readLogSection(root, places, flags.verbose)
  const { whitelist_refinery_interval: whitelistRefineryIntervalMs } = readKeys(root, TOP_KEYS, places)
  const { networks, warnings } = readNetworks(root, places)
  const exposure = checkRpcExposure(root, rpc)
  const unknown = unknownKeyWarnings(root, hintFor)
  return {
    networks,
    whitelistRefineryIntervalMs,
    rpc,
    paths: {
      configFile,
      cookiePath: join(usual.runtimeDir, 'lilith.cookie'),
      tlsFingerprintPath: join(usual.runtimeDir, 'lilith.tls-fingerprint'),
    },
    log,
    values: keyValues(root, LILITH_SECTIONS, { 'rpc.rpc_socket': socketPath }),
    warnings: [...overridden.warnings, ...warnings, ...unknown, ...(exposure === undefined ? [] : [exposure])],
  }
}

function hintFor({ table, key }: UnknownKey): string | undefined {
  if (key === 'whitelist_refinery_interval' && table.name !== '') return 'it belongs at the top level, above every table'
  if (key === 'nym_socks5_proxy') return 'lilith does not dial nym'
  if (key === 'inbound' && table.name.startsWith('network.')) return 'lilith listens on the addresses in accept_addrs'
  return undefined
}

interface Networks {
  readonly networks: readonly LilithNetwork[]
  readonly warnings: readonly string[]
}

function readNetworks(root: TomlTable, places: Places): Networks {
  const tables = root.section('network')
  const read = tables.keys.map((name) => readNetwork(name, tables.section(name), places))
  if (read.length === 0) {
    const { data } = root.error('network', {
      reason: 'there is no network to serve',
      hint: 'add a [network."NAME"] table, as --help shows',
    })
    throw new ConfigError('CONFIG_NO_NETWORK', data, { exitCode: ExitCode.failure })
  }
  const networks = read.map(({ network }) => network)
  const shared = networks.flatMap((network, index) => {
    const table = tables.section(network.name)
    const earlier = networks.slice(0, index)
    checkApart(table, network, earlier)
    return magicWarning(table, network, earlier) ?? []
  })
  return { networks, warnings: [...read.flatMap(({ warnings }) => warnings), ...shared] }
}

/** Networks are told apart by nothing else on the wire. */
function magicWarning(table: TomlTable, { settings }: LilithNetwork, earlier: readonly LilithNetwork[]): string | undefined {
  const same = earlier.find((other) => Buffer.compare(other.settings.magicBytes, settings.magicBytes) === 0)
  if (same === undefined) return undefined
  return table.remark('magic_bytes', { reason: `are those of network "${same.name}" too: to its nodes the two are one network` })
}

/** Networks that shared a file, a folder or an address would tell each other's nodes about. */
function checkApart(table: TomlTable, network: LilithNetwork, earlier: readonly LilithNetwork[]): void {
  const { settings, datastore } = network
  for (const other of earlier) {
    if (other.settings.hostlistPath === settings.hostlistPath)
      throw table.error('hostlist', { reason: `is the file of network "${other.name}" too` })
    if (other.datastore === datastore) throw table.error('datastore', { reason: `is the folder of network "${other.name}" too` })
    for (const url of settings.inbound) {
      const taken = other.settings.inbound.find((listened) => collides(url, listened))
      if (taken === undefined) continue
      throw table.error('accept_addrs', { reason: `${url} is in the way of ${taken} of network "${other.name}"` })
    }
  }
}

function readNetwork(name: string, table: TomlTable, places: Places): { network: LilithNetwork; warnings: string[] } {
  const values = readKeys(table, NETWORK_KEYS, places)
  const inbound = readInbound(table, values)
  const settings = makeSettings({
    ...FIXED,
    inbound: inbound.urls,
    hostlistPath: table.required('hostlist', values.hostlist),
    magicBytes: table.required('magic_bytes', values.magic_bytes),
    seeds: values.seeds,
    peers: values.peers,
    appName: values.app_name,
    appVersion: values.version,
    localnet: values.localnet,
    greylistRefineryIntervalMs: values.greylist_refinery_interval,
    torSocks5Proxy: values.tor_socks5_proxy,
    i2pSocks5Proxy: values.i2p_socks5_proxy,
  })
  const datastore = table.required('datastore', values.datastore)
  const transports = systemTransports(settings)
  const whyNever = (url: string): string | undefined => {
    const scheme = url.slice(0, url.indexOf(':'))
    return isDialableScheme(scheme, settings, transports) ? undefined : `lilith does not dial ${scheme}: never dialled`
  }
  const undialled = (['peers', 'seeds'] as const).flatMap((key) => listWarnings(placedList(table, key, values[key]), whyNever))
  return { network: { name, settings, datastore }, warnings: [...inbound.warnings, ...undialled] }
}

function readInbound(table: TomlTable, { accept_addrs: addresses }: NetworkValues): { urls: string[]; warnings: string[] } {
  const list = placedList(table, 'accept_addrs', table.required('accept_addrs', addresses))
  checkTogether([list])
  const urls = list.items.flatMap(({ url }) => url ?? [])
  if (urls.length === 0) throw table.error('accept_addrs', { reason: 'must name at least one address to listen on' })
  return { urls, warnings: acceptWarnings(list) }
}
