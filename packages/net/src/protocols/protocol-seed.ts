/** What we want of a seed: tell it our addresses, take its addresses, go. Source: docs/node.md, *Protocols*, seed. */
import type { Channel } from '../channel.ts'
import { NetError } from '../errors.ts'
import { addr, getaddr } from '../messages/core-messages.ts'
import type { AddrMessage } from '../messages/core-messages.ts'
import type { MessageSubscription } from '../messages/message-dispatcher.ts'
import type { NetworkProfile } from '../settings.ts'
import { announce, storeAddrs } from './protocol-address.ts'
import type { ProtocolAddressDeps } from './protocol-address.ts'
import type { Protocol } from './protocol.ts'

export interface ProtocolSeedDeps extends ProtocolAddressDeps {
  readonly profile: NetworkProfile
}

/** Stops the channel when done: with NET_CHANNEL_STOPPED after an answer, with NET_TIMEOUT without one. */
export class ProtocolSeed implements Protocol {
  readonly #channel: Channel
  readonly #deps: ProtocolSeedDeps
  readonly #addrs: MessageSubscription<AddrMessage>

  constructor(channel: Channel, deps: ProtocolSeedDeps) {
    this.#channel = channel
    this.#deps = deps
    this.#addrs = channel.subscribe(addr)
  }

  start(): void {
    this.#channel.tasks.spawn(() => this.#query())
  }

  async #query(): Promise<void> {
    const timeoutMs = this.#deps.profile.channelHandshakeTimeoutMs
    const deadline = new AbortController()
    const timer = this.#channel.clock.setTimer(timeoutMs, () => {
      deadline.abort(new NetError('NET_TIMEOUT', { what: 'addresses of the seed', timeoutMs }, { fault: 'peer' }))
    })
    try {
      await announce(this.#channel, this.#deps.externalAddrs())
      await this.#channel.send(getaddr, this.#deps.getaddr())
      await storeAddrs(await this.#addrs.next(deadline.signal), this.#channel, this.#deps)
    } finally {
      timer.cancel()
    }
    void this.#channel.stop()
  }
}
