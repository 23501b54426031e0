/**
 * The life of the own box keys: made, published, retired, wiped. Source: docs/chat.md, *Encrypted kinds*, Box keys.
 *
 * A key is made at the first start and when the newest is 7 days old, and published in the place of it. 35 days after it was made its
 * private half is deleted: from the file, whose old content is overwritten, and from memory; but only when all of this holds:
 * - it is not the newest, so that there is always one;
 * - a peer is known to hold the post of the newest: else somebody may know no other key. What is made under a clock that is far ahead
 *   no peer takes, so that such a clock deletes nothing;
 * - `_dm` was wholly repaired once since the start, and what was untried then has been tried, which is waited for a day at most.
 */
import type { MessageStore } from '@dchat/store'
import type { Clock, Logger, Timer, Unsubscribe } from '@dchat/system'
import { Publisher } from '@dchat/system'
import { PostKind } from '../post/post.ts'
import { DIRECT_ROOM, PROFILE_ROOM } from '../post/rooms-by-kind.ts'
import type { PostNetwork } from '../post-network.ts'
import { newBoxSecret, openBoxKey } from '../sealed/box-key.ts'
import type { BoxKey } from '../sealed/box-key.ts'
import { isNextDue, pastLife } from './box-key-ages.ts'
import { BoxSecrets } from './box-secrets.ts'
import type { BoxSecret } from './box-secrets.ts'
import { KEY_LIMITS } from './key-limits.ts'
import { knownBefore, noteKnown } from './known-box-keys.ts'

export interface BoxKeysDeps {
  readonly store: Pick<MessageStore, 'getSetting' | 'setSetting' | 'posts'>
  readonly posts: Pick<PostNetwork, 'events' | 'keep' | 'isHeld'>
  readonly clock: Clock
  readonly logger: Logger
  /** The own key in hex. */
  readonly identity: string
}

export interface BoxKeysEvents {
  /** Other keys are live than before: the newest first. */
  change: readonly BoxKey[]
}

interface OpenKey extends BoxSecret {
  readonly key: BoxKey
}

/** What the newest key is called among the own standing posts. */
const STANDING = 'box_key'
const KEYS_MAX = KEY_LIMITS.BOX_KEYS_MAX.value

/** Life: constructed → `start` before messages are opened, before or after that of the posts → `stop` before the store is closed. */
export class BoxKeys {
  readonly events: Publisher<BoxKeysEvents>
  readonly #deps: BoxKeysDeps
  readonly #secrets: BoxSecrets
  /** In the order they were made. */
  #open: readonly OpenKey[] = []
  /** Monotonic ms of the first whole repair of `_dm` in this run. */
  #repairedMs: number | undefined
  /** What was untried at the first repair has been tried, or was waited for long enough. */
  #isCaughtUp = false
  #timer: Timer | undefined
  #unsubscribe: Unsubscribe = () => {}
  #isStopped = true
  #working: Promise<void> = Promise.resolve()

  constructor(path: string, deps: BoxKeysDeps) {
    this.#deps = deps
    this.#secrets = new BoxSecrets(path)
    this.events = new Publisher((error) => deps.logger.error('A listener of box keys failed', { error }))
  }

  /** Keys that messages are opened with, newest first: from `start` on at least one. */
  live(): readonly BoxKey[] {
    return this.#open.map(({ key }) => key).toReversed()
  }

  /** Hears of each change of `live`. */
  onChange(listener: (live: readonly BoxKey[]) => void): Unsubscribe {
    return this.events.subscribe('change', listener)
  }

