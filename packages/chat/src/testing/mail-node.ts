/** Direct messages on a node of a simulation: all real, but that its box keys are in memory and come when a test says so. */
import type { CommittedPost, StoredMessage } from '@dchat/store'
import { silentLogger } from '@dchat/system'
import { PostKind } from '../post/post.ts'
import { PROFILE_ROOM } from '../post/rooms-by-kind.ts'
import { DirectMail } from '../private/direct-mail.ts'
import type { DirectMailDeps, DirectMailStore, DirectText } from '../private/direct-mail.ts'
import type { BodyPlace, OwnDraft } from '../relay/own-posts.ts'
import type { ChatNode } from './chat-node.ts'
import { OwnBoxKeys } from './own-box-keys.ts'

export type MailNodeDeps = Partial<Pick<DirectMailDeps, 'posts' | 'stopwatch' | 'logger'>>

export class MailNode {
  readonly node: ChatNode
  readonly keys: OwnBoxKeys = new OwnBoxKeys()
  readonly #deps: MailNodeDeps
  readonly #clock: DirectMailDeps['clock']
  #life = new Life()
  #mail: DirectMail

  constructor(node: ChatNode, clock: DirectMailDeps['clock'], deps: MailNodeDeps = {}) {
    this.node = node
    this.#deps = deps
    this.#clock = clock
    this.#mail = this.#make(deps)
  }

  get mail(): DirectMail {
    return this.#mail
  }

  get key(): Buffer {
    return this.node.signer.key
  }

  get hex(): string {
    return this.key.toString('hex')
  }

  /** Makes a box key and publishes it. */
  async publishKey(): Promise<void> {
    const { publicKey } = await this.keys.make()
    await this.node.posts.publish({ room: PROFILE_ROOM, kind: PostKind.BoxKey, body: publicKey.toString('hex') })
  }

  say(to: MailNode, text: string, more: Partial<DirectText> = {}): Promise<StoredMessage> {
    return this.#mail.send({ to: to.key, kind: 'text', text, ...more })
  }

  /** What stands in the conversation with somebody, oldest first. */
  linesWith(other: MailNode): StoredMessage[] {
    return this.node.store.history({ limit: 1_000, room: `@${other.hex}` }).messages
  }

  textsWith(other: MailNode): string[] {
    return this.linesWith(other).map(({ text }) => text)
  }

  /** Stops the direct messages, and begins anew with what is stored. */
  async restart(deps: MailNodeDeps = this.#deps): Promise<void> {
    await this.#mail.stop()
    this.#begin(deps)
  }

  /** Begins anew with what is stored; what was under way changes nothing any more, as with a process that died. */
  crash(): void {
    this.#life.isOver = true
    this.#begin(this.#deps)
  }

  #begin(deps: MailNodeDeps): void {
    this.#mail = this.#make(deps)
    this.#mail.start()
  }

  #make(deps: MailNodeDeps): DirectMail {
    const { node, keys } = this
    const life = new Life()
    this.#life = life
    return new DirectMail({
      store: life.storeOf(node),
      posts: { publish: (draft) => life.publish(node, draft) },
      boxKeys: keys,
      identity: node.signer,
      clock: this.#clock,
      logger: silentLogger,
      ...deps,
    })
  }
}

/** What a run of direct messages does to its node, until the run is over. */
class Life {
  isOver = false

  storeOf({ store }: ChatNode): DirectMailStore {
    const { posts } = store
    return {
      appendWaiting: (line, recipient) => store.appendWaiting(line, recipient),
      dropWaiting: (seq) => store.dropWaiting(seq),
      waiting: (recipient) => (this.isOver ? [] : store.waiting(recipient)),
      posts: {
        newestOf: (author, kind) => posts.newestOf(author, kind),
        untried: (limit) => (this.isOver ? [] : posts.untried(limit)),
        untriedCount: () => posts.untriedCount(),
        settle: (tried) => {
          if (!this.isOver) posts.settle(tried)
        },
        onCommitted: (listener) => posts.onCommitted(listener),
      },
    }
  }

  /** What was encrypted when it was over is stored by nobody. */
  publish({ posts }: ChatNode, draft: OwnDraft): Promise<CommittedPost> {
    const { body } = draft
    if (typeof body === 'string') return posts.publish(draft)
    const mortalBody = async (at: BodyPlace): Promise<string> => {
      const made = await body(at)
      if (this.isOver) throw new Error('the process has died')
      return made
    }
    return posts.publish({ ...draft, body: mortalBody })
  }
}
