/** Two honest nodes, alice and bob, that are connected, and whatever a test lets loose on alice: what bob sees of it is what counts. */
import type { StoredMessage } from '@dchat/store'
import type { ChatNode, ChatNodeOptions } from './chat-node.ts'
import { ChatSimulation } from './chat-simulation.ts'
import type { FeaturedListener, FeaturedPeer, FeaturedPeerOptions } from './featured-peer.ts'
import { bodyFor, rawPost } from './raw-post.ts'
import type { RawPost } from './raw-post.ts'
import { SeededSigner } from './seeded-signer.ts'

const LATENCY_MS = 10
/** A post that is told of by `have` and fetched takes a quarter of a second. */
const SLOW_MS = 100

export interface StageOptions {
  readonly seed?: number
  readonly alice?: ChatNodeOptions
  readonly bob?: ChatNodeOptions
}

export interface Health {
  readonly areConnected: boolean
  readonly bansOfBob: number
  /** How long posts took that were slow. */
  readonly slowMs: readonly number[]
}

export const UNDISTURBED: Health = { areConnected: true, bansOfBob: 0, slowMs: [] }

export class Stage implements AsyncDisposable {
  readonly chat: ChatSimulation
  readonly alice: ChatNode
  readonly bob: ChatNode
  #said = 0

  private constructor(chat: ChatSimulation, alice: ChatNode, bob: ChatNode) {
    this.chat = chat
    this.alice = alice
    this.bob = bob
  }

  /** Both are up and connected, and the first repair is done. */
  static async open({ seed = 1, alice: aliceOptions = {}, bob: bobOptions = {} }: StageOptions = {}): Promise<Stage> {
    const chat = new ChatSimulation({ seed, latency: { minMs: LATENCY_MS, maxMs: LATENCY_MS } })
    // Nobody is looked for: a day costs little.
    const quiet = {
      outboundConnections: 0,
      inboundConnections: 64,
      greylistRefineryIntervalMs: 3_600_000,
      whitelistRefineryIntervalMs: 3_600_000,
    }
    const alice = chat.add({ ...aliceOptions, settings: { ...quiet, ...aliceOptions.settings } })
    const bob = chat.add({ ...bobOptions, settings: { ...quiet, peers: [alice.url], ...bobOptions.settings } })
    await chat.start(alice, bob)
    await chat.until(() => alice.node.p2p!.peerCount > 0 && bob.node.p2p!.peerCount > 0)
    await chat.advance(5_000)
    return new Stage(chat, alice, bob)
  }

  /** Somebody dials alice and has exchanged versions. */
  async peer(options: Omit<FeaturedPeerOptions, 'clock'> = {}): Promise<FeaturedPeer> {
    const before = this.alice.node.p2p!.peerCount
    const peer = await this.chat.peer(this.alice, options)
    await this.chat.until(() => this.alice.node.p2p!.peerCount > before)
    return peer
  }

  /** Somebody new dials `liar` and alice, and has exchanged versions with both. */
  async newcomer(liar: FeaturedListener): Promise<ChatNode> {
    const { chat, alice } = this
    const carol = chat.add({ settings: { outboundConnections: 0, peers: [liar.url, alice.url] } })
    await chat.start(carol)
    await chat.until(() => carol.node.p2p!.peerCount === 2)
    return carol
  }

  /** `from` says something. @returns ms until `to` had it */
  async delayMs(from = this.bob, to = this.alice, limitMs = 60_000): Promise<number> {
    this.#said += 1
    const text = `still here ${this.#said}`
    const startMs = this.chat.clock.monotonicMs()
    const saying = from.say(text)
    await this.chat.until(() => linesOf(to).includes(text), limitMs)
    await saying
    return this.chat.clock.monotonicMs() - startMs
  }

  /** How alice and bob fare: equal to UNDISTURBED when they are connected, nobody of them is banned, and posts pass both ways at the speed of the link. */
  async health(): Promise<Health> {
    const { alice, bob } = this
    const delays = [await this.delayMs(), await this.delayMs(alice, bob)]
    return {
      areConnected: alice.node.p2p!.peers.some(({ info }) => info.url.includes(bob.node.host)) && bob.node.p2p!.peerCount === 1,
      bansOfBob: bob.node.p2p!.hosts.bans.saved().length,
      slowMs: delays.filter((ms) => ms > SLOW_MS),
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.chat.stop()
  }

  /** Whether alice has banned who dialled as `peer`. */
  hasBanned(peer: FeaturedPeer): boolean {
    return peer.isClosed && this.alice.node.p2p!.hosts.bans.saved().length > 0
  }
}

export function linesOf(node: ChatNode, room = 'dchat'): string[] {
  return node.store.history({ limit: 1_000, room }).messages.map(({ text }: StoredMessage) => text)
}

/** Good posts of `authors` different authors in turn, a millisecond apart, the first at `time`. */
export function manyPosts(
  count: number,
  options: { time: number; authors?: number; bytes?: number; room?: string; name?: string },
): RawPost[] {
  const { time, authors = Math.ceil(count / 50), bytes = 300, room = 'dchat', name = 'author' } = options
  const signers = Array.from({ length: authors }, (_, index) => new SeededSigner(`${name} ${index}`))
  return Array.from({ length: count }, (_, index) =>
    rawPost({ signer: signers[index % authors]!, room, time: time + index, body: bodyFor(bytes, `${name} ${index}`) }),
  )
}
