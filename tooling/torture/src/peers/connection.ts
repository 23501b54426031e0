/** A connection of a hostile or an honest peer: TCP, or TLS as the wire wants it. */
import { once } from 'node:events'
import { connect as connectTcp } from 'node:net'
import type { Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { ConnectionOptions } from 'node:tls'
import { makeTlsIdentity } from '@dchat/net/internal'
import type { TlsIdentity } from '@dchat/net/internal'

export type Connection = Socket

export interface ConnectOptions {
  /** Where it comes from. @default the first of the attacker's own */
  readonly host?: string
  /** Whether the version exchange would go through TLS. @default false */
  readonly isTls?: boolean
  /** Whether it connects to the address for TLS without beginning a handshake. @default false */
  readonly isBareTls?: boolean
  /** Changes how TLS is spoken. */
  readonly tls?: ConnectionOptions
}

const TLS_NAME = 'dark.fi'

let identity: Promise<TlsIdentity> | undefined

/** How a peer of this network speaks TLS; one certificate for a process. */
async function tlsOptions(): Promise<ConnectionOptions> {
  identity ??= makeTlsIdentity({ names: [TLS_NAME] })
  return {
    ...(await identity),
    minVersion: 'TLSv1.3',
    maxVersion: 'TLSv1.3',
    servername: TLS_NAME,
    rejectUnauthorized: false,
  }
}

/**
 * Resolves once it is there: with TLS, when the handshake is done. Its errors are swallowed: that it is gone is what counts.
 * @param url of the node @throws {Error} when it does not come about
 */
export async function openConnection(
  url: string,
  options: { host: string; tls?: ConnectionOptions | undefined },
): Promise<Connection> {
  const { hostname, port } = new URL(url)
  const socket = connectTcp({ host: hostname, port: Number(port), localAddress: options.host, noDelay: true })
  socket.on('error', () => {})
  try {
    await once(socket, 'connect')
    if (options.tls === undefined) return socket
    const secured = connectTls({ ...(await tlsOptions()), ...options.tls, socket })
    secured.on('error', () => {})
    await Promise.race([once(secured, 'secureConnect'), closed(secured), closed(socket)])
    return secured
  } catch (error) {
    socket.destroy()
    throw error
  }
}

async function closed(socket: Socket): Promise<never> {
  if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve))
  throw new Error('the connection was closed')
}
