/** Keeps outbound slots filled with peers from the host lists. Source: docs/node.md, *Sessions*, outbound. */
import { TaskScope } from '@dchat/system'
import type { Channel } from '../channel.ts'
import { NetError, isNetError } from '../errors.ts'
import { PeerDiscovery } from './peer-discovery.ts'
import type { PeerDiscoveryDeps } from './peer-discovery.ts'
import { SessionFlag } from './session-flags.ts'
import { closedOrAborted, connectPeer, suspendHost } from './session.ts'
import type { Session, SessionDeps } from './session.ts'
import { Slot, WakeUp } from './slot.ts'

export type OutboundSessionDeps = SessionDeps & Pick<PeerDiscoveryDeps, 'seed' | 'askPeers' | 'isConnected'>

export class OutboundSession implements Session {
  readonly #deps: OutboundSessionDeps
  readonly #discovery: PeerDiscovery
  readonly #wakeUps: WakeUp[] = []
  #slots: Slot[] = []
  #scope: TaskScope | undefined
  #unsubscribe: () => void = () => {}

  constructor(deps: OutboundSessionDeps) {
    this.#deps = deps
    this.#discovery = new PeerDiscovery({ ...deps, wakeSlots: () => this.#wakeSlots() })
  }

  /** The channel id of each slot, 0 for an empty one. */
  get channelIds(): number[] {
    return this.#slots.map((slot) => slot.channelId)
  }

  start(): Promise<void> {
    const { settings, logger } = this.#deps
    const scope = new TaskScope((error) => logger.error('Outbound session failed', { error }))
    this.#scope = scope
    this.#slots = Array.from({ length: settings.outboundConnections }, (_, index) => new Slot(index))
    this.#wakeUps.length = 0
    for (const slot of this.#slots) {
      const wakeUp = new WakeUp()
      this.#wakeUps.push(wakeUp)
      scope.spawn((signal) => this.#fill(slot, wakeUp, signal))
    }
    if (this.#slots.length > 0) {
      scope.spawn((signal) => this.#discovery.run(signal))
      // Addresses also come unasked, with every new peer: empty slots need not wait for the next round of discovery.
      this.#unsubscribe = this.#deps.hosts.onNewHosts(() => this.#wakeSlots())
    }
    return Promise.resolve()
  }

  async stop(): Promise<void> {
    this.#unsubscribe()
    await this.#scope?.stop()
    for (const slot of this.#slots) slot.state = { at: 'stopped' }
  }

  #wakeSlots(): void {
    for (const wakeUp of this.#wakeUps) wakeUp.wake()
  }

  async #fill(slot: Slot, wakeUp: WakeUp, signal: AbortSignal): Promise<void> {
    const { dnet, hosts } = this.#deps
    while (!signal.aborted) {
      const url = hosts.pickOutbound(this.#slots.length)
      if (url === undefined || !hosts.registry.tryMove(url, 'connect')) {
        slot.state = { at: 'sleeping' }
        dnet.publish({ event: 'outbound_slot_sleeping', info: { slot: slot.index } })
        this.#discovery.wake()
        await wakeUp.wait(signal)
        continue
      }
      slot.state = { at: 'connecting', url }
      dnet.publish({ event: 'outbound_slot_connecting', info: { slot: slot.index, addr: url } })
      const channel = await this.#connect(slot, url, signal)
      if (channel !== undefined) await this.#hold(slot, channel, signal)
    }
  }

  async #connect(slot: Slot, url: string, signal: AbortSignal): Promise<Channel | undefined> {
    const { dnet, logger, hosts } = this.#deps
    try {
      return await connectPeer({ url, session: SessionFlag.Outbound }, signal, this.#deps)
    } catch (error) {
      if (signal.aborted) {
        hosts.registry.tryMove(url, 'free')
        throw error
      }
      logger.debug('Outbound connection failed', { url, error })
      if (isNetError(error, 'NET_DIAL_FAILED') && error.data.reason === 'ENETUNREACH') hosts.noteUnreachable(url)
      suspendHost(url, this.#deps)
      dnet.publish({ event: 'outbound_slot_disconnected', info: { slot: slot.index, err: errorText(error) } })
      return undefined
    }
  }

  async #hold(slot: Slot, channel: Channel, signal: AbortSignal): Promise<void> {
    const { dnet } = this.#deps
    const { url, id } = channel.info
    slot.state = { at: 'connected', url, channelId: id }
    dnet.publish({ event: 'outbound_slot_connected', info: { slot: slot.index, addr: url, channel_id: id } })
    await closedOrAborted(channel, signal)
    dnet.publish({ event: 'outbound_slot_disconnected', info: { slot: slot.index, err: errorText(channel.stopReason) } })
  }
}

function errorText(error: unknown): string {
  return error instanceof NetError ? error.message : String(error)
}
