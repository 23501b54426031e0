/** The own nick: kept in the store, and told to everybody by a profile post. Facts: docs/chat.md, *Identity*. */
import { isNick } from '@dchat/chat'
import type { PostNetwork } from '@dchat/chat'
import type { MessageStore } from '@dchat/store'

export interface OwnProfileDeps {
  readonly store: MessageStore
  readonly posts: Pick<PostNetwork, 'publishProfile' | 'keepProfile'>
  /** Hex of the own key. */
  readonly key: string
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

  /** Tells everybody, where that was not done under this key and nick, and keeps it up from then on. */
  keep(): void {
    const { nick } = this
    if (nick !== null && isNick(nick)) this.#deps.posts.keepProfile(nick)
  }
}
