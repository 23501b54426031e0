/** The configuration of dchatd: flags over file over defaults. */
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import {
  checkRpcExposure,
  ConfigError,
  flagValue,
  parseRpcListen,
  parseToml,
  readConfigFile,
  readRpcSection,
  unknownKeyWarnings,
  writeConfigOnce,
} from '@dchat/daemon'
import type { RpcConfig, TomlTable, UnknownKey } from '@dchat/daemon'
import { makeSettings } from '@dchat/net'
import type { Settings } from '@dchat/net'
import { dchatPaths } from '@dchat/rpc'
import type { DchatPaths } from '@dchat/rpc'
import { defaultConfigText } from './default-config.ts'
import type { DchatdFlags } from './flags.ts'
import { ANCHORS_FILE, readNetSection } from './net-section.ts'
import { readChatSection, readStoreSection } from './own-sections.ts'
import type { ChatConfig, StoreConfig } from './own-sections.ts'

export interface DchatdConfig {
  readonly settings: Settings
  readonly rpc: RpcConfig
  readonly chat: ChatConfig
  readonly store: StoreConfig
  /** `configFile` is the file that was read. */
  readonly paths: DchatPaths
  readonly log: { readonly file: string | undefined; readonly verbosity: number }
  /** Whether this run wrote the configuration file. */
  readonly isFirstRun: boolean
  /** Lines for the log, each with file and line. */
  readonly warnings: readonly string[]
}

/** Where the RPC listens when nothing says otherwise; the reference's port. */
const DEFAULT_RPC_LISTEN = 'tcp://127.0.0.1:51054'

/** Keys that belong into a profile's table, for those who put them into `[net]`. */
const PROFILE_KEYS = new Set(['outbound_connect_timeout', 'channel_handshake_timeout', 'channel_heartbeat_interval'])

/**
 * Reads the configuration. Without `--config` a missing file is written first, commented and with nothing but defaults.
 * @throws {ConfigError} for the file, {FlagError} for the flags: one line each, exit code 2.
 */
export function loadDchatdConfig(flags: DchatdFlags, env: NodeJS.ProcessEnv = process.env): DchatdConfig {
  const usual = dchatPaths({ ...(flags.home === undefined ? {} : { home: flags.home }), env })
  const { root, configFile, isFirstRun, warnings } = openConfig(flags, usual)
  const places = { home: env['HOME'] || homedir(), base: dirname(configFile) }

  const { hostlistPath, bansPath } = usual
  const anchorsPath = join(dirname(hostlistPath), ANCHORS_FILE)
  const net = readNetSection(root, { ...places, hostlistPath, bansPath, anchorsPath }, flags)
  const rpcOfFile = readRpcSection(root, { ...places, listen: DEFAULT_RPC_LISTEN, socketPath: usual.socketPath })
  const chat = readChatSection(root)
  const store = readStoreSection(root)
  const rpc = { ...rpcOfFile, ...rpcOverrides(flags) }
  const exposure = checkRpcExposure(root, rpc)
  const settings = makeSettings({ ...net.settings, ...netOverrides(flags) })
  return {
    settings,
    rpc,
    chat,
    store,
    paths: {
      ...usual,
      configFile,
      hostlistPath: settings.hostlistPath ?? hostlistPath,
      bansPath: settings.bansPath ?? bansPath,
    },
    log: { file: flags.log === undefined ? undefined : resolve(flags.log), verbosity: flags.verbose },
    isFirstRun,
    warnings: [...warnings, ...net.warnings, ...unknownKeyWarnings(root, hintFor), ...(exposure === undefined ? [] : [exposure])],
  }
}

/**
 * Reads the configuration of a running daemon again: `before` is what it has. A missing file is an error now, not a first run.
 * @throws {ConfigError} as `loadDchatdConfig`
 */
export function reloadDchatdConfig(flags: DchatdFlags, before: DchatdConfig, env: NodeJS.ProcessEnv = process.env): DchatdConfig {
  return loadDchatdConfig({ ...flags, config: before.paths.configFile }, env)
}

interface OpenedConfig {
  readonly root: TomlTable
  readonly configFile: string
  readonly isFirstRun: boolean
  readonly warnings: readonly string[]
}

function openConfig(flags: DchatdFlags, usual: DchatPaths): OpenedConfig {
  if (flags.config !== undefined) {
    const configFile = resolve(flags.config)
    const hint =
      configFile === usual.configFile ? null : `without --config ${usual.configFile} is read, and written when it is missing`
    return { root: readConfigFile(configFile, hint), configFile, isFirstRun: false, warnings: [] }
  }
  const { configFile } = usual
  try {
    const isFirstRun = writeConfigOnce(configFile, defaultConfigText())
    return { root: readConfigFile(configFile), configFile, isFirstRun, warnings: [] }
  } catch (error) {
    if (error instanceof ConfigError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    const warning = `${configFile}: could not be written, going on with the defaults: ${reason}`
    return { root: parseToml('', configFile), configFile, isFirstRun: false, warnings: [warning] }
  }
}

function hintFor({ table, key }: UnknownKey): string | undefined {
  if (key === 'accept_addrs') return 'dchatd listens on the addresses in net.inbound'
  return table.name === 'net' && PROFILE_KEYS.has(key) ? 'it belongs into [net.profiles."tcp"]' : undefined
}

/** Address lists have had their say where those of the file are read. */
function netOverrides(flags: DchatdFlags): Partial<Settings> {
  const outboundConnections = flags['outbound-slots']
  const inboundConnections = flags['inbound-slots']
  return {
    ...(outboundConnections === undefined ? {} : { outboundConnections }),
    ...(inboundConnections === undefined ? {} : { inboundConnections }),
    ...(flags.localnet ? { localnet: true } : {}),
  }
}

function rpcOverrides(flags: DchatdFlags): Partial<RpcConfig> {
  const listen = flags['rpc-listen']
  const disabledMethods = flags['rpc-disabled-methods']
  return {
    ...(listen === undefined ? {} : { listen: flagValue('rpc-listen', listen, parseRpcListen) }),
    ...(disabledMethods === undefined ? {} : { disabledMethods }),
  }
}
