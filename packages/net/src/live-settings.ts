/** The settings of a node that runs: one object that every part reads at each use, changed in one place. */
import { isDeepStrictEqual } from 'node:util'
import { NetError } from './errors.ts'
import { checkSchemes } from './scheme-checks.ts'
import { makeSettings } from './settings.ts'
import type { Settings } from './settings.ts'
import type { TransportTable } from './transports/transport.ts'

/** Which settings `P2p.reload` may change; the others hold from the making of the node to its end. */
const CHANGEABLE: Readonly<Record<keyof Settings, boolean>> = {
  magicBytes: false,
  appName: false,
  appVersion: false,
  nodeId: true,
  features: true,
  inbound: false,
  externalAddrs: true,
  peers: true,
  seeds: true,
  outboundConnections: true,
  inboundConnections: true,
  getaddrsMax: true,
  activeProfiles: false,
  mixedProfiles: false,
  torSocks5Proxy: false,
  nymSocks5Proxy: false,
  i2pSocks5Proxy: false,
  profiles: true,
  localnet: false,
  outboundPeerDiscoveryCooloffMs: true,
  outboundPeerDiscoveryAttemptMs: true,
  greylistRefineryIntervalMs: true,
  whitelistRefineryIntervalMs: true,
  timeWithNoConnectionsMs: true,
  knownPeerPercent: true,
  disableGreys: true,
  blacklist: true,
  neverBan: true,
  banPolicy: true,
  hostlistPath: false,
  bansPath: false,
  anchorsPath: false,
  eclipseDefences: false,
}

/** Whether `P2p.reload` may change the setting. */
export function isChangeable(setting: keyof Settings): boolean {
  return CHANGEABLE[setting]
}

/** Of `settings` those that `P2p.reload` may change. */
export function changeable(settings: Partial<Settings>): Partial<Settings> {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => isChangeable(name as keyof Settings)))
}

/** A change that was found valid. */
export interface SettingsChange {
  readonly before: Settings
  readonly after: Settings
  /** The settings whose value differs. */
  readonly keys: ReadonlySet<keyof Settings>
}

export class LiveSettings {
  /** The same object for as long as the node is there; keep it, not its fields. */
  readonly current: Settings
  readonly #transports: TransportTable

  /** @throws NetError NET_SETTINGS_INVALID naming a setting with a scheme that `transports` cannot serve */
  constructor(settings: Settings, transports: TransportTable) {
    checkSchemes(settings, transports)
    this.current = { ...settings }
    this.#transports = transports
  }

  /**
   * What `changes` would change, and to what. Changes nothing. What is not named stays as it is.
   * @throws NetError NET_SETTINGS_INVALID naming a setting that is not valid, or that needs a new node
   */
  plan(changes: Partial<Settings>): SettingsChange {
    const before = { ...this.current }
    const after = makeSettings({ ...before, ...changes })
    const named = Object.keys(CHANGEABLE) as (keyof Settings)[]
    const keys = new Set(named.filter((key) => !isSame(before[key], after[key])))
    for (const key of keys) {
      if (!CHANGEABLE[key]) throw new NetError('NET_SETTINGS_INVALID', { key, reason: 'cannot change while the node is there' })
    }
    checkSchemes(after, this.#transports)
    return { before, after, keys }
  }

  apply({ after }: SettingsChange): void {
    Object.assign(this.current, after)
  }
}

function isSame(one: unknown, other: unknown): boolean {
  if (one instanceof Uint8Array && other instanceof Uint8Array) return Buffer.compare(one, other) === 0
  return isDeepStrictEqual(one, other)
}
