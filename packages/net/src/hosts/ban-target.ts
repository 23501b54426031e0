/** What a ban is on: a host (IPv4 by /32, IPv6 by /64) with all ports and schemes, or an endpoint. Facts: docs/wire.md, Frame. */
import { parseUrl, SerialError } from '@dchat/serial'
import { NetError } from '../errors.ts'
import { SCHEMES } from '../schemes.ts'
import { ipVersion, ipv6Groups, mappedIpv4, plainHost } from './address-kind.ts'
import { endpointParts } from './endpoint.ts'

/** The target of a host: `1.2.3.4`, `2001:db8:0:1::/64`, or the name in lower case. */
export function hostTarget(host: string): string {
  const bare = plainHost(host).toLowerCase()
  if (ipVersion(bare) !== 6) return bare
  const mapped = mappedIpv4(bare)
  if (mapped !== undefined) return mapped
  const network = ipv6Groups(bare)!.slice(0, 4)
  while (network.at(-1) === 0) network.pop()
  return `${network.map((group) => group.toString(16)).join(':')}::/64`
}

/**
 * The target of an endpoint: `host:port`, for every scheme spoken there. Where the host is not the peer's own
 * (a proxy, a Unix socket) it is the whole URL.
 * @param url - in canonical form.
 */
export function endpointTarget(url: string): string {
  const host = nodeHost(url)
  const { port } = endpointParts(url)
  return host === null || port === null ? url : `${host.toLowerCase()}:${port}`
}

/** The host of the node at an address; null where the URL names a proxy or none. */
export function nodeHost(url: string): string | null {
  const { scheme, host } = endpointParts(url)
  return SCHEMES.get(scheme)?.host === 'proxy' ? null : host
}

/** Whether a target, of a host or an endpoint, is that of an address. */
export function coversUrl(target: string, url: string): boolean {
  const host = nodeHost(url)
  return endpointTarget(url) === target || (host !== null && hostTarget(host) === target)
}

/** An address inside a host target, to look up in lists of IPs; undefined for a name or an endpoint. */
export function targetIp(target: string): string | undefined {
  const address = target.endsWith('/64') ? target.slice(0, -3) : target
  return ipVersion(address) === 0 ? undefined : address
}

/**
 * Reads a target as an operator writes it: an IP (also with /32 or /64), a host name, `host:port` or an endpoint URL.
 * @throws NetError NET_ADDRESS_INVALID
 */
export function parseBanTarget(text: string): string {
  const trimmed = text.trim()
  try {
    if (trimmed.includes('://')) return readBack(endpointTarget(parseUrl(trimmed).canonical), text)
    const [host = '', prefix, ...rest] = trimmed.split('/')
    const version = ipVersion(host)
    const isWhole = prefix === undefined || (rest.length === 0 && prefix === (version === 4 ? '32' : '64'))
    if (version !== 0 && isWhole) return hostTarget(host)
    if (prefix !== undefined)
      throw invalid(text, version === 0 ? NO_TARGET : 'has another prefix than /32 of IPv4 and /64 of IPv6')
    const parsed = parseUrl(`tcp://${trimmed}`)
    return parsed.port === null ? hostTarget(parsed.host ?? '') : endpointTarget(parsed.canonical)
  } catch (error) {
    if (error instanceof SerialError) throw invalid(text, NO_TARGET)
    throw error
  }
}

/** A host that is no name for other schemes has a target nobody could read again, neither from a file nor to lift the ban. */
function readBack(target: string, text: string): string {
  if (target.includes('://') || endpointTarget(parseUrl(`tcp://${target}`).canonical) === target) return target
  throw invalid(text, NO_TARGET)
}

/** The words after the address in what a caller is told. */
const NO_TARGET = 'is no IP, host name, host:port or URL'

function invalid(address: string, reason: string): NetError {
  return new NetError('NET_ADDRESS_INVALID', { address, reason })
}
