/** The configuration of lilith, one network a table. Facts: docs/node.md, *Lilith's configuration*. */
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import {
  acceptWarnings,
  checkRpcExposure,
  checkTogether,
  collides,
  COMMON_FLAGS,
  ConfigError,
  ExitCode,
  helpText,
  listOfTable,
  listWarnings,
  magicBytes,
  parseAcceptAddress,
  parseEndpoint,
  parseFlags,
  parsePath,
  parseProxy,
  readConfigFile,
  readRpcSection,
  unknownKeyWarnings,
} from '@dchat/daemon'
import type { FlagValues, Parsed, RpcConfig, TomlTable, UnknownKey } from '@dchat/daemon'
import { DEFAULT_SETTINGS, isDialableScheme, makeSettings, systemTransports } from '@dchat/net'
import type { Settings } from '@dchat/net'
import { dchatPaths } from '@dchat/rpc'
import { isSerialError, parseSemver } from '@dchat/serial'

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
  readonly paths: { readonly configFile: string; readonly cookiePath: string }
  readonly log: { readonly file: string | undefined; readonly verbosity: number }
  /** Lines for the log, each with file and line. */
  readonly warnings: readonly string[]
}

export type LilithFlags = FlagValues<typeof COMMON_FLAGS>

/** The reference's port for seeds. */
const DEFAULT_RPC_LISTEN = 'tcp://127.0.0.1:18927'

/** What a seed is for: it answers everybody, looks for nobody, and bans nobody. */
const FIXED = {
  inboundConnections: 512,
  outboundConnections: 0,
  banPolicy: 'relaxed',
  activeProfiles: ['tcp', 'tcp+tls', 'tor', 'tor+tls', 'i2p', 'i2p+tls'],
} as const satisfies Partial<Settings>

const INTERVAL = { min: 0.1, max: 86_400 }

/** Name and version share the 128 bytes of a `verack`. */
const MAX_APP_NAME_BYTES = 64

/** @throws {FlagError} */
export function parseLilithFlags(args: readonly string[]): LilithFlags {
  return parseFlags(args, COMMON_FLAGS)
}

/** What `--help` prints. */
export function lilithHelp(): string {
  return helpText({
    program: 'lilith',
    summary: 'a seed node: tells the nodes of a network about each other',
    groups: { General: COMMON_FLAGS },
    examples: [
      ['lilith -c /etc/dchat/lilith.toml', 'Serve the networks of this file.'],
      ['lilith --home /srv/lilith -v', 'Read /srv/lilith/lilith.toml and log at debug level.'],
    ],
    notes: [
      'A network in the configuration file:',
      ...EXAMPLE_NETWORK.map((line) => `  ${line}`),
      '',
      'Exit codes: 0 stopped, 1 failure or no network, 2 configuration or usage, 3 address in use,',
      '            5 data unusable.',
    ],
  })
}

const EXAMPLE_NETWORK = [
  '[network."dchatd"]',
  'accept_addrs = ["tcp://0.0.0.0:26661"]',
  'hostlist = "~/lilith/dchatd/hostlist.tsv"',
  'datastore = "~/lilith/dchatd"',
  'magic_bytes = [217, 239, 182, 125]',
]

/**
 * Reads the configuration.
 * @throws {ConfigError} one line; exit code 2, or 1 when there is no network to serve.
 */
export function loadLilithConfig(flags: LilithFlags, env: NodeJS.ProcessEnv = process.env): LilithConfig {
  const usual = dchatPaths({ ...(flags.home === undefined ? {} : { home: flags.home }), env })
  const configFile = flags.config === undefined ? join(dirname(usual.configFile), 'lilith.toml') : resolve(flags.config)
  const root = readConfigFile(configFile, 'write one with a [network."NAME"] table, as "lilith --help" shows')
  const places: Places = { home: env['HOME'] || homedir(), base: dirname(configFile) }
  const rpc = readRpcSection(root, { ...places, listen: DEFAULT_RPC_LISTEN, socketPath: join(usual.runtimeDir, 'lilith.sock') })
  const whitelistRefineryIntervalMs = root.seconds('whitelist_refinery_interval', INTERVAL) ?? 120_000
  const { networks, warnings } = readNetworks(root, places)
  const exposure = checkRpcExposure(root, rpc)
  return {
    networks,
    whitelistRefineryIntervalMs,
    rpc,
    paths: { configFile, cookiePath: join(usual.runtimeDir, 'lilith.cookie') },
    log: { file: flags.log === undefined ? undefined : resolve(flags.log), verbosity: flags.verbose },
    warnings: [...warnings, ...unknownKeyWarnings(root, hintFor), ...(exposure === undefined ? [] : [exposure])],
  }
}

