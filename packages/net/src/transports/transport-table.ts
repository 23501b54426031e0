/** Which schemes this library can speak by itself. */
import { TcpTransport } from './tcp.ts'
import type { TransportTable } from './transport.ts'

/** The real transports. */
export function systemTransports(): TransportTable {
  return new Map([['tcp', new TcpTransport()]])
}
