/** TLS around accepted sockets. Loaded by a server that has an address with it. */
import { constants } from 'node:crypto'
import type { Socket } from 'node:net'
import { TLSSocket, createSecureContext } from 'node:tls'
import type { SecureContext } from 'node:tls'
import { RpcServerError } from './errors.ts'
import type { RpcTls } from './server-options.ts'

/** While a connection is not read, the system is read on until so many bytes wait, each in an object of its own where each is a record of its own. */
const BUFFERS = { highWaterMark: 1_024 }

export class TlsFront {
  #context: SecureContext

  /** @throws {RpcServerError} RPC_TLS_INVALID */
  constructor(identity: RpcTls) {
    this.#context = makeContext(identity)
  }

  /** For handshakes from now on. @throws {RpcServerError} RPC_TLS_INVALID: then the one before stays */
  replace(identity: RpcTls): void {
    this.#context = makeContext(identity)
  }

  /** It emits `secure` when the handshake is done; whoever calls this bounds the time. No certificate is asked for. */
  wrap(socket: Socket): TLSSocket {
    return new TLSSocket(socket, { ...BUFFERS, isServer: true, secureContext: this.#context, requestCert: false })
  }
}

function makeContext({ cert, key }: RpcTls): SecureContext {
  try {
    return createSecureContext({ cert, key, minVersion: 'TLSv1.2', secureOptions: constants.SSL_OP_NO_RENEGOTIATION })
  } catch (cause) {
    throw new RpcServerError('RPC_TLS_INVALID', { reason: (cause as Error).message }, { cause })
  }
}
