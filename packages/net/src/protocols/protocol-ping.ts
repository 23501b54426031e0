/** Keeps a channel honest: pings, and answers pings. Source: docs/node.md, *Protocols*, ping. */
import type { Random } from '@dchat/system'
import type { Channel } from '../channel.ts'
import { NetError } from '../errors.ts'
import { ping, pong } from '../messages/core-messages.ts'
import type { NonceMessage } from '../messages/core-messages.ts'
import type { MessageSubscription } from '../messages/message-dispatcher.ts'
import type { NetworkProfile } from '../settings.ts'
import { PongDeadline } from './pong-deadline.ts'
import type { Protocol } from './protocol.ts'

export interface ProtocolPingDeps {
  readonly random: Random
  /** The timeouts that hold for this channel's transport. */
  readonly profile: NetworkProfile
}

/**
 * Pings at the start and at every heartbeat. A pong with another nonce, or none in time, ends the channel; time during
 * which we do not read the channel does not count, and while bytes go either way a ping, or its pong, may stand behind them.
 */
export class ProtocolPing implements Protocol {
  readonly #channel: Channel
  readonly #deps: ProtocolPingDeps
  readonly #pings: MessageSubscription<NonceMessage>
  readonly #pongs: MessageSubscription<NonceMessage>

  constructor(channel: Channel, deps: ProtocolPingDeps) {
    this.#channel = channel
    this.#deps = deps
    this.#pings = channel.subscribe(ping)
    this.#pongs = channel.subscribe(pong)
  }

  start(): void {
    const { tasks } = this.#channel
    this.#pings.serve(tasks, ({ nonce }) => this.#channel.send(pong, { nonce }))
    tasks.spawn(() => this.#beat())
  }

  /** One ping and its pong; the next follows after the interval. */
  async #beat(): Promise<void> {
    const { tasks, clock, info } = this.#channel
    const nonce = this.#deps.random.int(65_536)
    // Metering may hold the ping back: the peer has its whole time from when it was sent.
    await this.#channel.send(ping, { nonce })
    const sentMs = clock.monotonicMs() - this.#channel.heldMs
    using deadline = new PongDeadline(this.#channel, this.#deps.profile.outboundConnectTimeoutMs)
    const received = await this.#pongs.next(deadline.signal)
    if (received.nonce !== nonce) throw new NetError('NET_PONG_WRONG_NONCE', { channelId: info.id }, { fault: 'peer' })
    this.#channel.notePong(clock.monotonicMs() - this.#channel.heldMs - sentMs)
    tasks.spawnAfter(clock, this.#deps.profile.channelHeartbeatIntervalMs, () => this.#beat())
  }
}