  /**
   * Reads the file and makes the first key, where there is none.
   * @throws {ChatError} CHAT_KEYS_UNREADABLE, CHAT_KEYS_EXPOSED, CHAT_KEYS_DAMAGED, CHAT_KEYS_VERSION: the file was not touched;
   * CHAT_KEYS_UNWRITABLE when there is no key
   */
  async start(): Promise<void> {
    if (!this.#isStopped) return
    this.#secrets.read()
    this.#isStopped = false
    this.#repairedMs = undefined
    this.#isCaughtUp = false
    const begun = this.#begin()
    this.#working = begun.catch(() => {}) // whoever starts is told
    await begun
  }

  /** Resolves when nothing is under way. */
  idle(): Promise<void> {
    return this.#working
  }

  /** Ends its work; the keys stay as they are. Idempotent. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#unsubscribe()
    this.#timer?.cancel()
    this.#timer = undefined
    await this.#working
  }

  /** What an export takes along. The buffers are its own. */
  secrets(): readonly BoxSecret[] {
    return this.#secrets.of(this.#deps.identity)
  }

  /**
   * Adds what an export brought to the keys of an identity; what it has already stays. They count from the next start on.
   * @param identity hex @throws {ChatError} CHAT_KEYS_UNWRITABLE
   */
  bring(identity: string, secrets: readonly BoxSecret[]): void {
    this.#secrets.add(identity, secrets)
  }

  async #begin(): Promise<void> {
    const { posts, identity } = this.#deps
    this.#open = await Promise.all(this.#secrets.of(identity).map(openSecret))
    if (this.#isStopped) return
    this.#tryWithNewKeys()
    this.#unsubscribe = posts.events.subscribe('repaired', (room) => this.#onRepaired(room))
    if (this.#open.length === 0) await this.#make()
    if (!this.#isStopped) await this.#work()
  }

  /** Looks at the ages of the keys, and does what is due. */
  #check(): Promise<void> {
    this.#working = this.#working.then(() => this.#work())
    return this.#working
  }

  async #work(): Promise<void> {
    if (isNextDue(this.#open, this.#deps.clock.nowMs())) await this.#trying(() => this.#make())
    if (this.#isStopped) return
    this.#publish()
    await this.#trying(() => this.#retire())
    this.#checkIn(this.#isCatchingUp ? KEY_LIMITS.UNTRIED_LOOK_MS.value : KEY_LIMITS.BOX_KEY_CHECK_MS.value)
  }

  /** What fails is tried again at the next look. */
  async #trying(change: () => void | Promise<void>): Promise<void> {
    try {
      await change()
    } catch (error) {
      this.#deps.logger.warn('The box keys could not be changed', { error })
    }
  }

  #checkIn(waitMs: number): void {
    this.#timer?.cancel()
    this.#timer = this.#deps.clock.setTimer(waitMs, () => void this.#check(), { background: true })
  }

  async #make(): Promise<void> {
    const { clock, identity } = this.#deps
    const nowMs = clock.nowMs()
    const gone = this.#open.length >= KEYS_MAX ? pastLife(this.#open, nowMs)[0] : undefined
    if (this.#open.length >= KEYS_MAX && gone === undefined) return
    const secret = await newBoxSecret()
    const key = await openBoxKey(secret)
    if (this.#isStopped) return
    const made = { secret, made: nowMs }
    this.#secrets.change(identity, { added: [made], removed: gone === undefined ? [] : [gone] })
    this.#take([...this.#open.filter((each) => each !== gone), { ...made, key }])
  }

  #publish(): void {
    const body = this.#open.at(-1)!.key.publicKey.toString('hex')
    const everyMs = KEY_LIMITS.BOX_KEY_EVERY_MS.value
    const post = { room: PROFILE_ROOM, kind: PostKind.BoxKey, body, content: body, everyMs }
    this.#deps.posts.keep({ ...post, name: STANDING, isFollowed: true })
  }

  /** The newest has been published before: `isHeld` is of it. */
  #retire(): void {
    this.#catchUp()
    const { clock, posts, identity } = this.#deps
    const removed = pastLife(this.#open, clock.nowMs())
    if (removed.length === 0 || !this.#isCaughtUp || !posts.isHeld(STANDING)) return
    this.#secrets.change(identity, { added: [], removed })
    this.#take(this.#open.filter((each) => !removed.includes(each)))
  }

  #take(open: readonly OpenKey[]): void {
    this.#open = open
    this.#noteLive()
    this.events.publish('change', this.live())
  }

  /** Messages that no key of the last run could open may be for one that has come since. */
  #tryWithNewKeys(): void {
    const { store, logger } = this.#deps
    try {
      if (!knownBefore(store, this.live())) store.posts.tryAgain()
    } catch (error) {
      logger.warn('Direct messages could not be marked to be tried again', { error })
      return
    }
    this.#noteLive()
  }

  #noteLive(): void {
    const { store, logger } = this.#deps
    try {
      noteKnown(store, this.live())
    } catch (error) {
      logger.warn('The box keys could not be noted: the next start tries all direct messages again', { error })
    }
  }

  #onRepaired(room: string): void {
    if (room !== DIRECT_ROOM || this.#repairedMs !== undefined) return
    this.#repairedMs = this.#deps.clock.monotonicMs()
    this.#checkIn(KEY_LIMITS.UNTRIED_LOOK_MS.value) // what the repair brought is on its way into the store just now
  }

  get #isCatchingUp(): boolean {
    return this.#repairedMs !== undefined && !this.#isCaughtUp
  }

  #catchUp(): void {
    if (!this.#isCatchingUp) return
    const { clock, store } = this.#deps
    const waitedMs = clock.monotonicMs() - this.#repairedMs!
    if (waitedMs < KEY_LIMITS.UNTRIED_LOOK_MS.value) return
    this.#isCaughtUp = waitedMs >= KEY_LIMITS.UNTRIED_PATIENCE_MS.value || store.posts.untriedCount() === 0
  }
}

async function openSecret(secret: BoxSecret): Promise<OpenKey> {
  return { ...secret, key: await openBoxKey(secret.secret) }
}
