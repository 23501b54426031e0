/** Channels for as long as somebody uses them. Source: docs/node.md, *Sessions*, direct. */
import { TaskScope } from '@dchat/system'
import type { Channel } from '../channel.ts'
import { NetError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import { openDirect, openPeerChannel } from './direct-dial.ts'
import type { DirectDial } from './direct-dial.ts'
import { PeerSearch } from './peer-search.ts'
import type { AnyChannelsOptions, PeerSearchDeps } from './peer-search.ts'
import { closedOrAborted, errorText, peerUrl } from './session.ts'
import type { Session } from './session.ts'

/** A share of a channel. */
export interface DirectChannel extends Disposable {
  /** Whose share it is. It may stop at any time: `channel.signal` tells. */
  readonly channel: Channel
  /** Gives the share back. The last share of a channel that was opened for shares closes it. May be called again. */
  readonly release: () => void
}

/** What protocols and applications see of the direct session. */
export interface DirectChannels {
  /**
   * A share of the channel to `url`: of the one that is open, else of a new one, which everybody who asks meanwhile gets
   * too. A dial that fails is tried again twice; a host that another part of the node works on is waited for, as long as
   * a connection may take. `channel.signal` tells when the channel stops, as it may at any time.
   * @param url - in any spelling
   * @param options - `signal`: gives up
   * @throws NetError why it could not be connected; NET_ADDRESS_INVALID, also for our own address; NET_HOST_BANNED;
   * NET_HOST_STATE_BLOCKED; NET_TOO_MANY_CHANNELS; NET_STOPPED unless the node runs
   * @throws the signal's reason
   */
  getChannel(url: string, options?: { readonly signal?: AbortSignal }): Promise<DirectChannel>
  /**
   * Shares of channels to any peers: those that are open, else new ones to hosts of the lists. Where too few are known,
   * they are found as empty slots find them.
   * @throws NetError NET_TIMEOUT when there were not as many within two minutes: nothing is held then;
   * NET_TOO_MANY_CHANNELS; NET_STOPPED unless the node runs
   * @throws the signal's reason
   */
  getAnyChannels(options?: AnyChannelsOptions): Promise<DirectChannel[]>
}

export type DirectSessionDeps = Omit<PeerSearchDeps<DirectChannel>, 'isOpening' | 'share' | 'open'>

/** A channel that several share, from the first who asks for it to the last who gives it back. */
interface Shared {
  readonly url: string
  readonly ending: AbortController
  readonly opened: Promise<Channel>
  users: number
  /** Once it is open, if it was opened for them. */
  channel: Channel | undefined
}

const MAX_CHANNELS = LIMITS.DIRECT_CHANNELS.value

export class DirectSession implements Session, DirectChannels {
  readonly #deps: DirectSessionDeps
  readonly #search: PeerSearch<DirectChannel>
  readonly #shared = new Map<string, Shared>()
  #scope: TaskScope | undefined

  constructor(deps: DirectSessionDeps) {
    this.#deps = deps
    this.#search = new PeerSearch({
      ...deps,
      isOpening: (url) => this.#shared.has(url),
      share: (channel) => this.#shareOpen(channel),
      open: (dial, signal) => this.#get(dial, signal),
    })
  }

  start(): Promise<void> {
    this.#scope = new TaskScope((error) => this.#deps.logger.error('Direct session failed', { error }))
    this.#search.start(this.#scope)
    return Promise.resolve()
  }

  async stop(): Promise<void> {
    this.#search.stop()
    await this.#scope?.stop()
    this.#shared.clear()
  }

  /** Whether somebody waits for hosts to become known. */
  get lacksHosts(): boolean {
    return this.#search.isWaiting
  }

  async getChannel(url: string, { signal }: { readonly signal?: AbortSignal } = {}): Promise<DirectChannel> {
    return this.#get({ url: peerUrl(url, this.#deps), attempts: LIMITS.DIRECT_ATTEMPTS.value }, signal)
  }

  async getAnyChannels(options: AnyChannelsOptions = {}): Promise<DirectChannel[]> {
    const { count = 1 } = options
    if (!Number.isInteger(count) || count < 1 || count > MAX_CHANNELS) throw new RangeError(`count must be 1 to ${MAX_CHANNELS}`)
    const { signal } = this.#running()
    try {
      return await this.#search.find(options, signal)
    } catch (error) {
      this.#running()
      throw error
    }
  }

  /** @throws NetError NET_STOPPED */
  #running(): TaskScope {
    if (this.#scope === undefined || this.#scope.isStopped) throw new NetError('NET_STOPPED', {})
    return this.#scope
  }

  async #get(dial: DirectDial, signal?: AbortSignal): Promise<DirectChannel> {
    const scope = this.#running()
    signal?.throwIfAborted()
    const known = this.#shared.get(dial.url)
    if (known !== undefined) return this.#share(known, signal)
    const open = openPeerChannel(dial.url, this.#deps)
    if (open !== undefined) return borrowed(open)
    if (this.#deps.hosts.isBanned(dial.url, 'outbound')) throw new NetError('NET_HOST_BANNED', { url: dial.url })
    if (this.#shared.size >= MAX_CHANNELS) throw new NetError('NET_TOO_MANY_CHANNELS', { limit: MAX_CHANNELS })
    return this.#share(this.#open(dial, scope), signal)
  }

  async #shareOpen(channel: Channel): Promise<DirectChannel> {
    const shared = this.#shared.get(channel.info.url)
    return shared?.channel === channel ? this.#share(shared) : borrowed(channel)
  }

  async #share(shared: Shared, signal?: AbortSignal): Promise<DirectChannel> {
    shared.users += 1
    let isReleased = false
    const release = (): void => {
      if (isReleased) return
      isReleased = true
      shared.users -= 1
      if (shared.users === 0) this.#close(shared)
    }
    try {
      const channel = await orAborted(shared.opened, signal)
      return { channel, release, [Symbol.dispose]: release }
    } catch (error) {
      release()
      throw error
    }
  }

  /** Nobody uses it: what was opened for it is closed. Who asks from now on begins anew. */
  #close(shared: Shared): void {
    this.#forget(shared)
    shared.ending.abort()
    void shared.channel?.stop()
  }

  #forget(shared: Shared): void {
    if (this.#shared.get(shared.url) === shared) this.#shared.delete(shared.url)
  }

  #open(dial: DirectDial, scope: TaskScope): Shared {
    const opened = Promise.withResolvers<Channel>()
    const shared: Shared = { url: dial.url, ending: new AbortController(), opened: opened.promise, users: 0, channel: undefined }
    this.#shared.set(dial.url, shared)
    scope.spawn(async (stopping) => {
      try {
        const { channel, isOurs } = await openDirect(dial, AbortSignal.any([stopping, shared.ending.signal]), this.#deps)
        opened.resolve(channel)
        if (isOurs) await this.#hold(shared, channel, stopping)
      } catch (error) {
        opened.reject(stopping.aborted ? new NetError('NET_STOPPED', {}) : (error as Error))
      } finally {
        this.#forget(shared)
      }
    })
    // Those who asked may all have gone.
    opened.promise.catch(() => {})
    return shared
  }

  /** Until the channel has closed. A session that stops leaves it to whoever stops the node. */
  async #hold(shared: Shared, channel: Channel, stopping: AbortSignal): Promise<void> {
    const { dnet } = this.#deps
    const { url, id } = channel.info
    if (dnet.isEnabled) {
      dnet.publish({ event: 'direct_connected', info: { connect_addr: shared.url, addr: url, channel_id: id } })
    }
    shared.channel = channel
    if (shared.ending.signal.aborted) void channel.stop()
    await closedOrAborted(channel, stopping)
    if (dnet.isEnabled) {
      dnet.publish({ event: 'direct_disconnected', info: { connect_addr: shared.url, err: errorText(channel.stopReason) } })
    }
  }
}

/** A share of a channel that is there anyway. */
function borrowed(channel: Channel): DirectChannel {
  return { channel, release: () => {}, [Symbol.dispose]: () => {} }
}

/** @throws the signal's reason when it aborts first; `work` goes on then */
function orAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error)
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
