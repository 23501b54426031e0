/** Which schemes this library can speak by itself. */
import { SystemClock } from '@dchat/system'
import type { Clock } from '@dchat/system'
import { DEFAULT_SETTINGS } from '../settings.ts'
import type { Settings } from '../settings.ts'
import { plainLayer } from './socket-layer.ts'
import { Socks5Transport } from './socks5.ts'
import { routeOfUrl, routeThrough } from './socks5-address.ts'
import { TcpTransport } from './tcp.ts'
import { TlsLayer } from './tls.ts'
import type { Transport, TransportTable } from './transport.ts'
import { UnixTransport } from './unix.ts'

/** The proxies that transports dial through. */
export type TransportSettings = Pick<Settings, 'i2pSocks5Proxy' | 'nymSocks5Proxy' | 'torSocks5Proxy'>

/**
 * The real transports. Of those tcp, tcp+tls and unix listen; the others dial, through the proxies in the settings. All TLS
 * streams of one table show one certificate, made when the first is needed.
 */
export function systemTransports(
  settings: TransportSettings = DEFAULT_SETTINGS,
  clock: Clock = new SystemClock(),
): TransportTable {
  const table = new Map<string, Transport>([['unix', new UnixTransport()]])
  for (const [suffix, layer] of [['', plainLayer] as const, ['+tls', new TlsLayer({ clock })] as const]) {
    table.set(`tcp${suffix}`, new TcpTransport(`tcp${suffix}`, layer))
    table.set(`socks5${suffix}`, new Socks5Transport(routeOfUrl, layer))
    table.set(`tor${suffix}`, new Socks5Transport(routeThrough(settings.torSocks5Proxy), layer))
    table.set(`i2p${suffix}`, new Socks5Transport(routeThrough(settings.i2pSocks5Proxy), layer))
    table.set(`nym${suffix}`, new Socks5Transport(routeThrough(settings.nymSocks5Proxy), layer))
  }
  return table
}
