/** Direct messages: sent, held until there is a key to encrypt them to, and opened. Wire: docs/chat.md, *Encrypted kinds*. */
import { conversationOf } from '@dchat/store'
import type { MessageStore, PostStore, StoredMessage } from '@dchat/store'
import type { Clock, Logger } from '@dchat/system'
import { isChatError } from '../errors.ts'
import type { PostNetwork } from '../post-network.ts'
import type { Signer } from '../post/post.ts'
import { InnerKind, encodeInner } from '../sealed/inner-message.ts'
import { coreStopwatch } from './core-stopwatch.ts'
import { DirectHeld } from './direct-held.ts'
import { DirectOpener } from './direct-opener.ts'
import type { LiveBoxKeys, OpenerCounts } from './direct-opener.ts'
import { DirectSender } from './direct-sender.ts'
import { innerOf } from './inner-meaning.ts'

/** What of a store direct messages need. */
export interface DirectMailStore extends Pick<MessageStore, 'appendWaiting' | 'waiting' | 'dropWaiting'> {
  readonly posts: Pick<PostStore, 'newestOf' | 'untried' | 'untriedCount' | 'settle' | 'onCommitted'>
}

export interface DirectMailDeps {
  readonly store: DirectMailStore
  readonly posts: Pick<PostNetwork, 'publish'>
  readonly boxKeys: LiveBoxKeys
  /** Whose messages these are; `posts` signs with it. */
  readonly identity: Pick<Signer, 'key'>
  readonly clock: Clock
  readonly logger: Logger
  /** Milliseconds since any start: what trying takes is measured by it. @default `coreStopwatch` */
  readonly stopwatch?: () => number
}

export interface DirectText {
  /** The recipient's identity: Ed25519, 32 bytes; it may be the own one. */
  readonly to: Buffer
  readonly kind: 'text' | 'action'
  /** At most INNER_TEXT_MAX_BYTES. */
  readonly text: string
  /** Whether it waits for a box key where there is none to write to. @default false */
  readonly hold?: boolean
}

export interface DirectCounts extends Readonly<OpenerCounts> {
  /** Own lines that wait for a box key now. */
  readonly held: number
  /** Direct messages of others that were not tried yet. */
  readonly untried: number
}

/**
 * Life: constructed → `start` after the box keys → `stop` before PostNetwork's and the store's. What a message says never goes out
 * but encrypted.
 */
export class DirectMail {
  readonly #deps: DirectMailDeps
  readonly #sender: DirectSender
  readonly #held: DirectHeld
  readonly #opener: DirectOpener

  constructor(deps: DirectMailDeps) {
    this.#deps = deps
    const { store, posts, boxKeys, identity, clock, logger } = deps
    const stopwatch = deps.stopwatch ?? coreStopwatch()
    this.#sender = new DirectSender({ posts, stored: store.posts, clock })
    this.#held = new DirectHeld({ store, sender: this.#sender, clock, logger })
    this.#opener = new DirectOpener({ stored: store.posts, boxKeys, recipient: identity.key, clock, logger, stopwatch })
  }

  /** Opens what comes, and sends what waits for keys, from now on. */
  start(): void {
    this.#held.start()
    this.#opener.start()
  }

  /** Ends with the message that is under way. Idempotent. */
  async stop(): Promise<void> {
    await Promise.all([this.#held.stop(), this.#opener.stop()])
  }

  /** As they are now. */
  get counts(): DirectCounts {
    const { store } = this.#deps
    return { ...this.#opener.counts, held: store.waiting().length, untried: store.posts.untriedCount() }
  }

  /**
   * Resolves with the own line once it is durable: that of a post, or with `hold` one that waits for a box key.
   * @throws {ChatError} CHAT_NO_BOX_KEY without `hold`, CHAT_TOO_MANY_HELD with it; CHAT_TEXT_TOO_LONG; as `PostNetwork.publish`: nothing was stored
   */
  async send({ to, kind, text, hold = false }: DirectText): Promise<StoredMessage> {
    const inner = innerOf({ kind, text })
    // What cannot be encrypted need not wait for a key.
    encodeInner(inner)
    const room = conversationOf(to.toString('hex'))
    try {
      const { line } = await this.#sender.send({ to, inner, line: { room, kind, text } })
      return line!
    } catch (error) {
      if (!hold || !isChatError(error, 'CHAT_NO_BOX_KEY')) throw error
      return await this.#hold({ to, kind, text, room })
    }
  }

  /**
   * Takes back a message to `to`, by the id of its post: with him, and here.
   * @throws {ChatError} as `send` without `hold`: nothing has changed
   */
  async retract(to: Buffer, id: Buffer): Promise<void> {
    const takesBack = { room: conversationOf(to.toString('hex')), id }
    await this.#sender.send({ to, inner: { kind: InnerKind.Retract, text: id.toString('hex') }, takesBack })
  }

  /** Gives up a line that waits for a box key. False for other lines, and for one that is being sent just now. */
  cancel(seq: number): boolean {
    return this.#held.cancel(seq)
  }

  #hold({ to, kind, text, room }: Omit<DirectText, 'hold'> & { readonly room: string }): Promise<StoredMessage> {
    const { identity, clock } = this.#deps
    const line = {
      ...{ room, kind, text, id: null, time: null, nick: null, from: null, own: true },
      authorKey: identity.key.toString('hex'),
      received: clock.nowMs(),
      delivery: { state: 'stored', written: 0, held: 0 },
    } as const
    return this.#held.add(line, to.toString('hex'))
  }
}
