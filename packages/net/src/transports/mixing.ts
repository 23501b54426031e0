/** Over which transports an address is reached. Wire: docs/wire.md, *Transports*, the last paragraph. Pure. */
import { endpointParts } from '../hosts/endpoint.ts'
import type { Settings } from '../settings.ts'
import type { TransportTable } from './transport.ts'

/** The settings that say what is dialled, and over what. */
export type MixingSettings = Pick<Settings, 'activeProfiles' | 'mixedProfiles' | 'nymSocks5Proxy' | 'torSocks5Proxy'>

interface Carrier {
  readonly scheme: string
  /** The endpoint that is dialled for `host:port`. @param tls - '' or '+tls' */
  endpoint(authority: string, tls: string, settings: MixingSettings): string
}

const overlay = (scheme: string): Carrier => ({ scheme, endpoint: (authority, tls) => `${scheme}${tls}://${authority}/` })

const throughProxy = (key: 'nymSocks5Proxy' | 'torSocks5Proxy'): Carrier => ({
  scheme: 'socks5',
  endpoint: (authority, tls, settings) => settings[key].replace(/^socks5:\/\/([^/]*)\/?$/, `socks5${tls}://$1/${authority}`),
})

/** What may carry what, in the order it is tried. Whatever is carried with TLS is carried by the TLS form. */
const CARRIERS: Readonly<Record<string, readonly Carrier[]>> = {
  tcp: [overlay('tor'), overlay('nym'), throughProxy('torSocks5Proxy'), throughProxy('nymSocks5Proxy')],
  tor: [throughProxy('torSocks5Proxy')],
}

const TLS = '+tls'

/**
 * The endpoints to dial for `url` (canonical), in order: over other transports first, then directly; none for a scheme that is
 * neither active nor mixed over an active one.
 */
export function dialEndpoints(url: string, settings: MixingSettings, transports: TransportTable): string[] {
  const { scheme, host, port } = endpointParts(url)
  const tls = tlsOf(scheme)
  const mixed =
    host === null || port === null
      ? []
      : carriersOf(scheme, settings, transports).map((carrier) => carrier.endpoint(`${host}:${port}`, tls, settings))
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
  const tls = tlsOf(scheme)
  const carriers = CARRIERS[tls === '' ? scheme : scheme.slice(0, -tls.length)] ?? []
  return carriers.filter((carrier) => isActive(`${carrier.scheme}${tls}`, settings, transports))
}

function isActive(scheme: string, settings: MixingSettings, transports: TransportTable): boolean {
  return settings.activeProfiles.includes(scheme) && transports.has(scheme)
}

function tlsOf(scheme: string): string {
  return scheme.endsWith(TLS) ? TLS : ''
}
