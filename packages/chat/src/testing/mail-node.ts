/** Direct messages on a node of a simulation: all real, but that its box keys are in memory and come when a test says so. */
import type { StoredMessage } from '@dchat/store'
import { silentLogger } from '@dchat/system'
import { PostKind } from '../post/post.ts'
import { PROFILE_ROOM } from '../post/rooms-by-kind.ts'
import { DirectMail } from '../private/direct-mail.ts'
import type { DirectMailDeps, DirectText } from '../private/direct-mail.ts'
import type { ChatNode } from './chat-node.ts'
import { OwnBoxKeys } from './own-box-keys.ts'

export type MailNodeDeps = Partial<Pick<DirectMailDeps, 'posts' | 'stopwatch' | 'logger'>>

export class MailNode {
  readonly node: ChatNode
  readonly keys: OwnBoxKeys = new OwnBoxKeys()
  readonly #deps: MailNodeDeps
  readonly #clock: DirectMailDeps['clock']
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

  /** Begins anew with what is stored; what was under way never ends, as with a process that died. */
  abandon(): void {
    this.#begin(this.#deps)
  }

  #begin(deps: MailNodeDeps): void {
    this.#mail = this.#make(deps)
    this.#mail.start()
  }

  #make(deps: MailNodeDeps): DirectMail {
    const { node, keys } = this
    return new DirectMail({
      store: node.store,
      posts: { publish: (draft) => node.posts.publish(draft) },
      boxKeys: keys,
      identity: node.signer,
      clock: this.#clock,
      logger: silentLogger,
      ...deps,
    })
  }
}
