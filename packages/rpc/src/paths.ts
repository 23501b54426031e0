/** Where dchat keeps its files: XDG folders, or everything below one home. */
import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'

/** Beside the cookie. */
export const TLS_FINGERPRINT_FILE: string = 'tls-fingerprint'

export interface DchatPaths {
  configFile: string
  tuiConfigFile: string
  dataDir: string
  stateDir: string
  runtimeDir: string
  socketPath: string
  cookiePath: string
  /** Addresses of a running daemon, one a line. */
  addressPath: string
  /** SHA-256 of the certificate the RPC shows over TLS. */
  tlsFingerprintPath: string
  storePath: string
  /** The secret key of this node. */
  identityPath: string
  /** The private halves of the keys that others write direct messages to. */
  boxKeysPath: string
  /** The keys of private rooms. */
  roomKeysPath: string
  hostlistPath: string
  bansPath: string
  lockPath: string
  logFile: string
  inputHistoryPath: string
  /** What was set in dchat-tui itself. */
  tuiSettingsPath: string
}

/**
 * Folders: `$XDG_CONFIG_HOME/dchat`, `$XDG_DATA_HOME/dchat`, `$XDG_STATE_HOME/dchat` and `$XDG_RUNTIME_DIR/dchat` (without it,
 * `run` in the state folder), with the usual defaults below the user's home; relative values of these variables are ignored, as
 * the XDG specification wants. `home` (else `DCHAT_HOME`) moves all of them below one folder. Nothing is created here.
 */
export function dchatPaths(options: { home?: string; env?: NodeJS.ProcessEnv } = {}): DchatPaths {
  const env = options.env ?? process.env
  const home = options.home ?? nonEmpty(env['DCHAT_HOME'])
  const folders = home === undefined ? xdgFolders(env) : homeFolders(resolve(home))
  const { configDir, dataDir, stateDir, runtimeDir } = folders
  return {
    configFile: join(configDir, 'dchatd.toml'),
    tuiConfigFile: join(configDir, 'tui.toml'),
    dataDir,
    stateDir,
    runtimeDir,
    socketPath: join(runtimeDir, 'dchatd.sock'),
    cookiePath: join(runtimeDir, 'cookie'),
    addressPath: join(runtimeDir, 'rpc-address'),
    tlsFingerprintPath: join(runtimeDir, TLS_FINGERPRINT_FILE),
    storePath: join(dataDir, 'messages.db'),
    identityPath: join(dataDir, 'identity.key'),
    boxKeysPath: join(dataDir, 'box-keys'),
    roomKeysPath: join(dataDir, 'room-keys'),
    hostlistPath: join(dataDir, 'hostlist.tsv'),
    bansPath: join(dataDir, 'bans.tsv'),
    lockPath: join(dataDir, 'lock.db'),
    logFile: join(stateDir, 'dchatd.log'),
    inputHistoryPath: join(stateDir, 'input-history'),
    tuiSettingsPath: join(stateDir, 'tui-settings.json'),
  }
}

interface Folders {
  configDir: string
  dataDir: string
  stateDir: string
  runtimeDir: string
}

function homeFolders(home: string): Folders {
  return { configDir: home, dataDir: join(home, 'data'), stateDir: join(home, 'state'), runtimeDir: join(home, 'run') }
}

function xdgFolders(env: NodeJS.ProcessEnv): Folders {
  const userHome = absolute(env['HOME']) ?? homedir()
  const folder = (variable: string, fallback: string): string =>
    join(absolute(env[variable]) ?? join(userHome, fallback), 'dchat')
  const stateDir = folder('XDG_STATE_HOME', '.local/state')
  const runtime = absolute(env['XDG_RUNTIME_DIR'])
  return {
    configDir: folder('XDG_CONFIG_HOME', '.config'),
    dataDir: folder('XDG_DATA_HOME', '.local/share'),
    stateDir,
    runtimeDir: runtime === undefined ? join(stateDir, 'run') : join(runtime, 'dchat'),
  }
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : value
}

function absolute(value: string | undefined): string | undefined {
  return value !== undefined && isAbsolute(value) ? value : undefined
}
