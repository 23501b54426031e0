/** Makes outbound channels. */
import { parseUrl } from '@dchat/serial'
import type { Clock, Logger } from '@dchat/system'
import { NetError } from './errors.ts'
import { dialOutcome } from './node-counts.ts'
import type { NodeCounts } from './node-counts.ts'
import type { Channel, ChannelInfo } from './channel.ts'
import { SessionFlag } from './sessions/session-flags.ts'
import type { NetworkProfile } from './settings.ts'
import type { TransportStream, TransportTable } from './transports/transport.ts'

export interface ConnectorDeps {
  readonly clock: Clock
  readonly logger: Logger
  readonly transports: TransportTable
  readonly counts: Pick<NodeCounts, 'dials'>
  /** The endpoints that `url` is reached by, in the order they are tried (transports/mixing.ts). */
  endpointsOf(url: string): readonly string[]
  /** Whether names may stand for local addresses, wherever they came from. */
  isLocalnet(): boolean
  profileOf(scheme: string): NetworkProfile
  makeChannel(stream: TransportStream, info: Omit<ChannelInfo, 'id'>): Channel
}

/** Their addresses may have come from peers; all others were configured. */
const FROM_PEERS: ReadonlySet<SessionFlag> = new Set<SessionFlag>([SessionFlag.Outbound, SessionFlag.Refine, SessionFlag.Direct])

export class Connector {
  readonly #deps: ConnectorDeps

  constructor(deps: ConnectorDeps) {
    this.#deps = deps
  }

  /**
   * Dials `url` (canonical) and makes a channel of it, not started yet; the caller owns it. Where the address is reached by
   * several endpoints they are tried in turn, each for as long as its own profile says.
   * @throws NetError NET_SCHEME_UNSUPPORTED; of the last endpoint: NET_DIAL_FAILED, NET_DIAL_TIMEOUT after the profile's connect
   * time, NET_PROXY_UNREACHABLE, NET_TLS_…
   * @throws the signal's reason
   */
  async connect(url: string, session: SessionFlag, signal: AbortSignal): Promise<Channel> {
    const endpoints = this.#deps.endpointsOf(url)
    let failure: unknown = unsupported(url)
    for (const [index, endpoint] of endpoints.entries()) {
      try {
        const stream = await this.#dial(endpoint, session, signal)
        this.#deps.counts.dials.connected += 1
        return this.#deps.makeChannel(stream, { url, resolvedUrl: endpoint, session })
      } catch (error) {
        this.#deps.counts.dials[dialOutcome(error, signal.aborted)] += 1
        if (signal.aborted) throw error
        failure = error
        if (index + 1 < endpoints.length) this.#deps.logger.debug('Endpoint failed, trying the next', { url, endpoint, error })
      }
    }
    throw failure
  }

  async #dial(endpoint: string, session: SessionFlag, signal: AbortSignal): Promise<TransportStream> {
    const { scheme } = parseUrl(endpoint)
    const transport = this.#deps.transports.get(scheme)
    if (transport === undefined) throw unsupported(endpoint)
    signal.throwIfAborted()
    const timeoutMs = this.#deps.profileOf(scheme).outboundConnectTimeoutMs
    const isGlobalOnly = FROM_PEERS.has(session) && !this.#deps.isLocalnet()
    const ending = new AbortController()
    const onAbort = (): void => ending.abort(signal.reason)
    const timer = this.#deps.clock.setTimer(timeoutMs, () =>
      ending.abort(new NetError('NET_DIAL_TIMEOUT', { url: endpoint, timeoutMs })),
    )
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      const stream = await transport.dial(endpoint, { signal: ending.signal, isGlobalOnly })
      if (!ending.signal.aborted) return stream
      stream.destroy()
      throw ending.signal.reason
    } finally {
      timer.cancel()
      signal.removeEventListener('abort', onAbort)
    }
  }
}

function unsupported(url: string): NetError {
  const { scheme } = parseUrl(url)
  return new NetError('NET_SCHEME_UNSUPPORTED', {
    url,
    scheme,
    reason: 'the scheme is neither active nor reached over an active one',
  })
}
