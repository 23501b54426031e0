/** All channels of a node, and which of them are peers. */
import type { Clock } from '@dchat/system'
import type { Channel } from './channel.ts'
import { isPeerSession } from './sessions/session-flags.ts'

export interface ChannelListHooks {
  onConnected(channel: Channel): void
  /** There was none, and now there is a peer. */
  onFirstPeer(): void
  /** The last peer is gone. */
  onNoPeers(): void
  onClosed(channel: Channel): void
}

export class ChannelList {
  readonly #clock: Clock
  readonly #hooks: ChannelListHooks
  readonly #channels = new Set<Channel>()
  readonly #connected = new Set<Channel>()
  #peers = 0
  #noPeersSinceMs: number

  constructor(clock: Clock, hooks: ChannelListHooks) {
    this.#clock = clock
    this.#hooks = hooks
    this.#noPeersSinceMs = clock.monotonicMs()
  }

  /** Every channel that is not closed, also those still exchanging versions. */
  get all(): readonly Channel[] {
    return [...this.#channels]
  }

  /** Channels after the version exchange, of every session. */
  get connected(): readonly Channel[] {
    return [...this.#connected]
  }

  /** Channels after the version exchange that count as peers: all but seed and refine. */
  *peers(): Generator<Channel> {
    for (const channel of this.#connected) if (isPeerSession(channel.info.session)) yield channel
  }

  get peerCount(): number {
    return this.#peers
  }

  /** Milliseconds since the last peer left (or since the list was made); 0 while there is one. */
  get msWithoutPeers(): number {
    return this.#peers > 0 ? 0 : this.#clock.monotonicMs() - this.#noPeersSinceMs
  }

  track(channel: Channel): void {
    this.#channels.add(channel)
    channel.signal.addEventListener('abort', () => this.#onStopped(channel), { once: true })
    void channel.closed.then(() => this.#channels.delete(channel))
  }

  publishConnected(channel: Channel): void {
    if (channel.isStopped) return
    this.#connected.add(channel)
    if (isPeerSession(channel.info.session)) {
      this.#peers += 1
      if (this.#peers === 1) this.#hooks.onFirstPeer()
    }
    this.#hooks.onConnected(channel)
  }

  #onStopped(channel: Channel): void {
    if (!this.#connected.delete(channel)) return
    this.#hooks.onClosed(channel)
    if (!isPeerSession(channel.info.session)) return
    this.#peers -= 1
    if (this.#peers > 0) return
    this.#noPeersSinceMs = this.#clock.monotonicMs()
    this.#hooks.onNoPeers()
  }
}
