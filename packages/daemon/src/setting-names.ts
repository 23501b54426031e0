/** What the settings of a node are called in a configuration file. Source: docs/configuration.md. */
import { DEFAULT_SETTINGS } from '@dchat/net'
import type { Settings } from '@dchat/net'

export type SettingNames = Partial<Readonly<Record<keyof Settings, string>>>

/** Names that are not the setting's own in snake case. Bans and anchors lie beside the host list. */
const OTHER_NAMES: SettingNames = {
  appVersion: 'version',
  outboundPeerDiscoveryAttemptMs: 'outbound_peer_discovery_attempt_time',
  outboundPeerDiscoveryCooloffMs: 'outbound_peer_discovery_cooloff_time',
  greylistRefineryIntervalMs: 'greylist_refinery_interval',
  whitelistRefineryIntervalMs: 'whitelist_refinery_interval',
  timeWithNoConnectionsMs: 'time_with_no_connections',
  hostlistPath: 'hostlist',
  bansPath: 'hostlist',
  anchorsPath: 'hostlist',
}

/**
 * The key of a setting, without its table; a text that names no setting comes back as it is.
 * @param names what a file of its own kind calls some of them
 */
export function fileKey(setting: string, names: SettingNames = {}): string {
  if (!isSetting(setting)) return setting
  return names[setting] ?? OTHER_NAMES[setting] ?? setting.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

function isSetting(name: string): name is keyof Settings {
  return Object.hasOwn(DEFAULT_SETTINGS, name)
}
