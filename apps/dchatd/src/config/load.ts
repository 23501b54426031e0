/** The configuration of dchatd: flags over variables over the file over defaults. */
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import {
  ConfigError,
  keyValues,
  parseToml,
  readConfigFile,
  readOverrides,
  unknownKeyWarnings,
  writeConfigOnce,
} from '@dchat/config'
import type { KeyValue, Overrides, TomlTable, UnknownKey } from '@dchat/config'
import { DAEMON_VARIABLES, checkRpcExposure, readLogSection, readRpcSection, verboseOverride } from '@dchat/daemon'
import type { LogConfig, RpcConfig } from '@dchat/daemon'
import { makeSettings } from '@dchat/net'
import type { Settings } from '@dchat/net'
import { dchatPaths } from '@dchat/rpc'
import type { DchatPaths } from '@dchat/rpc'
import type { DchatdFlags } from './command-line.ts'
import { defaultConfigText } from './default-config.ts'
import { DCHATD_SECTIONS, RPC_KEYS } from './keys.ts'
import { PROFILE_KEYS } from './net-keys.ts'
import { ANCHORS_FILE, readNetSection } from './net-section.ts'
import { readChatSection, readStoreSection } from './own-sections.ts'
import type { ChatConfig, StoreConfig } from './own-sections.ts'

export interface DchatdConfig {
  readonly settings: Settings
  readonly rpc: RpcConfig
  readonly chat: ChatConfig
  readonly store: StoreConfig
  readonly log: LogConfig
  /** `configFile` is the file that was read. */
  readonly paths: DchatPaths
  /** Every key, as it is in the end. */
  readonly values: readonly KeyValue[]
  /** Whether there is a configuration file; without one there are defaults. */
  readonly hasFile: boolean
  /** Whether this run wrote the configuration file. */
  readonly isFirstRun: boolean
  /** Lines for the log, each with its place. */
  readonly warnings: readonly string[]
}

export interface LoadOptions {
  /** @default process.env */
  readonly env?: NodeJS.ProcessEnv
  /** Leaves a missing file missing, instead of writing it. @default false */
  readonly isReadOnly?: boolean
}

/**
 * Reads the configuration. Without `--config` a missing file is written first, commented and with nothing but defaults; a file
 * that is there is never written.
 * @throws {ConfigError} one line that names the file, the flag or the variable: exit code 2.
 */
export function loadDchatdConfig(flags: DchatdFlags, options: LoadOptions = {}): DchatdConfig {
  const env = options.env ?? process.env
  const usual = dchatPaths({ ...(flags.home === undefined ? {} : { home: flags.home }), env })
  const overridden = readOverrides(DCHATD_SECTIONS, { flags, env, variables: DAEMON_VARIABLES })
  const overrides = new Map([...overridden.overrides, ...verboseOverride(flags.verbose)])
  const { root, ...opened } = openConfig(flags, usual, { overrides, isReadOnly: options.isReadOnly === true })
  const places = { home: env['HOME'] || homedir(), base: dirname(opened.configFile) }
  const anchorsPath = join(dirname(usual.hostlistPath), ANCHORS_FILE)

  const net = readNetSection(root, { ...places, hostlistPath: usual.hostlistPath, bansPath: usual.bansPath, anchorsPath })
  const rpc = readRpcSection(root, RPC_KEYS, { ...places, socketPath: usual.socketPath })
  const chat = readChatSection(root, places)
  const store = readStoreSection(root, places)
  const log = readLogSection(root, places, flags.verbose)
  const exposure = checkRpcExposure(root, rpc)
  const unknown = unknownKeyWarnings(root, hintFor)
  const settings = makeSettings(net.settings)
  const { configFile } = opened
  const hostlistPath = settings.hostlistPath ?? usual.hostlistPath
  return {
    settings,
    rpc,
    chat,
    store,
    log,
    paths: { ...usual, configFile, hostlistPath, bansPath: settings.bansPath ?? usual.bansPath },
    values: keyValues(root, DCHATD_SECTIONS, { 'rpc.rpc_socket': usual.socketPath, 'net.hostlist': hostlistPath }),
    hasFile: opened.hasFile,
    isFirstRun: opened.isFirstRun,
    warnings: [
      ...opened.warnings,
      ...overridden.warnings,
      ...net.warnings,
      ...unknown,
      ...(exposure === undefined ? [] : [exposure]),
    ],
  }
}

/**
 * Reads the configuration of a running daemon again: `before` is what it has. A missing file is an error now, not a first run.
 * @throws {ConfigError}
 */
export function reloadDchatdConfig(flags: DchatdFlags, before: DchatdConfig, options: LoadOptions = {}): DchatdConfig {
  return loadDchatdConfig({ ...flags, config: before.paths.configFile }, options)
}

interface OpenedConfig {
  readonly root: TomlTable
  readonly configFile: string
  readonly hasFile: boolean
  readonly isFirstRun: boolean
  readonly warnings: readonly string[]
}

interface OpenOptions {
  readonly overrides: Overrides
  readonly isReadOnly: boolean
}

function openConfig(flags: DchatdFlags, usual: DchatPaths, { overrides, isReadOnly }: OpenOptions): OpenedConfig {
  const usualFile = usual.configFile
  const opened = (configFile: string, hint: string | null): OpenedConfig => {
    const root = readConfigFile(configFile, { hint, overrides })
    return { root, configFile, hasFile: true, isFirstRun: false, warnings: [] }
  }
  const without = (warnings: readonly string[]): OpenedConfig => {
    const root = parseToml('', usualFile, overrides)
    return { root, configFile: usualFile, hasFile: false, isFirstRun: false, warnings }
  }
  if (flags.config !== undefined) {
    const hint = `without --config ${usualFile} is read, and written when it is missing`
    return opened(resolve(flags.config), resolve(flags.config) === usualFile ? null : hint)
  }
  if (isReadOnly) return existsSync(usualFile) ? opened(usualFile, null) : without([])
  try {
    const isFirstRun = writeConfigOnce(usualFile, defaultConfigText())
    return { ...opened(usualFile, null), isFirstRun }
  } catch (error) {
    if (error instanceof ConfigError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    return without([`${usualFile}: could not be written, going on with the defaults: ${reason}`])
  }
}

function hintFor({ table, key }: UnknownKey): string | undefined {
  if (key === 'accept_addrs') return 'dchatd listens on the addresses in net.inbound'
  return table.name === 'net' && Object.hasOwn(PROFILE_KEYS, key) ? 'it belongs into [net.profiles."tcp"]' : undefined
}
