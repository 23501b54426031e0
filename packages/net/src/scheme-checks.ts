/** Whether there is something to serve the schemes that the settings name: a node has the transports it was made with, no others. */
import { parseUrl } from '@dchat/serial'
import { NetError } from './errors.ts'
import { SCHEMES } from './schemes.ts'
import type { Settings } from './settings.ts'
import { isDialableScheme } from './transports/mixing.ts'
import type { TransportTable } from './transports/transport.ts'

/**
 * What is in use has a transport, or is mixed over one that has; what is named besides is known: by the table of schemes, or as a
 * transport of the node.
 * @param settings - valid, each for itself
 * @throws NetError NET_SETTINGS_INVALID naming the setting, the scheme, and those there are
 */
export function checkSchemes(settings: Settings, transports: TransportTable): void {
  const served = [...transports.keys()]
  const allActive = { ...settings, activeProfiles: served }
  for (const key of ['activeProfiles', 'mixedProfiles'] as const) {
    const unserved = settings[key].find((scheme) => !isDialableScheme(scheme, allActive, transports))
    if (unserved !== undefined) throw invalid(key, `no transport serves "${unserved}": there are ${served.join(', ') || 'none'}`)
  }
  const known = new Set([...SCHEMES.keys(), ...served])
  for (const [key, schemes] of Object.entries(schemesNamed(settings))) {
    const unknown = schemes.find((scheme) => !known.has(scheme))
    if (unknown !== undefined) throw invalid(key, `"${unknown}" is not a transport: ${[...known].join(', ')}`)
  }
}

/** The schemes of settings that may name one which is not in use. */
function schemesNamed(settings: Settings): Readonly<Record<string, readonly string[]>> {
  const { inbound, peers, seeds } = settings
  const of = (urls: readonly string[]): string[] => urls.map((url) => parseUrl(url).scheme)
  return {
    profiles: [...settings.profiles.keys()],
    blacklist: settings.blacklist.flatMap(({ schemes }) => schemes),
    ...{ inbound: of(inbound), peers: of(peers), seeds: of(seeds) },
  }
}

function invalid(key: string, reason: string): NetError {
  return new NetError('NET_SETTINGS_INVALID', { key, reason })
}
