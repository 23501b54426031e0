/** A simulated network whose nodes have identities, stores and posts: all real, the stores in memory. */
import { parseUrl } from '@dchat/serial'
import type { NetworkTap, SimulatedNode, SimulationOptions } from '@dchat/net/testing'
import { Simulation, latencyOf } from '@dchat/net/testing'
import type { CommittedPost } from '@dchat/store'
import type { ManualClock } from '@dchat/system'
import { PostVerifier } from '../post/post-verifier.ts'
import { ChatNode } from './chat-node.ts'
import type { ChatNodeOptions } from './chat-node.ts'
import { FeaturedPeer, listenFeatured } from './featured-peer.ts'
import type { FeaturedListener, FeaturedPeerOptions } from './featured-peer.ts'
import { SharedVerifier } from './shared-verifier.ts'
import { Spread } from './spread.ts'

/** Where peers in the hands of a test come from; nodes begin at 20.0.0.1. */
const FIRST_PEER_NETWORK = 130
/** 10 to 150 ms, as Simulation has it. */
const DEFAULT_LATENCY = { minMs: 10, maxMs: 150 }

export interface ChatSimulationOptions extends Omit<SimulationOptions, 'tap'> {
  readonly tap?: NetworkTap
}

/** Adds nodes and featured peers; `await using` stops all of it and closes the stores. */
export class ChatSimulation implements AsyncDisposable {
  readonly simulation: Simulation
  readonly spread: Spread
  readonly nodes: ChatNode[] = []
  /** Hears what each node commits, before its protocols do. */
  onCommitted: (node: ChatNode, posts: readonly CommittedPost[]) => void = () => {}
  /** Of all nodes: each post is really verified once. */
  readonly verifier: SharedVerifier = new SharedVerifier(new PostVerifier())
  readonly #seed: number
  readonly #listeners: FeaturedListener[] = []
  #peers = 0

  constructor(options: ChatSimulationOptions = {}) {
    const { seed = 1, latency = DEFAULT_LATENCY } = options
    this.#seed = seed
    let spread: Spread | undefined
    const tap: NetworkTap = {
      dialled: (fromHost, url, fate) => options.tap?.dialled(fromHost, url, fate),
      sent: (fromHost, toHost, parcel) => {
        spread!.sent(fromHost, toHost, parcel)
        options.tap?.sent(fromHost, toHost, parcel)
      },
    }
    this.simulation = new Simulation({ ...options, latency, tap })
    this.spread = spread = new Spread({ clock: this.simulation.clock, latencyMs: latencyOf(seed, latency) })
  }

  get clock(): ManualClock {
    return this.simulation.clock
  }

  /** Makes a node; not started. */
  add(options: ChatNodeOptions = {}): ChatNode {
    const name = `${this.#seed} ${this.nodes.length}`
    const { simulation, verifier } = this
    const node: ChatNode = new ChatNode(
      { ...options, name },
      { simulation, verifier, onCommitted: (posts) => this.onCommitted(node, posts) },
    )
    this.nodes.push(node)
    return node
  }

  /** Starts nodes at once and waits until each listens. */
  async start(...nodes: readonly ChatNode[]): Promise<void> {
    for (const { node } of nodes) node.start()
    await this.clock.runUntil(() => nodes.every(({ node }) => node.p2p?.state === 'run'))
  }

  /** Dials a node from a host of its own. */
  async peer(to: SimulatedNode | ChatNode, options: Omit<FeaturedPeerOptions, 'clock'> = {}): Promise<FeaturedPeer> {
    const transport = this.simulation.network.transport(this.#takePeerHost())
    const { clock } = this
    let peer: FeaturedPeer | undefined
    const dialling = FeaturedPeer.dial(transport, to.url, { ...options, clock }).then((made) => (peer = made))
    await clock.runUntil(() => peer !== undefined)
    return dialling
  }

  /** Listens at a host of its own. */
  async listen(options: Omit<FeaturedPeerOptions, 'clock'> = {}): Promise<FeaturedListener> {
    const host = this.#takePeerHost()
    const listening = listenFeatured(this.simulation.network.transport(host), `tcp://${host}:26661/`, {
      ...options,
      clock: this.clock,
    })
    await this.clock.advance(0)
    const listener = await listening
    this.#listeners.push(listener)
    return listener
  }

  /** Where the next featured peer, or listener, will be: a host in a network group of its own. */
  get nextPeerHost(): string {
    return `${FIRST_PEER_NETWORK + (this.#peers >> 8)}.${this.#peers & 255}.0.1`
  }

  /** Moves time. @throws the first failure of a node, if there was one */
  advance(ms: number): Promise<void> {
    return this.simulation.advance(ms)
  }

  /** Moves time until `isDone` holds. @throws {Error} when it does not within `limitMs` */
  async until(isDone: () => boolean, limitMs = 60_000): Promise<void> {
    await this.clock.runUntil(isDone, limitMs)
    await this.advance(0)
  }

  /** The node whose address has this host. */
  nodeAt(host: string): ChatNode | undefined {
    return this.nodes.find(({ url }) => parseUrl(url).host === host)
  }

  /** How many hosts are banned, of all nodes that are up. */
  get bans(): number {
    return this.nodes.reduce((sum, { node }) => sum + (node.p2p?.hosts.bans.saved().length ?? 0), 0)
  }

  async stop(): Promise<void> {
    for (const listener of this.#listeners) await listener.close()
    await this.simulation.stop()
    for (const node of this.nodes) await node.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  #takePeerHost(): string {
    const host = this.nextPeerHost
    this.#peers += 1
    return host
  }
}
