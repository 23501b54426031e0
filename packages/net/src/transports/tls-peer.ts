/** Who is taken over TLS, and what a failed handshake is called. Wire: docs/wire.md, *Transports*, `tcp+tls`. */
import type { TLSSocket } from 'node:tls'
import { NetError } from '../errors.ts'
import { reasonOf } from './socket-dial.ts'

/** The one name in every certificate of the network. */
export const TLS_NAME = 'dark.fi'
const KEY_TYPE = 'ed25519'
/** A certificate of a peer may hold any text. */
const SHOWN_CHARS = 100

/**
 * Checks the certificate of a peer after the handshake; to be called once a connection. The issuer and the dates do not count.
 * @throws NetError NET_TLS_NO_CERTIFICATE, NET_TLS_KEY, NET_TLS_NAME; NET_TLS_FAILED for a resumed session, which shows none
 */
export function checkPeer(socket: TLSSocket, url: string): void {
  if (socket.isSessionReused())
    throw new NetError('NET_TLS_FAILED', { url, reason: 'the session was resumed' }, { fault: 'peer' })
  const certificate = socket.getPeerX509Certificate()
  if (certificate === undefined) throw new NetError('NET_TLS_NO_CERTIFICATE', { url }, { fault: 'peer' })
  const keyType = certificate.publicKey.asymmetricKeyType ?? 'unknown'
  if (keyType !== KEY_TYPE)
    throw new NetError('NET_TLS_KEY', { url, reason: `the certificate has a key of type ${keyType}` }, { fault: 'peer' })
  const names = certificate.subjectAltName ?? ''
  if (names !== `DNS:${TLS_NAME}`)
    throw new NetError('NET_TLS_NAME', { url, names: names.slice(0, SHOWN_CHARS) }, { fault: 'peer' })
}

/** Ours and theirs: we do not go below TLS 1.3, or they do not go up to it. */
const VERSION_REASONS: ReadonlySet<string> = new Set(['ERR_SSL_UNSUPPORTED_PROTOCOL', 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION'])
/** No signature scheme in common. A listener that has no certificate for ours says no more than "handshake failure". */
const KEY_REASONS: ReadonlySet<string> = new Set([
  'ERR_SSL_NO_SUITABLE_SIGNATURE_ALGORITHM',
  'ERR_SSL_WRONG_SIGNATURE_TYPE',
  'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE',
])

/** The error of a handshake as ours: of what kind it is, is told by the code that OpenSSL gives. */
export function tlsError(error: unknown, url: string): NetError {
  if (error instanceof NetError) return error
  const reason = reasonOf(error)
  if (VERSION_REASONS.has(reason)) return new NetError('NET_TLS_VERSION', { url, reason }, { fault: 'peer', cause: error })
  if (KEY_REASONS.has(reason)) return new NetError('NET_TLS_KEY', { url, reason }, { fault: 'peer', cause: error })
  return new NetError('NET_TLS_FAILED', { url, reason }, { cause: error })
}
