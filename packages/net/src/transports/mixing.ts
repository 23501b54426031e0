/** Over which transports an address is reached. Wire: docs/wire.md, *Transports*, the last paragraph. Pure. */
import { endpointParts } from '../hosts/endpoint.ts'
import { SCHEMES } from '../schemes.ts'
import type { Carrier } from '../schemes.ts'
import type { Settings } from '../settings.ts'
import type { TransportTable } from './transport.ts'

/** The settings that say what is dialled, and over what. */
export type MixingSettings = Pick<Settings, 'activeProfiles' | 'mixedProfiles' | 'nymSocks5Proxy' | 'torSocks5Proxy'>

/**
 * The endpoints to dial for `url` (canonical), in order: over other transports first, then directly; none for a scheme that is
 * neither active nor mixed over an active one.
 */
export function dialEndpoints(url: string, settings: MixingSettings, transports: TransportTable): string[] {
  const { scheme, host, port } = endpointParts(url)
  const carriers = host === null || port === null ? [] : carriersOf(scheme, settings, transports)
  const mixed = carriers.map((carrier) => endpointOver(carrier, `${host}:${port}`, settings))
  return isActive(scheme, settings, transports) ? [...mixed, url] : mixed
}

/** Whether addresses of this scheme can be dialled: by a transport of their own that is active, or over another one. */
export function isDialableScheme(scheme: string, settings: MixingSettings, transports: TransportTable): boolean {
  return isActive(scheme, settings, transports) || carriersOf(scheme, settings, transports).length > 0
}

/** The schemes of `dialEndpoints`: active ones, then those mixed over them. */
export function dialableSchemes(settings: MixingSettings, transports: TransportTable): string[] {
  const schemes = new Set([...settings.activeProfiles, ...settings.mixedProfiles])
  return [...schemes].filter((scheme) => isDialableScheme(scheme, settings, transports))
}

function carriersOf(scheme: string, settings: MixingSettings, transports: TransportTable): readonly Carrier[] {
  if (!settings.mixedProfiles.includes(scheme)) return []
  const carriers = SCHEMES.get(scheme)?.over ?? []
  return carriers.filter((carrier) => isActive(carrier.scheme, settings, transports))
}

function endpointOver({ scheme, proxy }: Carrier, authority: string, settings: MixingSettings): string {
  if (proxy === undefined) return `${scheme}://${authority}/`
  return settings[proxy].replace(/^socks5:\/\/([^/]*)\/?$/, `${scheme}://$1/${authority}`)
}

function isActive(scheme: string, settings: MixingSettings, transports: TransportTable): boolean {
  return settings.activeProfiles.includes(scheme) && transports.has(scheme)
}
