/** TLS around accepted sockets. Loaded by a server that has an address with it. */
import { constants } from 'node:crypto'
import type { Socket } from 'node:net'
import { createSecureContext } from 'node:tls'
import type { SecureContext } from 'node:tls'
import { RpcServerError } from './errors.ts'
import type { RpcTls } from './server-options.ts'
import { TurnSocket } from './turn-socket.ts'

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
  wrap(socket: Socket): TurnSocket {
    return new TurnSocket(socket, { isServer: true, secureContext: this.#context, requestCert: false })
  }
}

function makeContext({ cert, key }: RpcTls): SecureContext {
  try {
    return createSecureContext({ cert, key, minVersion: 'TLSv1.2', secureOptions: constants.SSL_OP_NO_RENEGOTIATION })
  } catch (cause) {
    throw new RpcServerError('RPC_TLS_INVALID', { reason: (cause as Error).message }, { cause })
  }
}
