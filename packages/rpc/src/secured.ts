/** TLS around a client's socket: loaded by who uses it. */
import { isIP } from 'node:net'
import type { Socket } from 'node:net'
import { connect } from 'node:tls'
import type { TLSSocket } from 'node:tls'
import type { RpcEndpoint } from './endpoint.ts'
import { RpcUnreachable } from './errors.ts'
import { settledSocket } from './settled-socket.ts'
import type { SocketWait } from './settled-socket.ts'

/**
 * Resolves once the server has shown a certificate that will do: the pinned one, or one the system's authorities stand for.
 * Nothing is sent to any other.
 * @throws {RpcUnreachable} RPC_TLS_FAILED, RPC_CERTIFICATE_WRONG, RPC_TIMEOUT
 * @throws the signal's reason
 */
export async function secured(
  socket: Socket,
  { host, fingerprint }: RpcEndpoint & { kind: 'tcp' },
  options: SocketWait,
): Promise<TLSSocket> {
  const { address } = options
  const tls = connect({
    socket,
    host,
    minVersion: 'TLSv1.2',
    rejectUnauthorized: fingerprint === undefined,
    ...(isIP(host) === 0 ? { servername: host } : {}),
  })
  await settledSocket(tls, { ...options, event: 'secureConnect', explain: (cause) => failed(cause, address) })
  if (fingerprint === undefined) return tls
  const shown = tls.getPeerX509Certificate()?.fingerprint256.replaceAll(':', '').toLowerCase()
  if (shown === fingerprint) return tls
  tls.on('error', () => {}) // why it is ended is told here
  tls.destroy()
  throw wrong(`the certificate of ${address} is not the pinned one: its fingerprint is ${shown ?? 'missing'}`)
}

/** Codes of OpenSSL's and Node's judgement of a certificate. */
const CERTIFICATE_FAULT = /CERT|SELF_SIGNED|ISSUER|ERR_TLS_CERT/

function failed(cause: NodeJS.ErrnoException, address: string): RpcUnreachable {
  const code = cause.code ?? ''
  if (CERTIFICATE_FAULT.test(code)) return wrong(`the certificate of ${address} is not trusted: ${cause.message}`, cause)
  const text = { reason: `TLS with ${address} failed: ${cause.message}`, hint: 'the port may not speak TLS: try tcp://' }
  return new RpcUnreachable('RPC_TLS_FAILED', text, { cause })
}

function wrong(reason: string, cause?: Error): RpcUnreachable {
  const hint =
    'a certificate made by the daemon is new at each start: pin it by the file tls-fingerprint beside the cookie, ' +
    'or by DCHAT_RPC_FINGERPRINT'
  return new RpcUnreachable('RPC_CERTIFICATE_WRONG', { reason, hint }, cause === undefined ? {} : { cause })
}
