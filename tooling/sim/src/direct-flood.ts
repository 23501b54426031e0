/** Hostile hosts that fill `_dm`: each puts on its channel what the other side takes, by ever new authors, ciphertexts that nobody can open. */
import { SeededSigner, rawPost } from '@dchat/chat/testing'
import type { ChatSimulation, FeaturedPeer, RawPost } from '@dchat/chat/testing'
import { SeededRandom } from '@dchat/system'
import type { Timer } from '@dchat/system'

export interface DirectFloodOptions {
  readonly seed: number
  readonly flooders: number
}

/** More than a receiver takes, which is 20: docs/chat.md, *Relay*. It waits unread. */
const POSTS_PER_SEC = 24
const EVERY_MS = 250
/** enc, the smallest inner message and its tag. */
const BODY_BYTES = 32 + 256 + 16
/** Each writes as many as a minute of an author holds, and then no more. */
const POSTS_OF_AUTHOR = 60

export class DirectFlood {
  readonly #chat: ChatSimulation
  readonly #options: DirectFloodOptions
  readonly #random: SeededRandom
  readonly #peers: FeaturedPeer[] = []
  #made = 0
  #author: SeededSigner | undefined
  #timer: Timer | undefined

  constructor(chat: ChatSimulation, options: DirectFloodOptions) {
    this.#chat = chat
    this.#options = options
    this.#random = new SeededRandom(options.seed * 257)
  }

  /** Posts made so far. */
  get made(): number {
    return this.#made
  }

  /** Each flooder dials a node of its own, and begins. */
  async start(): Promise<void> {
    const { nodes } = this.#chat
    for (let index = 0; index < this.#options.flooders; index += 1) {
      const to = nodes[Math.floor(((index + 0.5) * nodes.length) / this.#options.flooders)]!
      this.#peers.push(await this.#chat.peer(to))
    }
    this.#tick()
  }

  stop(): void {
    this.#timer?.cancel()
    for (const { raw } of this.#peers) raw.stream.destroy()
  }

  #tick(): void {
    for (const peer of this.#peers) {
      if (peer.isClosed) continue
      for (let count = 0; count < (POSTS_PER_SEC * EVERY_MS) / 1_000; count += 1) peer.post(this.#post())
    }
    this.#timer = this.#chat.clock.setTimer(EVERY_MS, () => this.#tick())
  }

  #post(): RawPost {
    if (this.#author === undefined || this.#made % POSTS_OF_AUTHOR === 0) {
      this.#author = new SeededSigner(`flood ${this.#options.seed} ${this.#made}`)
    }
    this.#made += 1
    const body = Buffer.from(this.#random.bytes(BODY_BYTES)).toString('base64url')
    return rawPost({ signer: this.#author, room: '_dm', kind: 16, time: this.#chat.clock.nowMs(), body })
  }
}
