/** Accepts peers. Source: docs/node.md, *Sessions*, inbound. */
import { parseUrl } from '@dchat/serial'
import { TaskScope } from '@dchat/system'
import type { Acceptor } from '../acceptor.ts'
import type { Channel } from '../channel.ts'
import type { RefusalReason } from '../node-counts.ts'
import { HalfOpenChannels } from '../resources/half-open.ts'
import { InboundSlots } from '../resources/inbound-slots.ts'
import { withPort } from '../transports/tcp.ts'
import type { Listening } from '../transports/transport.ts'
import { registerChannel } from './session.ts'
import type { Session, SessionDeps } from './session.ts'

export interface InboundSessionDeps extends SessionDeps {
  readonly acceptor: Acceptor
}

/** What inbound connections there are. */
export interface InboundCounts {
  /** Those that hold a slot. */
  readonly peers: number
  /** Those that still exchange versions. */
  readonly halfOpen: number
  /** Those turned away or dropped, and not closed yet. */
  readonly leaving: number
  /** Hosts that are counted, of both kinds. */
  readonly hosts: number
}

/**
 * Listens on every inbound address; all addresses together hold at most `inboundConnections` peers. Channels that still
 * exchange versions hold no slot and are bounded apart, so that they keep nobody out. When all slots are taken a newcomer may
 * get that of another (`chooseEvicted`); who could not get one is turned away at the door.
 */
export class InboundSession implements Session {
  readonly #deps: InboundSessionDeps
  readonly #halfOpen: HalfOpenChannels
  readonly #slots: InboundSlots
  #listening: Listening[] = []
  #scope: TaskScope | undefined

  constructor(deps: InboundSessionDeps) {
    this.#deps = deps
    this.#halfOpen = new HalfOpenChannels(deps.settings)
    this.#slots = new InboundSlots(deps)
  }

  /** The canonical addresses listened on, with their real ports. */
  get urls(): string[] {
    return this.#listening.map(({ url }) => url)
  }

  get counts(): InboundCounts {
    return {
      peers: this.#slots.size,
      halfOpen: this.#halfOpen.size,
      leaving: this.#halfOpen.leavingSize,
      hosts: this.#slots.hostCount + this.#halfOpen.hostCount,
    }
  }

  async start(): Promise<void> {
    const { settings, logger } = this.#deps
    this.#scope = new TaskScope((error) => logger.error('Inbound session failed', { error }))
    if (settings.inbound.length === 0) {
      logger.info('Not configured for accepting incoming connections.')
      return
    }
    try {
      for (const url of settings.inbound) await this.#listen(url)
    } catch (error) {
      await this.stop()
      throw error
    }
    this.fillInPorts()
  }

  /** Gives external addresses with port 0 the port that is listened on for their scheme. */
  fillInPorts(): void {
    this.#deps.hosts.changeExternalAddrs((urls) => withRealPorts(urls, this.urls))
  }

  async stop(): Promise<void> {
    const listening = this.#listening
    this.#listening = []
    await Promise.all(listening.map((each) => each.close()))
    await this.#halfOpen.stop()
    await this.#scope?.stop()
  }

  async #listen(url: string): Promise<void> {
    const listening = await this.#deps.acceptor.listen(url, {
      admits: (remoteUrl) => this.#admits(remoteUrl),
      onChannel: (channel) => this.#onChannel(channel),
    })
    this.#listening.push(listening)
    this.#deps.logger.info('Listening', { url: listening.url })
  }

  #admits(remoteUrl: string): boolean {
    if (this.#scope?.isStopped !== false) return false
    if (this.#deps.hosts.isBanned(remoteUrl, 'inbound')) return this.#refuse(remoteUrl, 'banned')
    return (this.#slots.admits(remoteUrl) && this.#halfOpen.admits(remoteUrl)) || this.#refuse(remoteUrl, 'full')
  }

  #refuse(addr: string, reason: RefusalReason): false {
    const { dnet, logger } = this.#deps
    dnet.counts.refused[reason] += 1
    logger.debug('Inbound connection refused', { addr, reason })
    return false
  }

  /** Never waits: a slow handshake must not keep the next peer out. */
  #onChannel(channel: Channel): void {
    channel.signal.addEventListener('abort', () => this.#onStopped(channel), { once: true })
    this.#halfOpen.add(channel)
    this.#scope!.spawn(() => this.#serve(channel))
  }

  #onStopped(channel: Channel): void {
    this.#slots.release(channel)
    if (this.#halfOpen.remove(channel)) this.#halfOpen.letGo(channel)
  }

  async #serve(channel: Channel): Promise<void> {
    const { dnet, logger } = this.#deps
    const info = { addr: channel.info.url, channel_id: channel.info.id }
    try {
      await registerChannel(channel, this.#deps, () => this.#takePlace(channel))
    } catch (error) {
      logger.debug('Inbound handshake failed', { ...info, error })
      return
    }
    if (dnet.isEnabled) dnet.publish({ event: 'inbound_connected', info })
    void channel.closed.then(() => dnet.isEnabled && dnet.publish({ event: 'inbound_disconnected', info }))
  }

  /** The slot that was free when the channel came may be taken by now. */
  #takePlace(channel: Channel): void {
    channel.signal.throwIfAborted()
    const evicted = this.#slots.take(channel)
    this.#halfOpen.remove(channel)
    if (evicted !== undefined) this.#halfOpen.letGo(evicted)
  }
}

/** External addresses with port 0 get the port we listen on for their scheme. */
function withRealPorts(externalAddrs: readonly string[], listenUrls: readonly string[]): string[] {
  return externalAddrs.map((url) => {
    const { scheme, port } = parseUrl(url)
    const real = listenUrls.map(parseUrl).find((listened) => listened.scheme === scheme)?.port
    return port === 0 && real !== undefined && real !== null ? withPort(url, real) : url
  })
}
