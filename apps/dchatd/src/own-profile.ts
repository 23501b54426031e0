/** The own nick: kept in the store, and told to everybody by a profile post. Facts: docs/chat.md, *Identity*. */
import { isNick } from '@dchat/chat'
import type { PostNetwork } from '@dchat/chat'
import type { MessageStore } from '@dchat/store'
import type { Logger } from '@dchat/system'

export interface OwnProfileDeps {
  readonly store: MessageStore
  readonly posts: Pick<PostNetwork, 'publishProfile'>
  /** Hex of the own key. */
  readonly key: string
  readonly logger: Logger
}

const NICK_SETTING = 'nick'

export class OwnProfile {
  readonly #deps: OwnProfileDeps
  readonly #defaultNick: string | null

  /** @param defaultNick that of the configuration, until one is set */
  constructor(defaultNick: string | null, deps: OwnProfileDeps) {
    this.#defaultNick = defaultNick
    this.#deps = deps
  }

  /** What was set, else what the configuration says, else what the newest profile of the own key says: it may be from another machine. */
  get nick(): string | null {
    const { store, key } = this.#deps
    return store.getSetting(NICK_SETTING) ?? this.#defaultNick ?? store.names.nickOf(key) ?? null
  }

  /** Resolves once it is durable. @param nick one that a profile may hold */
  async set(nick: string): Promise<void> {
    await this.#deps.posts.publishProfile(nick)
    this.#deps.store.setSetting(NICK_SETTING, nick)
  }

  /** Tells everybody once, where that was not done under this key and nick. The posts keep it up from then on. */
  async publish(): Promise<void> {
    const { posts, logger } = this.#deps
    const { nick } = this
    if (nick === null || !isNick(nick)) return
    try {
      await posts.publishProfile(nick)
    } catch (error) {
      logger.warn('The own profile could not be published', { error })
    }
  }
}
