/** A node of a simulation with an identity, a store that outlives its restarts, and posts while it is up. */
import type { P2p, Settings } from '@dchat/net'
import type { SimulatedNode, Simulation } from '@dchat/net/testing'
import { openStore } from '@dchat/store'
import type { CommittedPost, MessageStore, Quotas } from '@dchat/store'
import { SeededRandom, silentLogger } from '@dchat/system'
import type { Clock } from '@dchat/system'
import { crc32 } from 'node:zlib'
import { POSTS_FEATURE } from '../feature.ts'
import { foldNick } from '../identity/fold-nick.ts'
import { PostNetwork } from '../post-network.ts'
import type { PostNetworkOptions } from '../post-network.ts'
import type { DirectMail } from '../private/direct-mail.ts'
import type { PrivateRooms } from '../private/private-rooms.ts'
import { PrivateParts } from './private-parts.ts'
import { SeededSigner } from './seeded-signer.ts'
import { SetDigest } from './set-digest.ts'
import type { Verifier } from './shared-verifier.ts'
import { SkewedClock } from './skewed-clock.ts'

export interface ChatNodeOptions extends Partial<PostNetworkOptions> {
  readonly settings?: Partial<Settings>
  readonly quotas?: Partial<Quotas>
  /** How much its clock goes ahead of the others', in ms. @default 0 */
  readonly skewMs?: number
  /** What its key follows from. */
  readonly name?: string
  /** A folder of its own for keys: it has direct messages and private rooms. @default it has neither */
  readonly keysFolder?: string
  /** The file of its store. @default in memory */
  readonly storePath?: string
  /** A seed that only answers. @default false */
  readonly isSeed?: boolean
}

export interface ChatNodeDeps {
  readonly simulation: Simulation
  readonly verifier: Verifier
  /** Hears what the store commits, before the node's protocols do. */
  onCommitted(posts: readonly CommittedPost[]): void
}

export class ChatNode {
  readonly node: SimulatedNode
  readonly store: MessageStore
  readonly signer: SeededSigner
  readonly #options: ChatNodeOptions
  readonly #clock: Clock
  readonly #deps: ChatNodeDeps
  readonly #private: PrivateParts | undefined
  #posts: PostNetwork | undefined
  #stopping: Promise<void> = Promise.resolve()

  constructor(options: ChatNodeOptions, deps: ChatNodeDeps) {
    const { simulation } = deps
    const { settings, quotas = {}, skewMs = 0, name = '', isSeed = false, keysFolder, storePath = ':memory:' } = options
    this.#options = options
    this.#deps = deps
    this.#clock = skewMs === 0 ? simulation.clock : new SkewedClock(simulation.clock, skewMs)
    this.signer = new SeededSigner(name)
    const logger = { ...silentLogger, error: (message: string, fields?: object) => this.#fail(message, fields) }
    this.#private = keysFolder === undefined ? undefined : new PrivateParts(keysFolder, this.signer)
    const reveal = this.#private?.reveal
    this.store = openStore({ path: storePath, clock: this.#clock, logger, quotas, foldNick, ...(reveal && { reveal }) })
    this.store.posts.onCommitted((posts) => deps.onCommitted(posts))
    const setUp = (p2p: P2p): void => this.#setUp(p2p)
    const all = { features: [POSTS_FEATURE], ...settings }
    this.node = isSeed ? simulation.addSeed(all, { setUp }) : simulation.add(all, { setUp })
  }

  get url(): string {
    return this.node.url
  }

  /** While it is up. @throws {Error} while it is not */
  get posts(): PostNetwork {
    if (this.#posts === undefined) throw new Error(`${this.url} is not up`)
    return this.#posts
  }

  /** While it is up. @throws {Error} while it is not, or has no folder for keys */
  get rooms(): PrivateRooms {
    const rooms = this.#private?.rooms
    if (rooms === undefined) throw new Error(`${this.url} is not up, or has no private rooms`)
    return rooms
  }

  /** As `rooms`. */
  get mail(): DirectMail {
    const mail = this.#private?.mail
    if (mail === undefined) throw new Error(`${this.url} is not up, or has no direct messages`)
    return mail
  }

  get isUp(): boolean {
    return this.#posts !== undefined && this.node.p2p !== undefined
  }

  /** Publishes a text; resolves when it is stored: move time. */
  say(body: string, room = 'dchat'): Promise<CommittedPost> {
    return this.posts.publish({ room, kind: 0, body })
  }

  /** One hash over the ids of all offered posts, and how many there are. */
  get set(): { readonly digest: string; readonly posts: number } {
    return new SetDigest(this.store.posts).take()
  }

  holds(id: Buffer): boolean {
    return this.store.posts.holds(id)
  }

  /** Resolves when what the node did before it went down is done. */
  get stopped(): Promise<void> {
    return this.#stopping
  }

  /** After the node has stopped. */
  async close(): Promise<void> {
    await this.#stopping
    await this.store.close()
  }

  #setUp(p2p: P2p): void {
    const { keep = 'all', name = '' } = this.#options
    const random = new SeededRandom(crc32(`${name} ${this.node?.starts ?? 0}`))
    const { verifier } = this.#deps
    const posts = new PostNetwork(
      { keep },
      { p2p, store: this.store, signer: this.signer, clock: this.#clock, random, logger: p2p.logger, verifier },
    )
    posts.register()
    p2p.events.subscribe('state', (state) => {
      if (state === 'start') {
        this.#posts = posts
        posts.start()
        this.#private?.start(posts, { store: this.store, signer: this.signer, clock: this.#clock, logger: p2p.logger })
      } else if (state === 'stopped') {
        if (this.#posts === posts) this.#posts = undefined
        const stopping = Promise.resolve(this.#private?.stop()).then(() => posts.stop())
        this.#stopping = Promise.all([this.#stopping, stopping]).then(() => {})
      }
    })
  }

  #fail(message: string, fields: object | undefined): void {
    this.#deps.simulation.failures.push(new Error(message, { cause: fields }))
  }
}
