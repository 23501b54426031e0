/** Keeps configured peers connected. Source: docs/node.md, *Sessions*, manual. */
import { parseUrl } from '@dchat/serial'
import { TaskScope, sleep } from '@dchat/system'
import type { Channel } from '../channel.ts'
import { NetError } from '../errors.ts'
import { failureReason } from '../failure-reason.ts'
import type { FailureReason } from '../failure-reason.ts'
import { profileOf } from '../settings.ts'
import type { Settings } from '../settings.ts'
import { openPeerChannel } from './direct-dial.ts'
import { OutcomeLog } from './outcome-log.ts'
import { SessionFlag } from './session-flags.ts'
import { checkDestination, claimHost, closedOrAborted, connectPeer, peerUrl } from './session.ts'
import type { Session, SessionDeps } from './session.ts'

/** What a peer that is to be kept is at. */
export type ManualState =
  | { readonly at: 'connecting' | 'connected'; readonly reason: FailureReason | undefined }
  /** `nextMs`: monotonic time of the next try. */
  | { readonly at: 'waiting'; readonly nextMs: number; readonly reason: FailureReason }

/** One slot a peer: connect, wait for the close, sleep the connect timeout, again, for as long as the peer is wanted. */
export class ManualSession implements Session {
  readonly #deps: SessionDeps
  readonly #slots = new Map<string, TaskScope>()
  readonly #states = new Map<string, ManualState>()
  /** Peers of `connect`; those of the settings are known to the hosts from the start. */
  readonly #connectedByHand = new Set<string>()
  readonly #outcomes: OutcomeLog
  #isStopped = true

  constructor(deps: SessionDeps) {
    this.#deps = deps
    this.#outcomes = new OutcomeLog(deps.logger, 'Manual peer')
  }

