/** Which proxy is asked for which destination. Wire: docs/wire.md, *Transports*, `socks5`. */
import { isIPv6 } from 'node:net'
import { parseUrl } from '@dchat/serial'
import { NetError } from '../errors.ts'
import { socketAddressOf, withoutBrackets } from './socket-dial.ts'
import type { SocketAddress } from './socket-dial.ts'

/** A way through a SOCKS5 proxy. */
export interface Socks5Route {
  /** What is dialled. */
  readonly proxy: SocketAddress
  /** As the proxy is told: a name is never resolved here. */
  readonly destination: SocketAddress
}

/** `/host:port` and nothing else: a name or IPv4 address of 1 to 255 characters, or an IPv6 address in brackets; no leading zero. */
const DESTINATION = /^\/(?:\[([0-9a-f:.]+)\]|([a-z0-9_](?:[a-z0-9._-]{0,254})))?:([1-9][0-9]{0,4})$/i
const MAX_PORT = 65_535

/**
 * `socks5://proxy:port/destination:port`, as the URL says.
 * @throws NetError NET_DIAL_FAILED when it lacks something or has something more
 */
export function routeOfUrl(url: string): Socks5Route {
  const proxy = socketAddressOf(url, 'NET_DIAL_FAILED')
  const { path, query, fragment } = parseUrl(url)
  const [, ipv6, name, port] = DESTINATION.exec(path) ?? []
  const host = ipv6 ?? name
  const isWhole = query === null && fragment === null && host !== undefined && (ipv6 === undefined || isIPv6(ipv6))
  if (!isWhole || Number(port) > MAX_PORT) {
    throw new NetError('NET_DIAL_FAILED', {
      url,
      reason: 'the path must be the destination, as in socks5://proxy:port/host:port',
    })
  }
  return { proxy, destination: { host, port: Number(port) } }
}

/**
 * The route of an overlay network's address through the proxy of its router.
 * @param proxyUrl - canonical, `socks5://host:port/`
 * @returns takes an address with a host and a port; a function that throws NET_DIAL_FAILED for another
 */
export function routeThrough(proxyUrl: string): (url: string) => Socks5Route {
  const { host, port } = parseUrl(proxyUrl)
  const proxy = { host: withoutBrackets(host ?? ''), port: port ?? 0 }
  return (url) => ({ proxy, destination: socketAddressOf(url, 'NET_DIAL_FAILED') })
}
