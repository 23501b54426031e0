/**
 * Tries the direct messages of others with the own box keys, from the store, one at a time, within a part of the time.
 * Source: docs/chat.md, *Encrypted kinds*, Direct message.
 */
import type { CommittedPost, PostStore, Revealed, TriedPost, UntriedPost } from '@dchat/store'
import { TaskScope, sleep } from '@dchat/system'
import type { Clock, Logger, Timer, Unsubscribe } from '@dchat/system'
import type { BoxKeys } from '../keys/box-keys.ts'
import { PostKind } from '../post/post.ts'
import { TokenBucket } from '../relay/token-bucket.ts'
import { openDirect } from '../sealed/direct-message.ts'
import { DIRECT_LIMITS } from './direct-limits.ts'
import { meaningOf } from './inner-meaning.ts'

export interface DirectOpenerDeps {
  readonly stored: Pick<PostStore, 'untried' | 'settle' | 'onCommitted'>
  readonly boxKeys: LiveBoxKeys
  /** The own identity: Ed25519, 32 bytes. */
  readonly recipient: Buffer
  readonly clock: Clock
  readonly logger: Logger
  /** Milliseconds since any start: what tries take is measured by it. */
  readonly stopwatch: () => number
}

/** The box keys that messages can be opened with. */
export type LiveBoxKeys = Pick<BoxKeys, 'live' | 'onChange'>

/** Since the construction. */
export interface OpenerCounts {
  tried: number
  opened: number
  /** For others, or malformed. */
  failed: number
  /** What all tries took, their reading and noting included. */
  spentMs: number
  /** How often the next try had to wait for the budget. */
  waitedForBudget: number
}

const BUDGET = { perSecond: DIRECT_LIMITS.TRY_MS_PER_SEC.value, burst: DIRECT_LIMITS.TRY_BURST_MS.value }
const FAILURES = DIRECT_LIMITS.TRY_FAILURES.value

export class DirectOpener {
  readonly counts: OpenerCounts = { tried: 0, opened: 0, failed: 0, spentMs: 0, waitedForBudget: 0 }
  readonly #deps: DirectOpenerDeps
  /** What was tried and did not open: noted together. */
  #failed: TriedPost[] = []
  #settling: Timer | undefined
  #scope: TaskScope | undefined
  #isWorking = false
  /** There may be something that the last look at the store did not see. */
  #isWoken = false
  #budget: TokenBucket | undefined
  /** When the next try may begin, by the monotonic clock. */
  #allowedMs = 0
  #unsubscribe: readonly Unsubscribe[] = []

  constructor(deps: DirectOpenerDeps) {
    this.#deps = deps
  }

  start(): void {
    if (this.#scope !== undefined) return
    const { stored, boxKeys, clock, logger } = this.#deps
    this.#scope = new TaskScope((error) => logger.error('Trying direct messages has ended', { error }))
    this.#budget = new TokenBucket(BUDGET, clock.monotonicMs())
    this.#unsubscribe = [
      stored.onCommitted((posts) => posts.some(isForSomebody) && this.#wake()),
      boxKeys.onChange(() => this.#wake()),
    ]
    this.#wake()
  }

  /** Waits for the try under way, and notes what was tried. Idempotent. */
  async stop(): Promise<void> {
    const scope = this.#scope
    if (scope === undefined) return
    for (const unsubscribe of this.#unsubscribe) unsubscribe()
    await scope.stop()
    if (this.#scope !== scope) return
    this.#scope = undefined
    this.#settling = undefined
    this.#settleFailed()
  }

  #wake(): void {
    this.#isWoken = true
    if (this.#isWorking || this.#scope === undefined || this.#scope.isStopped) return
    this.#isWorking = true
    this.#scope.spawn((signal) => this.#work(signal))
  }

  /** Until nothing is left to try. */
  async #work(signal: AbortSignal): Promise<void> {
    try {
      do await this.#untilAllowed(signal)
      while ((await this.#measure(() => this.#tryNext())) || this.#isWoken)
    } finally {
      this.#isWorking = false
    }
    this.#settleSoon()
  }

  async #untilAllowed(signal: AbortSignal): Promise<void> {
    const { clock } = this.#deps
    const waitMs = this.#allowedMs - clock.monotonicMs()
    if (waitMs > 0) {
      this.counts.waitedForBudget += 1
      await sleep(clock, waitMs, signal)
    } else signal.throwIfAborted()
  }

  /** Takes what `work` needs from the budget. */
  async #measure(work: () => Promise<boolean>): Promise<boolean> {
    const { stopwatch, clock, logger } = this.#deps
    const beganMs = stopwatch()
    let pauseMs = 0
    try {
      return await work()
    } catch (error) {
      logger.warn('Direct messages could not be tried: it goes on in a while', { error })
      pauseMs = DIRECT_LIMITS.TRY_PAUSE_MS.value
      return true
    } finally {
      const spentMs = Math.max(0, stopwatch() - beganMs)
      this.counts.spentMs += spentMs
      const nowMs = clock.monotonicMs()
      this.#allowedMs = nowMs + Math.max(pauseMs, Math.ceil(this.#budget!.take(spentMs, nowMs)))
    }
  }

  /** Tries the first of those that wait now. False when there is none. @throws {StoreError} it is tried again */
  async #tryNext(): Promise<boolean> {
    const { stored, boxKeys, recipient } = this.#deps
    const keys = boxKeys.live()
    this.#isWoken = false
    if (keys.length === 0) return false
    if (this.#failed.length >= FAILURES) this.#settle([])
    const waiting = stored.untried(this.#failed.length + 1)
    const next = waiting.find(({ id }) => !this.#failed.some(({ post }) => post.id.equals(id)))
    if (next === undefined) return false
    const revealed = await this.#open(next, { recipient, keys })
    const { id, author, time, received } = next
    const tried = { post: { id, author, time, received }, revealed }
    this.counts.tried += 1
    if (revealed === undefined) {
      this.counts.failed += 1
      this.#failed.push(tried)
    } else {
      this.counts.opened += 1
      this.#settle([tried])
    }
    return true
  }

  async #open(post: UntriedPost, by: Parameters<typeof openDirect>[1]): Promise<Revealed | undefined> {
    try {
      const inner = await openDirect(post, by)
      return inner && meaningOf(inner)
    } catch (error) {
      // Tried again and again it would keep what comes after it from being opened.
      this.#deps.logger.error('A direct message could not be tried', { error, id: post.id.toString('hex') })
      return undefined
    }
  }

  /** Notes what did not open too. @throws {StoreError} nothing was noted */
  #settle(opened: readonly TriedPost[]): void {
    this.#deps.stored.settle([...opened, ...this.#failed])
    this.#failed = []
    this.#settling?.cancel()
    this.#settling = undefined
  }

  #settleSoon(): void {
    if (this.#failed.length === 0) return
    this.#settling ??= this.#scope?.spawnAfter(this.#deps.clock, DIRECT_LIMITS.TRY_FAILURES_MS.value, async () => {
      this.#settling = undefined
      this.#settleFailed()
    })
  }

  /** What cannot be noted is tried again. */
  #settleFailed(): void {
    if (this.#failed.length === 0) return
    try {
      this.#settle([])
    } catch (error) {
      this.#failed = []
      this.#deps.logger.warn('What direct messages were tried could not be noted', { error })
    }
  }
}

function isForSomebody({ post, fate }: CommittedPost): boolean {
  return fate === 'stored' && post.kind === PostKind.DirectMessage && !post.own
}
