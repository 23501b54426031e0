/** Which addresses one operator can easily have many of: choices are made by group first, so that a flood counts once. */
import { ipVersion, ipv6Groups, mappedIpv4 } from './address-kind.ts'
import { endpointParts } from './endpoint.ts'

/**
 * The group of an address: the /16 of an IPv4 host, the /32 of an IPv6 host, the host name of anything else
 * (the whole URL when it has no host).
 * @param url in canonical form.
 */
export function networkGroup(url: string): string {
  const { host } = endpointParts(url)
  return host === null ? url : groupOfHost(host)
}

function groupOfHost(host: string): string {
  switch (ipVersion(host)) {
    case 0:
      return host
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
