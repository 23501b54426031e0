/** The one table of all that can be configured of lilith. Facts: docs/node.md, *Lilith's configuration*. */
import { booleanKind, listKind, pathKind, secondsKind, textKind, tomlKind } from '@dchat/config'
import type { ConfigSection, KeySpec, KeyTable, Parsed } from '@dchat/config'
import { LOG_SECTION, magicBytes, parseAcceptAddress, parseEndpoint, parseProxy, rpcKeys, TOKEN_SECTION } from '@dchat/daemon'
import type { AcceptAddress, RpcValues } from '@dchat/daemon'
import { DEFAULT_SETTINGS } from '@dchat/net'
import type { Settings } from '@dchat/net'
import { formatSemver, isSerialError, parseSemver } from '@dchat/serial'

const INTERVAL = { min: 0.1, max: 86_400 }

/** Name and version share the 128 bytes of a `verack`. */
const MAX_APP_NAME_BYTES = 64

export interface TopValues {
  readonly whitelist_refinery_interval: number
}

export interface NetworkValues {
  readonly accept_addrs: readonly AcceptAddress[] | undefined
  readonly hostlist: string | undefined
  readonly datastore: string | undefined
  readonly magic_bytes: Uint8Array | undefined
  readonly app_name: string
  readonly version: Settings['appVersion']
  readonly seeds: readonly string[]
  readonly peers: readonly string[]
  readonly localnet: boolean
  readonly greylist_refinery_interval: number
  readonly tor_socks5_proxy: string
  readonly i2p_socks5_proxy: string
}

/** `rpc_listen` has the reference's port for seeds. */
export const RPC_KEYS: KeyTable<RpcValues> = rpcKeys({ listen: 'tcp://127.0.0.1:18927', socketName: 'lilith.sock' })

export const TOP_KEYS: KeyTable<TopValues> = {
  whitelist_refinery_interval: {
    kind: secondsKind(INTERVAL),
    default: 120,
    text: 'Time between probes of the proven host that was seen longest ago',
    isLive: true,
  },
}

export const NETWORK_KEYS: KeyTable<NetworkValues> = {
  accept_addrs: {
    kind: listKind('list of addresses', parseAcceptAddress),
    defaultDoc: 'must be set',
    text: 'Listen here, see *Transports*; no two networks at one address',
    isLive: false,
  },
  hostlist: {
    kind: pathKind,
    defaultDoc: 'must be set',
    text: 'Known hosts; a file of its own for each network',
    isLive: false,
  },
  datastore: {
    kind: pathKind,
    defaultDoc: 'must be set',
    text: 'Folder of the network; one of its own for each, and one seed at a time',
    isLive: false,
  },
  magic_bytes: {
    kind: tomlKind('four integers, 0 to 255', (table, key) => magicBytes(table, key)!),
    defaultDoc: 'must be set',
    text: 'Separates networks',
    isLive: false,
  },
  app_name: {
    kind: textKind(`text, ${MAX_APP_NAME_BYTES} bytes`, parseAppName),
    default: DEFAULT_SETTINGS.appName,
    text: 'Nodes with another name are turned away',
    isLive: false,
  },
  version: {
    kind: textKind('version', parseVersion),
    default: formatSemver(DEFAULT_SETTINGS.appVersion),
    text: 'Nodes with another major or minor number are turned away',
    isLive: false,
  },
  seeds: { kind: listKind('list of addresses', parseEndpoint), default: [], text: 'As for dchatd', isLive: true },
  peers: { kind: listKind('list of addresses', parseEndpoint), default: [], text: 'As for dchatd', isLive: true },
  localnet: { kind: booleanKind, default: DEFAULT_SETTINGS.localnet, text: 'As for dchatd', isLive: false },
  greylist_refinery_interval: {
    kind: secondsKind(INTERVAL),
    default: DEFAULT_SETTINGS.greylistRefineryIntervalMs / 1000,
    text: 'As for dchatd. A newcomer is told to others once it was probed: with 15 s a seed lets four a minute in, and a network that grows faster fills slowly. `1` is right for such a one',
    isLive: true,
  },
  tor_socks5_proxy: proxy('torSocks5Proxy', 'Through this, hosts of tor are tried'),
  i2p_socks5_proxy: proxy('i2pSocks5Proxy', 'Through this, hosts of I2P are tried'),
}

/** `[network."NAME"]` is known by the file alone, so its keys have no variables. */
export const LILITH_SECTIONS: readonly ConfigSection[] = [
  { path: [], title: 'top level', keys: TOP_KEYS },
  { path: ['rpc'], title: '[rpc]', keys: RPC_KEYS },
  TOKEN_SECTION,
  { path: ['network', '*'], title: '[network."NAME"]', keys: NETWORK_KEYS },
  LOG_SECTION,
]

function proxy(of: 'torSocks5Proxy' | 'i2pSocks5Proxy', text: string): KeySpec<string> {
  const usual = DEFAULT_SETTINGS[of]
  const kind = textKind('`socks5://host:port`', parseProxy(usual))
  return { kind, default: usual.replace(/\/$/, ''), text, isLive: false }
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