  start(): Promise<void> {
    this.#isStopped = false
    for (const url of wantedPeers(this.#deps.settings)) this.#startKeeping(url)
    return Promise.resolve()
  }

  /**
   * Keeps the peers that the settings name now and did not before; those named no longer are forgotten and their channels
   * closed. Peers of `connect`, and what was forgotten by hand, stay as they are. Does nothing unless the session runs.
   */
  async reload(before: Pick<Settings, 'peers' | 'seeds'>): Promise<void> {
    if (this.#isStopped) return
    const { settings, hosts } = this.#deps
    const [wanted, wantedBefore] = [wantedPeers(settings), wantedPeers(before)]
    for (const url of wanted.filter((each) => !wantedBefore.includes(each))) {
      if (this.#connectedByHand.delete(url)) hosts.endExemption(url)
      if (!this.#slots.has(url)) this.#startKeeping(url)
    }
    const dropped = wantedBefore.filter((url) => !wanted.includes(url) && !this.#connectedByHand.has(url))
    await Promise.all(dropped.map((url) => this.#drop(url)))
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    const slots = [...this.#slots.values()]
    this.#slots.clear()
    this.#states.clear()
    for (const url of this.#connectedByHand) this.#deps.hosts.endExemption(url)
    this.#connectedByHand.clear()
    await Promise.all(slots.map((slot) => slot.stop()))
  }

  /** Peers that are kept, canonical. */
  get urls(): string[] {
    return [...this.#slots.keys()]
  }

  /** What each peer that is kept is at. */
  get states(): (readonly [url: string, state: ManualState])[] {
    return this.urls.map((url) => [url, this.#states.get(url) ?? { at: 'connecting', reason: undefined }] as const)
  }

  /**
   * Connects a peer once, and keeps it connected from then on. One that another session has connected is kept as it is.
   * @param text - its address, in any spelling
   * @returns its channel, after the version exchange
   * @throws NetError why it could not be connected: nothing is kept then; NET_ADDRESS_INVALID, also for our own address;
   * NET_HOST_STATE_BLOCKED when it is kept already, or another part of the node works on it; NET_STOPPED when the session stops
   * or the peer is forgotten meanwhile
   * @throws the signal's reason
   */
  async connect(text: string, { signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<Channel> {
    if (this.#isStopped) throw new NetError('NET_STOPPED', {})
    signal?.throwIfAborted()
    const url = peerUrl(text, this.#deps)
    if (this.#slots.has(url)) throw new NetError('NET_HOST_STATE_BLOCKED', { url, from: 'manual peer', to: 'connect' })
    const slot = this.#openSlot(url)
    this.#exempt(url)
    try {
      const ending = signal === undefined ? slot.signal : AbortSignal.any([slot.signal, signal])
      const channel = openPeerChannel(url, this.#deps) ?? (await this.#connectOnce(url, ending))
      slot.spawn((ending) => this.#keep(url, ending, channel))
      return channel
    } catch (error) {
      if (this.#slots.get(url) === slot) this.#releasePeer(url)
      const isGivenUp = slot.isStopped && error === slot.signal.reason
      await slot.stop()
      throw isGivenUp ? new NetError('NET_STOPPED', {}) : error
    }
  }

  /** Keeps `url` no longer; an open channel stays until it is stopped. @returns whether it was kept */
  async forget(url: string): Promise<boolean> {
    const slot = this.#slots.get(url)
    if (slot !== undefined) this.#releasePeer(url)
    await slot?.stop()
    return slot !== undefined
  }

  async #drop(url: string): Promise<void> {
    const channel = this.#deps.hosts.registry.held(url)
    await this.forget(url)
    if (channel?.info.session === SessionFlag.Manual) await channel.stop()
  }

  #startKeeping(url: string): void {
    this.#openSlot(url).spawn((signal) => this.#keep(url, signal))
  }

  /** As long as a peer is kept it is not banned, as those of the settings never are. */
  #exempt(url: string): void {
    if (this.#deps.settings.peers.includes(url)) return
    this.#connectedByHand.add(url)
    this.#deps.hosts.exemptPeer(url)
  }

  #releasePeer(url: string): void {
    this.#slots.delete(url)
    this.#states.delete(url)
    this.#outcomes.forget(url)
    if (this.#connectedByHand.delete(url)) this.#deps.hosts.endExemption(url)
  }

  #openSlot(url: string): TaskScope {
    const slot = new TaskScope((error) => this.#deps.logger.error('Manual session failed', { error }))
    this.#slots.set(url, slot)
    return slot
  }

  async #keep(url: string, signal: AbortSignal, first?: Channel): Promise<void> {
    const { clock, settings } = this.#deps
    let channel = first
    let reason: FailureReason | undefined
    for (;;) {
      try {
        this.#states.set(url, { at: 'connecting', reason })
        // A peer that another session has connected is there: what was wished for holds.
        channel ??= openPeerChannel(url, this.#deps) ?? (await this.#connectOnce(url, signal))
        this.#outcomes.tell(url, 'connected')
        this.#states.set(url, { at: 'connected', reason: undefined })
        await closedOrAborted(channel, signal)
        this.#outcomes.tell(url, channel.stopReason)
        reason = failureReason(channel.stopReason)
      } catch (error) {
        signal.throwIfAborted()
        this.#outcomes.tell(url, error)
        reason = failureReason(error)
      }
      channel = undefined
      const pauseMs = profileOf(settings, parseUrl(url).scheme).outboundConnectTimeoutMs
      this.#states.set(url, { at: 'waiting', nextMs: clock.monotonicMs() + pauseMs, reason })
      await sleep(clock, pauseMs, signal)
    }
  }

  async #connectOnce(url: string, signal: AbortSignal): Promise<Channel> {
    const { registry } = this.#deps.hosts
    checkDestination(url, this.#deps)
    if (!claimHost(url, this.#deps)) {
      throw new NetError('NET_HOST_STATE_BLOCKED', { url, from: registry.stateOf(url), to: 'connect' })
    }
    try {
      return await connectPeer({ url, session: SessionFlag.Manual }, signal, this.#deps)
    } catch (error) {
      registry.move(url, 'free')
      signal.throwIfAborted()
      throw error
    }
  }
}

/** A peer that is also a seed is skipped. */
function wantedPeers({ peers, seeds }: Pick<Settings, 'peers' | 'seeds'>): string[] {
  return peers.filter((url) => !seeds.includes(url))
}