function hintFor({ table, key }: UnknownKey): string | undefined {
  if (key === 'whitelist_refinery_interval' && table.name !== '') return 'it belongs at the top level, above every table'
  if (key === 'nym_socks5_proxy') return 'lilith does not dial nym'
  if (key === 'inbound' && table.name.startsWith('network.')) return 'lilith listens on the addresses in accept_addrs'
  return undefined
}

interface Places {
  readonly home: string
  readonly base: string
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
  const inbound = readInbound(table)
  const peers = listOfTable(table, 'peers', parseEndpoint)
  const seeds = listOfTable(table, 'seeds', parseEndpoint)
  const settings = makeSettings({
    ...FIXED,
    inbound: inbound.urls,
    hostlistPath: table.required('hostlist', table.parsed('hostlist', parsePath(places))),
    magicBytes: table.required('magic_bytes', magicBytes(table, 'magic_bytes')),
    seeds: seeds.items,
    peers: peers.items,
    appName: table.parsed('app_name', parseAppName) ?? DEFAULT_SETTINGS.appName,
    appVersion: table.parsed('version', parseVersion) ?? DEFAULT_SETTINGS.appVersion,
    localnet: table.boolean('localnet') ?? DEFAULT_SETTINGS.localnet,
    greylistRefineryIntervalMs:
      table.seconds('greylist_refinery_interval', INTERVAL) ?? DEFAULT_SETTINGS.greylistRefineryIntervalMs,
    torSocks5Proxy:
      table.parsed('tor_socks5_proxy', parseProxy(DEFAULT_SETTINGS.torSocks5Proxy)) ?? DEFAULT_SETTINGS.torSocks5Proxy,
    i2pSocks5Proxy:
      table.parsed('i2p_socks5_proxy', parseProxy(DEFAULT_SETTINGS.i2pSocks5Proxy)) ?? DEFAULT_SETTINGS.i2pSocks5Proxy,
  })
  const datastore = table.required('datastore', table.parsed('datastore', parsePath(places)))
  const transports = systemTransports(settings)
  const whyNever = (url: string): string | undefined => {
    const scheme = url.slice(0, url.indexOf(':'))
    return isDialableScheme(scheme, settings, transports) ? undefined : `lilith does not dial ${scheme}: never dialled`
  }
  const undialled = [peers, seeds].flatMap((list) => listWarnings(list, whyNever))
  return { network: { name, settings, datastore }, warnings: [...inbound.warnings, ...undialled] }
}

function readInbound(table: TomlTable): { urls: string[]; warnings: string[] } {
  if (!table.has('accept_addrs')) table.required('accept_addrs', undefined)
  const list = listOfTable(table, 'accept_addrs', parseAcceptAddress)
  checkTogether([list])
  const urls = list.items.flatMap(({ url }) => url ?? [])
  if (urls.length === 0) throw table.error('accept_addrs', { reason: 'must name at least one address to listen on' })
  return { urls, warnings: acceptWarnings(list) }
}

function parseAppName(text: string): Parsed<string> {
  const bytes = Buffer.byteLength(text)
  return bytes >= 1 && bytes <= MAX_APP_NAME_BYTES ? { value: text } : { reason: `must have 1 to ${MAX_APP_NAME_BYTES} bytes` }
}

function parseVersion(text: string): Parsed<Settings['appVersion']> {
  try {
    return { value: parseSemver(text) }
  } catch (error) {
    if (!isSerialError(error, 'SERIAL_BAD_SEMVER')) throw error
    return { reason: `"${text}" is not a version`, hint: 'write it as "0.4.1"' }
  }
}
