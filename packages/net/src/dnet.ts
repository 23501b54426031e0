/** Events for looking into a running node. Names and fields as the reference has them: docs/node.md, *dnet events*. */
import { Publisher } from '@dchat/system'
import type { Clock, Logger } from '@dchat/system'
import { NodeCounts } from './node-counts.ts'

/** The channel of a `send` or `recv`. */
export interface DnetChannel {
  /** The peer's address, as in `ChannelInfo.url`. */
  readonly addr: string
  /** As in `ChannelInfo.id`. */
  readonly id: number
}

/** One dnet event; `event` says which. Times are nanoseconds since the epoch as a decimal string. Source: docs/node.md, *dnet events*. */
export type DnetEvent =
  | {
      readonly event: 'send' | 'recv'
      readonly info: { readonly chan: DnetChannel; readonly cmd: string; readonly time: string }
    }
  | {
      readonly event: 'inbound_connected' | 'inbound_disconnected'
      readonly info: { readonly addr: string; readonly channel_id: number }
    }
  | { readonly event: 'outbound_slot_sleeping'; readonly info: { readonly slot: number } }
  | { readonly event: 'outbound_slot_connecting'; readonly info: { readonly slot: number; readonly addr: string } }
  | {
      readonly event: 'outbound_slot_connected'
      readonly info: { readonly slot: number; readonly addr: string; readonly channel_id: number }
    }
  | { readonly event: 'outbound_slot_disconnected'; readonly info: { readonly slot: number; readonly err: string } }
  | {
      readonly event: 'outbound_peer_discovery'
      readonly info: { readonly attempt: number; readonly state: 'wait' | 'getaddr' | 'seed' }
    }
  | { readonly event: 'direct_connecting'; readonly info: { readonly connect_addr: string } }
  | {
      readonly event: 'direct_connected'
      readonly info: { readonly connect_addr: string; readonly addr: string; readonly channel_id: number }
    }
  | { readonly event: 'direct_disconnected'; readonly info: { readonly connect_addr: string; readonly err: string } }
  | {
      readonly event: 'direct_peer_discovery'
      readonly info: { readonly attempt: number; readonly state: 'wait' | 'getaddr' | 'seed' | 'newchan' | 'sleep' }
    }

export interface DnetDeps {
  readonly clock: Pick<Clock, 'nowNs'>
  readonly logger: Logger
}

/** Where a node says what it does. Costs next to nothing while it is switched off and nobody watches. */
export class Dnet {
  /** Whether anybody is to hear: it is switched on, or somebody watches. Callers look before they publish: one check while it is false. @internal */
  isEnabled = false
  /** Kept whether it is enabled or not. */
  readonly counts: NodeCounts = new NodeCounts()
  readonly #clock: DnetDeps['clock']
  readonly #publisher: Publisher<{ event: DnetEvent; watched: DnetEvent }>
  #isSwitchedOn = false

  /** @internal */
  constructor(deps: DnetDeps) {
    this.#clock = deps.clock
    this.#publisher = new Publisher((error) => deps.logger.error('dnet listener failed', { error }))
  }

  /** Whether those who have subscribed are told. */
  switch(isOn: boolean): void {
    this.#isSwitchedOn = isOn
    this.#update()
  }

  /** Hears every event published while it is switched on, until the returned function is called. What it throws is logged. */
  subscribe(listener: (event: DnetEvent) => void): () => void {
    return this.#publisher.subscribe('event', listener)
  }

  /** Hears every event, whatever the switch says, until the returned function is called. What it throws is logged. */
  watch(listener: (event: DnetEvent) => void): () => void {
    const unsubscribe = this.#publisher.subscribe('watched', listener)
    this.#update()
    return () => {
      unsubscribe()
      this.#update()
    }
  }

  /** @internal */
  publish(event: DnetEvent): void {
    if (!this.isEnabled) return
    if (this.#isSwitchedOn) this.#publisher.publish('event', event)
    this.#publisher.publish('watched', event)
  }

  /** Publishes a `send` or `recv`, with the time of now. @internal */
  publishTraffic(event: 'send' | 'recv', chan: DnetChannel, cmd: string): void {
    if (!this.isEnabled) return
    this.publish({ event, info: { chan, cmd, time: this.#clock.nowNs().toString() } })
  }

  #update(): void {
    this.isEnabled = this.#isSwitchedOn || this.#publisher.listenerCount('watched') > 0
  }
}
