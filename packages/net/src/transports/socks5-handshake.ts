/**
 * Asks a SOCKS5 proxy for a connection: RFC 1928, no authentication, CONNECT.
 *
 *     greeting  05 01 00                                    answer  05 00
 *     request   05 01 00 | type | address | port u16 BE     reply   05 code 00 | type | address | port u16 BE
 *
 * type 01: IPv4[4], 03: length u8, name, 04: IPv6[16].
 */
import { isIPv4, isIPv6 } from 'node:net'
import type { Socket } from 'node:net'
import { ipv6Groups } from '../hosts/address-kind.ts'
import { socketEvent } from './socket-dial.ts'
import type { SocketAddress } from './socket-dial.ts'
import { TransportFailure } from './transport-failure.ts'

/** The proxy itself is of no use: it is no SOCKS5 proxy, or wants a password. */
export class Socks5ProxyError extends Error {
  override readonly name = 'Socks5ProxyError'
}

const VERSION = 5
const NO_AUTHENTICATION = 0
const CONNECT = 1
const TYPE_IPV4 = 1
const TYPE_NAME = 3
const TYPE_IPV6 = 4
const PORT_BYTES = 2

/** RFC 1928, section 6; from 0xf0 on the extended errors of tor (its proposal 304). */
const REPLIES: Readonly<Record<number, string>> = {
  0x01: 'general failure',
  0x02: 'not allowed by its rules',
  0x03: 'network unreachable',
  0x04: 'host unreachable',
  0x05: 'connection refused',
  0x06: 'timed out',
  0x07: 'command not supported',
  0x08: 'address type not supported',
  0xf0: 'onion service not found',
  0xf1: 'onion service descriptor invalid',
  0xf2: 'onion service introduction failed',
  0xf3: 'onion service rendezvous failed',
  0xf4: 'onion service wants client authorization',
  0xf5: 'onion service client authorization is wrong',
  0xf6: 'onion address invalid',
  0xf7: 'onion service introduction timed out',
}

/**
 * Reads exactly the proxy's answers, byte for byte: what the destination sends right behind them stays in the socket.
 * @param socket - connected and not read; the caller destroys it when this fails
 * @throws Socks5ProxyError; TransportFailure with the proxy's reply; the socket's error; the signal's reason
 */
export async function askSocks5(socket: Socket, destination: SocketAddress, signal: AbortSignal): Promise<void> {
  socket.write(Uint8Array.of(VERSION, 1, NO_AUTHENTICATION))
  const [version, method] = await read(socket, 2, signal).catch((error: unknown) => {
    throw signal.aborted ? signal.reason : new Socks5ProxyError('it did not answer', { cause: error })
  })
  if (version !== VERSION) throw new Socks5ProxyError('it does not speak SOCKS5')
  if (method !== NO_AUTHENTICATION) throw new Socks5ProxyError('it wants authentication')
  socket.write(encodeRequest(destination))
  const [replyVersion, code = 0, , type] = await read(socket, 4, signal)
  if (replyVersion !== VERSION) throw new Socks5ProxyError('it does not speak SOCKS5')
  if (code !== 0) throw new TransportFailure(REPLIES[code] ?? `proxy error ${code}`)
  await read(socket, (await boundAddressBytes(socket, type, signal)) + PORT_BYTES, signal)
}

function encodeRequest({ host, port }: SocketAddress): Buffer {
  const address = encodeAddress(host)
  const request = Buffer.concat([Uint8Array.of(VERSION, CONNECT, 0), address, Buffer.alloc(PORT_BYTES)])
  request.writeUInt16BE(port, request.length - PORT_BYTES)
  return request
}

function encodeAddress(host: string): Uint8Array {
  if (isIPv4(host)) return Uint8Array.of(TYPE_IPV4, ...host.split('.').map(Number))
  if (isIPv6(host)) return Uint8Array.of(TYPE_IPV6, ...ipv6Groups(host)!.flatMap((group) => [group >> 8, group & 0xff]))
  const name = Buffer.from(host)
  if (name.length > 255) throw new TransportFailure('the name is too long for SOCKS5')
  return Buffer.concat([Uint8Array.of(TYPE_NAME, name.length), name])
}

async function boundAddressBytes(socket: Socket, type: number | undefined, signal: AbortSignal): Promise<number> {
  if (type === TYPE_IPV4) return 4
  if (type === TYPE_IPV6) return 16
  if (type !== TYPE_NAME) throw new Socks5ProxyError('it does not speak SOCKS5')
  const [length = 0] = await read(socket, 1, signal)
  return length
}

async function read(socket: Socket, length: number, signal: AbortSignal): Promise<Buffer> {
  const parts: Buffer[] = []
  let missing = length
  while (missing > 0) {
    // Nothing may be left lying: as long as bytes wait, a socket says again and again that it is readable.
    const part = socket.readableLength === 0 ? null : (socket.read(Math.min(missing, socket.readableLength)) as Buffer | null)
    if (part === null) {
      await socketEvent(socket, 'readable', signal)
    } else {
      parts.push(part)
      missing -= part.length
    }
  }
  return Buffer.concat(parts)
}
