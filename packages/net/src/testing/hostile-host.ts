/** A host that speaks the protocol as far as it serves its ends: cheap enough for thousands of them. */
import { parseUrl } from '@dchat/serial'
import { TaskScope } from '@dchat/system'
import type { Clock, Random } from '@dchat/system'
import type { Listening, Transport, TransportStream } from '../transports/transport.ts'
import type { MemoryWorld } from './memory-node.ts'
import { RawPeer } from './raw-peer.ts'
import type { ReceivedMessage } from './raw-peer.ts'

/** One thing that a hostile host does. Shared by all hosts it is given to: what it keeps is theirs together. */
export interface Behaviour {
  /** The host came up. Work that lasts goes into `host.tasks`. */
  onStart?(host: HostileHost): void
  /** A connection is open, whoever dialled; nothing was said on it. */
  onPeer?(peer: RawPeer, host: HostileHost): void
  /** A message came on one of its connections. */
  onMessage?(message: ReceivedMessage, peer: RawPeer, host: HostileHost): void
}

export interface HostileHostOptions {
  readonly url: string
  readonly behaviours: readonly Behaviour[]
  readonly random: Random
}

/** A host of a simulation that does nothing but what its behaviours do: `Simulation.addHostile`. */
export class HostileHost {
  /** Where it listens. */
  readonly url: string
  /** The host of `url`. */
  readonly host: string
  /** That of the simulation. */
  readonly clock: Clock
  /** Its own random numbers. */
  readonly random: Random
  /** Ends with the host. */
  readonly tasks: TaskScope
  readonly #behaviours: readonly Behaviour[]
  readonly #transport: Transport
  readonly #peers = new Set<RawPeer>()
  #listening: Listening | undefined
  #failure: unknown

  /** @internal */
  constructor({ url, behaviours, random }: HostileHostOptions, { clock, network }: MemoryWorld) {
    this.url = url
    this.host = parseUrl(url).host!
    this.clock = clock
    this.random = random
    this.#behaviours = behaviours
    this.#transport = network.transport(this.host)
    this.tasks = new TaskScope((error) => {
      this.#failure ??= error
    })
  }

  /** Open connections, whoever dialled. */
  get peers(): ReadonlySet<RawPeer> {
    return this.#peers
  }

  /** Comes up: listens, and begins what its behaviours begin. */
  start(): void {
    this.tasks.spawn(async () => {
      this.#listening = await this.#transport.listen(this.url, (stream) => this.#take(stream))
      for (const behaviour of this.#behaviours) behaviour.onStart?.(this)
    })
  }

  /** Dials a node. @throws NetError NET_DIAL_FAILED @throws the signal's reason */
  async dial(url: string, signal: AbortSignal): Promise<RawPeer> {
    return this.#take(await this.#transport.dial(url, { signal }))
  }

  /** Ends everything. @throws what a behaviour threw */
  async stop(): Promise<void> {
    const ended = this.tasks.stop()
    for (const peer of this.#peers) peer.stream.destroy()
    await ended
    await this.#listening?.close()
    for (const peer of this.#peers) peer.stream.destroy()
    if (this.#failure !== undefined) throw this.#failure
  }

  #take(stream: TransportStream): RawPeer {
    const onMessage = (message: ReceivedMessage): void => {
      for (const behaviour of this.#behaviours) behaviour.onMessage?.(message, peer, this)
    }
    const peer: RawPeer = new RawPeer(stream, { clock: this.clock, onMessage })
    this.#peers.add(peer)
    void peer.closed.then(() => this.#peers.delete(peer))
    peer.open()
    for (const behaviour of this.#behaviours) behaviour.onPeer?.(peer, this)
    return peer
  }
}
