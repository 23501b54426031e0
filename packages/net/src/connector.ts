/** Makes outbound channels. */
import type { Clock } from '@dchat/system'
import { parseUrl } from '@dchat/serial'
import { NetError } from './errors.ts'
import type { Channel, ChannelInfo } from './channel.ts'
import type { SessionFlag } from './sessions/session-flags.ts'
import type { NetworkProfile } from './settings.ts'
import type { TransportStream, TransportTable } from './transports/transport.ts'

export interface ConnectorDeps {
  readonly clock: Clock
  readonly transports: TransportTable
  profileOf(scheme: string): NetworkProfile
  makeChannel(stream: TransportStream, info: Omit<ChannelInfo, 'id'>): Channel
}

export class Connector {
  readonly #deps: ConnectorDeps

  constructor(deps: ConnectorDeps) {
    this.#deps = deps
  }

  /**
   * Dials `url` (canonical) and makes a channel of it, not started yet; the caller owns it.
   * @throws {NetError} NET_SCHEME_UNSUPPORTED; NET_DIAL_FAILED; NET_DIAL_TIMEOUT after the profile's connect time
   * @throws the signal's reason
   */
  async connect(url: string, session: SessionFlag, signal: AbortSignal): Promise<Channel> {
    const { scheme } = parseUrl(url)
    const transport = this.#deps.transports.get(scheme)
    if (transport === undefined) throw new NetError('NET_SCHEME_UNSUPPORTED', { url, scheme })
    signal.throwIfAborted()
    const timeoutMs = this.#deps.profileOf(scheme).outboundConnectTimeoutMs
    const ending = new AbortController()
    const onAbort = (): void => ending.abort(signal.reason)
    const timer = this.#deps.clock.setTimer(timeoutMs, () => ending.abort(new NetError('NET_DIAL_TIMEOUT', { url, timeoutMs })))
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      const stream = await transport.dial(url, { signal: ending.signal })
      if (ending.signal.aborted) {
        stream.destroy()
        throw ending.signal.reason
      }
      return this.#deps.makeChannel(stream, { url, resolvedUrl: url, session })
    } finally {
      timer.cancel()
      signal.removeEventListener('abort', onAbort)
    }
  }
}
