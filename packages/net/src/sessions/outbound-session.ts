/** Keeps outbound slots filled with peers from the host lists. Source: docs/node.md, *Sessions*, outbound. */
import { TaskScope } from '@dchat/system'
import type { Channel } from '../channel.ts'
import { failureReason } from '../failure-reason.ts'
import { PeerDiscovery } from './peer-discovery.ts'
import type { DiscoveryState, PeerDiscoveryDeps } from './peer-discovery.ts'
import { SessionFlag } from './session-flags.ts'
import { closedOrAborted, connectPeer, errorText, noteFailedDial } from './session.ts'
import type { Session, SessionDeps } from './session.ts'
import { Slot, longestConnected, slotsToEnd } from './slot.ts'
import type { SlotState } from './slot.ts'

export type OutboundSessionDeps = SessionDeps & Pick<PeerDiscoveryDeps, 'seed' | 'askPeers' | 'isConnected' | 'onPeer'>

export class OutboundSession implements Session {
  readonly #deps: OutboundSessionDeps
  readonly #discovery: PeerDiscovery
  #slots: Slot[] = []
  #scope: TaskScope | undefined
  #isDiscovering = false
  #unsubscribe: () => void = () => {}

  constructor(deps: OutboundSessionDeps) {
    this.#deps = deps
    this.#discovery = new PeerDiscovery({ ...deps, event: 'outbound_peer_discovery', wakeUsers: () => this.#wakeSlots() })
  }

  /** The channel id of each slot, 0 for an empty one. */
  get channelIds(): number[] {
    return this.#slots.map((slot) => slot.channelId)
  }

