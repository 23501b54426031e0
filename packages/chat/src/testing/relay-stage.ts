/** One real node on a memory network, with a store in memory and peers in the hands of a test around it. */
import type { BanPolicy, Channel, Settings, WorkMeter } from '@dchat/net'
import { SESSION_DEFAULT } from '@dchat/net'
import { LocalNet } from '@dchat/net/testing'
import type { LocalNode } from '@dchat/net/testing'
import { openStore } from '@dchat/store'
import type { MessageStore, Quotas } from '@dchat/store'
import { SeededRandom, silentLogger } from '@dchat/system'
import type { ManualClock } from '@dchat/system'
import { POSTS_FEATURE } from '../feature.ts'
import { PostNetwork } from '../post-network.ts'
import type { PostNetworkDeps } from '../post-network.ts'
import { PostVerifier } from '../post/post-verifier.ts'
import type { PostChannel } from '../relay/post-channel.ts'
import { FeaturedPeer } from './featured-peer.ts'
import type { FeaturedPeerOptions } from './featured-peer.ts'
import { rawPost } from './raw-post.ts'
import type { RawPost, RawPostParts } from './raw-post.ts'
import { SeededSigner } from './seeded-signer.ts'
import { SharedVerifier } from './shared-verifier.ts'

export interface RelayStageOptions {
  /** @default all */
  readonly keep?: 'all' | 'joined'
  /** Whether the node lists posts. @default true */
  readonly isFeatured?: boolean
  readonly banPolicy?: BanPolicy
  readonly settings?: Partial<Settings>
  readonly quotas?: Partial<Quotas>
  /** @default in memory */
  readonly store?: MessageStore
  readonly net?: LocalNet
  /** Of the node. @default its clock: work takes no time */
  readonly workMeter?: WorkMeter
  readonly deps?: Partial<Pick<PostNetworkDeps, 'verifier' | 'history' | 'clock' | 'random'>>
}

/** `await using` stops all of it. */
export class RelayStage implements AsyncDisposable {
  readonly net: LocalNet
  readonly store: MessageStore
  readonly node: LocalNode
  readonly posts: PostNetwork
  readonly signer: SeededSigner = new SeededSigner('stage')
  readonly peers: FeaturedPeer[] = []
  readonly #ownsStore: boolean

  private constructor(options: RelayStageOptions) {
    this.net = options.net ?? new LocalNet()
    const { clock } = this.net
    this.#ownsStore = options.store === undefined
    this.store =
      options.store ??
      openStore({ path: ':memory:', clock, logger: silentLogger, ...(options.quotas && { quotas: options.quotas }) })
    const settings = {
      outboundConnections: 0,
      inboundConnections: 64,
      banPolicy: options.banPolicy ?? 'strict',
      features: options.isFeatured === false ? [] : [POSTS_FEATURE],
      ...options.settings,
    }
    this.node = this.net.add(settings, { workMeter: options.workMeter })
    this.posts = new PostNetwork(
      { keep: options.keep ?? 'all' },
      {
        p2p: this.node.p2p,
        store: this.store,
        signer: this.signer,
        clock,
        random: new SeededRandom(7),
        logger: this.node.logger,
        verifier: new SharedVerifier(new PostVerifier()),
        ...options.deps,
      },
    )
  }

  static async open(options: RelayStageOptions = {}): Promise<RelayStage> {
    const stage = new RelayStage(options)
    stage.posts.register()
    stage.posts.start()
    await stage.net.run(stage.node)
    return stage
  }

  get clock(): ManualClock {
    return this.net.clock
  }

  get nowMs(): number {
    return this.clock.nowMs()
  }

  /** A peer that dials the node, once versions are exchanged. @param host it dials from. @default one of a network of its own */
  async peer(options: Partial<FeaturedPeerOptions> = {}, host = `${60 + this.peers.length}.0.0.1`): Promise<FeaturedPeer> {
    const transport = this.net.network.transport(host)
    const peer = await this.net.settle(FeaturedPeer.dial(transport, this.node.url, { clock: this.clock, ...options }))
    this.peers.push(peer)
    await this.settle()
    return peer
  }

  /** As many peers. */
  async crowd(count: number): Promise<FeaturedPeer[]> {
    const peers: FeaturedPeer[] = []
    for (let index = 0; index < count; index += 1) peers.push(await this.peer())
    return peers
  }

  /** The node's end of the connection to a peer. */
  channelTo(peer: FeaturedPeer): Channel {
    const host = `${60 + this.peers.indexOf(peer)}.0.0.1`
    return this.node.p2p.channels.find(({ info }) => (info.session & SESSION_DEFAULT) !== 0 && info.url.includes(`//${host}:`))!
  }

  postChannelTo(peer: FeaturedPeer): PostChannel {
    const channel = this.channelTo(peer)
    return this.posts.channels.find((each) => each.channel === channel)!
  }

  /** A post of somebody else, written now unless it is told otherwise. */
  post(body: string, parts: Partial<RawPostParts> = {}): RawPost {
    return rawPost({ signer: ALICE, time: this.nowMs, ...parts, body })
  }

  /** Lets everything under way arrive and be committed. */
  async settle(): Promise<void> {
    await this.clock.advance(0)
    await this.clock.advance(6)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.net.stop()
    await this.net.settle(this.posts.stop())
    if (this.#ownsStore) await this.net.settle(this.store.close())
  }
}

const ALICE = new SeededSigner('alice')
