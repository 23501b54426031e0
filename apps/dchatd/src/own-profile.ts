/**
 * The own nick: kept in the store, told to everybody by a profile post, and told again when it is a week old or not offered any more.
 * Facts: docs/chat.md, *Which rooms*.
 */
import { PROFILE_ROOM, PostKind, isNick } from '@dchat/chat'
import type { Post, PostNetwork } from '@dchat/chat'
import type { MessageStore } from '@dchat/store'
import { TaskScope, sleep } from '@dchat/system'
import type { Clock, Logger } from '@dchat/system'

export interface OwnProfileDeps {
  readonly store: MessageStore
  readonly posts: Pick<PostNetwork, 'publish'>
  /** Hex of the own key. */
  readonly key: string
  readonly clock: Clock
  readonly logger: Logger
}

const NICK_SETTING = 'nick'
/** `<hex id> <Unix ms>` of the profile that was published last. */
const PUBLISHED_SETTING = 'profile'
const RENEW_MS = 7 * 24 * 3_600_000
const LOOK_MS = 600_000

export class OwnProfile {
  readonly #deps: OwnProfileDeps
  readonly #defaultNick: string | null
  readonly #tasks: TaskScope

  /** @param defaultNick that of the configuration, until one is set */
  constructor(defaultNick: string | null, deps: OwnProfileDeps) {
    this.#defaultNick = defaultNick
    this.#deps = deps
    this.#tasks = new TaskScope((error) => deps.logger.error('The own profile could not be looked after', { error }))
  }

  /** What was set, else what the configuration says, else what the newest profile of the own key says: it may be from another machine. */
  get nick(): string | null {
    const { store, key } = this.#deps
    return store.getSetting(NICK_SETTING) ?? this.#defaultNick ?? store.names.nickOf(key) ?? null
  }

  /** Resolves once it is durable. @param nick one that a profile may hold */
  async set(nick: string): Promise<void> {
    await this.#publish(nick)
    this.#deps.store.setSetting(NICK_SETTING, nick)
  }

  /** Looks now, and now and then. */
  start(): void {
    const { clock, logger } = this.#deps
    this.#tasks.spawn(async (signal) => {
      for (;;) {
        try {
          await this.#look()
        } catch (error) {
          if (signal.aborted) return
          logger.warn('The own profile could not be published', { error })
        }
        await sleep(clock, LOOK_MS, signal)
      }
    })
  }

  stop(): Promise<void> {
    return this.#tasks.stop()
  }

  async #look(): Promise<void> {
    const { store, key, clock } = this.#deps
    const { nick } = this
    if (nick === null || !isNick(nick)) return
    const [id, time] = (store.getSetting(PUBLISHED_SETTING) ?? '').split(' ')
    const isThere = id !== undefined && id !== '' && store.posts.holds(Buffer.from(id, 'hex'))
    const isYoung = Number(time) > clock.nowMs() - RENEW_MS
    if (isThere && isYoung && store.names.nickOf(key) === nick) return
    await this.#publish(nick)
  }

  async #publish(nick: string): Promise<void> {
    const { posts, store } = this.#deps
    const post = (await posts.publish({ room: PROFILE_ROOM, kind: PostKind.Profile, body: nick })) as Post
    store.setSetting(PUBLISHED_SETTING, `${post.id.toString('hex')} ${post.time}`)
  }
}