  /** The channels of the slots, the one connected longest first. */
  get longestConnected(): Channel[] {
    return longestConnected(this.#slots)
  }

  /** What each slot is at. */
  get slots(): readonly Slot[] {
    return this.#slots
  }

  /** What peer discovery is at; undefined while there is none. */
  get discovery(): DiscoveryState | undefined {
    return this.#isDiscovering && this.#scope?.isStopped === false ? this.#discovery.state : undefined
  }

  start(): Promise<void> {
    this.#scope = new TaskScope((error) => this.#deps.logger.error('Outbound session failed', { error }))
    this.#slots = []
    this.#isDiscovering = false
    // Addresses also come unasked, with every new peer: empty slots need not wait for the next round of discovery.
    this.#unsubscribe = this.#deps.hosts.onNewHosts(() => this.#wakeSlots())
    this.#grow(this.#scope)
    return Promise.resolve()
  }

  async stop(): Promise<void> {
    this.#unsubscribe()
    await this.#scope?.stop()
  }

  /**
   * Brings the number of slots to `outboundConnections`: more at once, or fewer, those that cost least first. Resolves when
   * the channels of the slots that went are closed. Does nothing unless the session runs.
   */
  async resize(): Promise<void> {
    const scope = this.#scope
    if (scope === undefined || scope.isStopped) return
    this.#grow(scope)
    const ending = slotsToEnd(this.#slots, Math.max(0, this.#slots.length - this.#deps.settings.outboundConnections))
    for (const slot of ending) {
      if (slot.url !== undefined) this.#publishDisconnected(slot, 'the slot is given up')
      slot.end()
    }
    this.#slots = this.#slots.filter((slot) => !ending.includes(slot))
    this.#renumber()
    await Promise.all(ending.map(({ ended }) => ended))
  }

  /** Has discovery find hosts, as an empty slot does; without slots there is none. */
  wakeDiscovery(): void {
    this.#discovery.wake()
  }

  #grow(scope: TaskScope): void {
    const first = this.#slots.length
    while (this.#slots.length < this.#deps.settings.outboundConnections) this.#slots.push(new Slot(this.#slots.length))
    for (const slot of this.#slots.slice(first)) scope.spawn((signal) => this.#keep(slot, signal))
    if (this.#slots.length === 0 || this.#isDiscovering) return
    this.#isDiscovering = true
    scope.spawn((signal) => this.#discovery.run(signal))
  }

  /** Slots are numbered without gaps: `outbound_slots` of p2p.get_info has one entry a slot. */
  #renumber(): void {
    for (const [index, slot] of this.#slots.entries()) {
      if (slot.index === index) continue
      if (slot.url !== undefined) this.#publishDisconnected(slot, 'the slot has another number now')
      slot.index = index
      this.#publishState(slot)
    }
  }

  #wakeSlots(): void {
    for (const slot of this.#slots) slot.wakeUp.wake()
  }

  /** @param stopping - the session's; a slot that is given up ends by its own signal */
  async #keep(slot: Slot, stopping: AbortSignal): Promise<void> {
    const signal = AbortSignal.any([stopping, slot.signal])
    try {
      await this.#fill(slot, signal)
    } catch (error) {
      if (!signal.aborted) throw error
      // A session that stops leaves its channels to whoever stops the node: the host lists are saved before they close.
      if (!stopping.aborted && slot.state.at === 'connected') await slot.state.channel.stop()
    } finally {
      slot.noteStopped()
    }
  }

  async #fill(slot: Slot, signal: AbortSignal): Promise<void> {
    const { clock, hosts } = this.#deps
    for (;;) {
      signal.throwIfAborted()
      const url = hosts.pickOutbound(
        this.#slots.length,
        this.#slots.flatMap((each) => each.url ?? []),
      )
      if (url === undefined || !hosts.registry.tryMove(url, 'connect')) {
        this.#enter(slot, { at: 'sleeping' })
        this.#discovery.wake()
        await this.#rest(slot, signal)
        continue
      }
      this.#enter(slot, { at: 'connecting', sinceMs: clock.monotonicMs(), url })
      const channel = await this.#connect(slot, url, signal)
      if (channel !== undefined) await this.#hold(slot, channel, signal)
    }
  }

  /** Until there may be a host: a new one, or one that has rested. */
  async #rest({ wakeUp }: Slot, signal: AbortSignal): Promise<void> {
    const { clock, hosts } = this.#deps
    const { nextMs } = hosts.rests
    if (nextMs === undefined) await wakeUp.wait(signal)
    else await wakeUp.waitWithin(nextMs, clock, signal)
  }

  async #connect(slot: Slot, url: string, signal: AbortSignal): Promise<Channel | undefined> {
    const { logger, hosts } = this.#deps
    try {
      return await connectPeer({ url, session: SessionFlag.Outbound }, signal, this.#deps)
    } catch (error) {
      if (signal.aborted) {
        hosts.registry.tryMove(url, 'free')
        throw error
      }
      logger.debug('Outbound connection failed', { url, error })
      noteFailedDial(url, error, this.#deps)
      slot.failure = failureReason(error)
      this.#publishDisconnected(slot, error)
      return undefined
    }
  }

  async #hold(slot: Slot, channel: Channel, signal: AbortSignal): Promise<void> {
    const { clock, hosts } = this.#deps
    const sinceMs = clock.monotonicMs()
    slot.failure = undefined
    this.#enter(slot, { at: 'connected', sinceMs, channel })
    await closedOrAborted(channel, signal)
    hosts.rests.note(channel.info.url, clock.monotonicMs() - sinceMs)
    slot.failure = failureReason(channel.stopReason)
    this.#publishDisconnected(slot, channel.stopReason)
  }

  #enter(slot: Slot, state: SlotState): void {
    slot.state = state
    slot.changedMs = this.#deps.clock.monotonicMs()
    this.#publishState(slot)
  }

  #publishState({ index, state }: Slot): void {
    const { dnet } = this.#deps
    if (!dnet.isEnabled) return
    switch (state.at) {
      case 'sleeping':
        dnet.publish({ event: 'outbound_slot_sleeping', info: { slot: index } })
        break
      case 'connecting':
        dnet.publish({ event: 'outbound_slot_connecting', info: { slot: index, addr: state.url } })
        break
      case 'connected': {
        const { url, id } = state.channel.info
        dnet.publish({ event: 'outbound_slot_connected', info: { slot: index, addr: url, channel_id: id } })
        break
      }
      case 'stopped':
        break
    }
  }

  #publishDisconnected({ index }: Slot, error: unknown): void {
    const { dnet } = this.#deps
    if (dnet.isEnabled) dnet.publish({ event: 'outbound_slot_disconnected', info: { slot: index, err: errorText(error) } })
  }
}
