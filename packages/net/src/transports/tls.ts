/**
 * TLS inside a socket. Wire: docs/wire.md, *Transports*, `tcp+tls`: 1.3 only, mutual, ed25519 only, one name in both
 * certificates; the peer is judged in tls-peer.ts.
 */
import { constants } from 'node:crypto'
import type { Socket } from 'node:net'
import { connect, createSecureContext, TLSSocket } from 'node:tls'
import type { SecureContext, SecureContextOptions } from 'node:tls'
import type { Clock } from '@dchat/system'
import { networkGroup } from '../hosts/network-group.ts'
import { LIMITS } from '../limits.ts'
import { GatedStream } from './gated-stream.ts'
import { HandshakePace } from './handshake-pace.ts'
import { ignoreError, socketEvent } from './socket-dial.ts'
import type { SocketLayer } from './socket-layer.ts'
import { SocketStream } from './socket-stream.ts'
import { checkPeer, TLS_NAME, tlsError } from './tls-peer.ts'
import type { TransportStream } from './transport.ts'
import { TransportFailure } from './transport-failure.ts'

/** Signature schemes a dialler may sign with. */
const SCHEMES = 'ed25519'
/**
 * A listener asks for more than it takes: a peer that has none of what is asked for shows no certificate at all, and the
 * operator could not tell the wrong key from the missing one.
 */
const SCHEMES_ASKED_FOR = `${SCHEMES}:rsa_pss_rsae_sha256:ecdsa_secp256r1_sha256`

const TLS_OPTIONS = {
  rejectUnauthorized: false, // the peer is judged in tls-peer.ts
  // While a stream rests, the system is read on until so many bytes wait, each in an object of its own where each is a record of its own.
  highWaterMark: 1_024,
}

/** One for all streams of their side: a context a connection would stay in memory until it is collected. */
interface Contexts {
  readonly dialling: SecureContext
  readonly listening: SecureContext
}

export class TlsLayer implements SocketLayer {
  readonly #pace: HandshakePace
  #making: Promise<Contexts> | undefined
  #contexts: Contexts | undefined

  constructor(deps: { clock: Clock }) {
    this.#pace = new HandshakePace({ maxPerSec: LIMITS.TLS_HANDSHAKES_PER_SEC.value }, deps)
  }

  /** Makes the certificate, in memory, the first time it is called: who uses no TLS does not pay for it. */
  async prepare(): Promise<void> {
    this.#making ??= makeContexts()
    this.#contexts = await this.#making
  }

  async dialled(socket: Socket, url: string, signal: AbortSignal): Promise<TransportStream> {
    socket.on('error', ignoreError)
    const secureContext = this.#contexts!.dialling
    const secured = connect({ ...TLS_OPTIONS, socket, secureContext, servername: TLS_NAME })
    try {
      await socketEvent(secured, 'secureConnect', signal)
      checkPeer(secured, url)
      return new SocketStream(secured, url)
    } catch (error) {
      secured.on('error', ignoreError).destroy()
      throw signal.aborted ? signal.reason : tlsError(error, url)
    }
  }

  /** The handshake begins with the peer's first byte, when its turn has come: until then a silent peer costs a bare socket. */
  accepted(socket: Socket, remoteUrl: string): TransportStream {
    const stream = new GatedStream(socket, remoteUrl)
    socket.once('readable', () => {
      if (socket.readableLength === 0) {
        socket.destroy()
        return
      }
      const giveUp = this.#pace.begin(networkGroup(remoteUrl), () => this.#shakeHands(socket, stream))
      socket.once('close', giveUp)
    })
    return stream
  }

  #shakeHands(socket: Socket, stream: GatedStream): void {
    if (!stream.isLocked) return
    const secureContext = this.#contexts!.listening
    const secured = new TLSSocket(socket, { ...TLS_OPTIONS, isServer: true, secureContext, requestCert: true })
    const { remoteUrl } = stream
    const fail = (error: unknown): void => stream.fail(tlsError(error, remoteUrl))
    const onClose = (): void => fail(new TransportFailure('the connection ended during the handshake'))
    secured.on('error', fail).on('close', onClose)
    stream.wrap(secured)
    secured.once('secure', () => {
      secured.off('error', fail).off('close', onClose)
      try {
        checkPeer(secured, remoteUrl)
      } catch (error) {
        fail(error)
        return
      }
      stream.unlock(new SocketStream(secured, remoteUrl))
    })
  }
}

async function makeContexts(): Promise<Contexts> {
  const { makeTlsIdentity } = await import('./tls-certificate.ts')
  const identity = await makeTlsIdentity({ names: [TLS_NAME] })
  const options: SecureContextOptions = {
    ...identity,
    minVersion: 'TLSv1.3',
    maxVersion: 'TLSv1.3',
    // A resumed session would skip the certificates.
    secureOptions: constants.SSL_OP_NO_TICKET,
  }
  return {
    dialling: createSecureContext({ ...options, sigalgs: SCHEMES }),
    listening: createSecureContext({ ...options, sigalgs: SCHEMES_ASKED_FOR }),
  }
}
