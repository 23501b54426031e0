/**
 * Own lines of conversations that wait for a box key: each becomes a post when one has come, oldest first, once. Source:
 * docs/chat.md, *Encrypted kinds*; docs/decisions/0017-encrypted-kinds.md.
 */
import { conversationOf } from '@dchat/store'
import type { CommittedPost, MessageStore, NewMessage, PostStore, StoredMessage, WaitingLine } from '@dchat/store'
import { TaskScope } from '@dchat/system'
import type { Clock, Logger, Timer, Unsubscribe } from '@dchat/system'
import { ChatError, isChatError } from '../errors.ts'
import { PostKind } from '../post/post.ts'
import { DIRECT_LIMITS } from './direct-limits.ts'
import type { DirectSender } from './direct-sender.ts'
import { innerOf } from './inner-meaning.ts'

export interface DirectHeldDeps {
  readonly store: Pick<MessageStore, 'appendWaiting' | 'waiting' | 'dropWaiting'> & {
    readonly posts: Pick<PostStore, 'onCommitted'>
  }
  readonly sender: Pick<DirectSender, 'send'>
  readonly clock: Clock
  readonly logger: Logger
}

export class DirectHeld {
  readonly #deps: DirectHeldDeps
  /** Hex keys of those for whom lines wait. */
  readonly #recipients = new Set<string>()
  /** Those of them whose box key is to be looked at. */
  readonly #due = new Set<string>()
  #scope: TaskScope | undefined
  #isSending = false
  /** The line that is being sealed and stored just now. */
  #sending: number | undefined
  #timer: Timer | undefined
  #unsubscribe: Unsubscribe = () => {}

  constructor(deps: DirectHeldDeps) {
    this.#deps = deps
  }

  /** Looks once for whom keys have come. */
  start(): void {
    if (this.#scope !== undefined) return
    const { store, logger } = this.#deps
    this.#scope = new TaskScope((error) => logger.error('Sending messages that waited has ended', { error }))
    for (const { recipient } of store.waiting()) this.#recipients.add(recipient)
    this.#unsubscribe = store.posts.onCommitted((posts) => this.#onCommitted(posts))
    this.#look(this.#recipients)
  }

  /** Waits for the line that is under way. Idempotent. */
  async stop(): Promise<void> {
    const scope = this.#scope
    if (scope === undefined) return
    this.#unsubscribe()
    await scope.stop()
    if (this.#scope !== scope) return
    this.#scope = undefined
    this.#timer = undefined
    this.#recipients.clear()
    this.#due.clear()
  }

  /**
   * Keeps an own line for `recipient` until a box key of his is here.
   * @throws {ChatError} CHAT_TOO_MANY_HELD
   * @throws {StoreError} as `MessageStore.appendWaiting`
   */
  async add(line: NewMessage, recipient: string): Promise<StoredMessage> {
    const { store } = this.#deps
    const maxMessages = DIRECT_LIMITS.HELD_MESSAGES.value
    if (store.waiting().length >= maxMessages) throw new ChatError('CHAT_TOO_MANY_HELD', { maxMessages })
    const stored = await store.appendWaiting(line, recipient)
    this.#recipients.add(recipient)
    // It may have come in the meantime.
    this.#look([recipient])
    return stored
  }

  /** Gives up a line that waits. False for others, and for one that is being sent just now. */
  cancel(seq: number): boolean {
    return seq !== this.#sending && this.#deps.store.dropWaiting(seq)
  }

  #onCommitted(posts: readonly CommittedPost[]): void {
    if (this.#recipients.size === 0) return
    for (const { post, fate } of posts) {
      if (fate !== 'stored' || post.kind !== PostKind.BoxKey) continue
      const author = post.author.toString('hex')
      if (this.#recipients.has(author)) this.#look([author])
    }
  }

  #look(recipients: Iterable<string>): void {
    if (this.#scope === undefined) return
    for (const recipient of recipients) this.#due.add(recipient)
    if (this.#isSending || this.#timer !== undefined || this.#due.size === 0) return
    this.#isSending = true
    this.#scope.spawn((signal) => this.#pass(signal))
  }

  /** Sends what can be sent; what is left of it goes with the next pass. */
  async #pass(signal: AbortSignal): Promise<void> {
    let left = DIRECT_LIMITS.HELD_PER_PASS.value
    for (const recipient of this.#due) {
      // Whoever's key comes from now on is looked at again.
      this.#due.delete(recipient)
      try {
        while (left > 0 && !signal.aborted && (await this.#sendNext(recipient))) left -= 1
      } catch (error) {
        this.#deps.logger.warn('A message that waited could not be sent: it is tried again', { error })
        left = 0
      }
      if (left > 0 && !signal.aborted) continue
      this.#due.add(recipient)
      break
    }
    this.#isSending = false
    if (this.#due.size > 0) this.#passLater()
  }

  /** Sends the oldest line for a recipient. False when there is none, or no key. @throws as `DirectSender.send` */
  async #sendNext(recipient: string): Promise<boolean> {
    const [line] = this.#deps.store.waiting(recipient)
    if (line !== undefined) return this.#send(line)
    this.#recipients.delete(recipient)
    return false
  }

  async #send({ seq, recipient, kind, text }: WaitingLine): Promise<boolean> {
    const inner = innerOf({ kind, text })
    const line = { room: conversationOf(recipient), kind, text, seq }
    this.#sending = seq
    try {
      await this.#deps.sender.send({ to: Buffer.from(recipient, 'hex'), inner, line })
      return true
    } catch (error) {
      if (isChatError(error, 'CHAT_NO_BOX_KEY')) return false
      throw error
    } finally {
      this.#sending = undefined
    }
  }

  #passLater(): void {
    this.#timer ??= this.#scope?.spawnAfter(this.#deps.clock, DIRECT_LIMITS.HELD_PASS_MS.value, async () => {
      this.#timer = undefined
      this.#look([])
    })
  }
}
