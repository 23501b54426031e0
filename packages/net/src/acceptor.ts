/** Makes inbound channels. */
import { parseUrl } from '@dchat/serial'
import { NetError } from './errors.ts'
import type { Channel, ChannelInfo } from './channel.ts'
import { SessionFlag } from './sessions/session-flags.ts'
import type { Listening, TransportStream, TransportTable } from './transports/transport.ts'

export interface AcceptorDeps {
  readonly transports: TransportTable
  makeChannel(stream: TransportStream, info: Omit<ChannelInfo, 'id'>): Channel
}

export interface AcceptorHooks {
  /** Whether a connection from this address is let in at all; a refused one is closed without a word. */
  admits(remoteUrl: string): boolean
  /** Owns the channel, which is not started. */
  onChannel(channel: Channel): void
}

/** Listens on one address. */
export class Acceptor {
  readonly #deps: AcceptorDeps

  constructor(deps: AcceptorDeps) {
    this.#deps = deps
  }

  /** @throws NetError NET_SCHEME_UNSUPPORTED or NET_LISTEN_FAILED, naming the address */
  async listen(url: string, hooks: AcceptorHooks): Promise<Listening> {
    const { scheme } = parseUrl(url)
    const transport = this.#deps.transports.get(scheme)
    if (transport === undefined)
      throw new NetError('NET_SCHEME_UNSUPPORTED', { url, scheme, reason: 'there is no such transport' })
    return transport.listen(url, (stream) => {
      if (!hooks.admits(stream.remoteUrl)) {
        stream.destroy()
        return
      }
      hooks.onChannel(this.#deps.makeChannel(stream, { url: stream.remoteUrl, resolvedUrl: null, session: SessionFlag.Inbound }))
    })
  }
}
