/** Which addresses one operator can easily have many of: choices are made by group first, so that a flood counts once. */
import { SCHEMES } from '../schemes.ts'
import { ipVersion, ipv6Groups, mappedIpv4 } from './address-kind.ts'
import { endpointParts } from './endpoint.ts'

/**
 * The group of an address: the /16 of an IPv4 host, the /32 of an IPv6 host, the last two labels of a name. Addresses of an
 * overlay network cost nothing, so that all of one network make 36 groups at most, by their first character. What is behind a
 * SOCKS5 proxy counts by where it leads; a URL without a host is a group of its own.
 * @param url - in canonical form.
 */
export function networkGroup(url: string): string {
  const { scheme, host } = endpointParts(url)
  if (host === null) return url
  const destination = SCHEMES.get(scheme)?.host === 'proxy' ? DESTINATION.exec(url)?.[1] : undefined
  return groupOfHost(destination ?? host)
}

/** The host after the proxy, IPv6 in brackets. */
const DESTINATION = /^[^:]+:\/\/[^/]*\/(\[[^\]]*\]|[^/?#:]+)/

function groupOfHost(host: string): string {
  switch (ipVersion(host)) {
    case 0:
      return groupOfName(host.toLowerCase())
    case 4:
      return host.split('.', 2).join('.')
    case 6: {
      const mapped = mappedIpv4(host)
      if (mapped !== undefined) return groupOfHost(mapped)
      const [first = 0, second = 0] = ipv6Groups(host)!
      return `${first.toString(16)}:${second.toString(16)}`
    }
  }
}

function groupOfName(name: string): string {
  const labels = name.replace(/\.$/, '').split('.')
  const top = labels.at(-1)
  return top === 'onion' || top === 'i2p' ? `${name.charAt(0)}*.${top}` : labels.slice(-2).join('.')
}
