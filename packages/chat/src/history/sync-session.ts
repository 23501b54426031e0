/** One room reconciled with one channel, by the side that began it. Wire: docs/chat.md, *History* and *Commands*, `sync`. */
import type { Clock } from '@dchat/system'
import { isChatError } from '../errors.ts'
import type { SyncFrame } from '../messages.ts'
import type { IdSet } from '../reconcile/id-set.ts'
import { initiate, proceed } from '../reconcile/reconcile.ts'
import type { Findings } from '../reconcile/reconcile.ts'
import { AnswerBox } from './answer-box.ts'
import { Fetch } from './fetch-queue.ts'
import type { FetchQueue, WaitLimits } from './fetch-queue.ts'
import { HISTORY_LIMITS, SYNC_OPTIONS } from './history-limits.ts'
import { isEmptyWindow, openingWindow, restartedWindow } from './sync-window.ts'
import type { SyncWindow } from './sync-window.ts'

const FRAMES_MAX = HISTORY_LIMITS.SYNC_FRAMES.value
const RESTARTS_MAX = HISTORY_LIMITS.SYNC_RESTARTS.value
const IDLE_MS = HISTORY_LIMITS.SYNC_IDLE_MS.value

/** `silent`: no answer; `endless`: too many frames or restarts, or too long; `unanswered`: it claims posts that it does not send. */
export type SyncFault = 'silent' | 'malformed' | 'endless' | 'unanswered'

export interface SyncOutcome {
  /** Posts that it brought. */
  readonly news: number
  /** Undefined when it came to its end. */
  readonly fault: SyncFault | undefined
}

export interface SyncSessionDeps {
  readonly clock: Clock
  readonly fetches: FetchQueue
  lowWater(room: string): number
  /** The offered posts of a room, of which a view may be taken in the same turn. */
  idSet(room: string): Promise<IdSet>
  /** Resolves when the frame is queued. @throws {NetError} the channel's stop reason */
  send(frame: SyncFrame): Promise<void>
  /** Posts that the other side lacks, in order of time. */
  push(ids: readonly Buffer[]): void
  /** The other side holds what is here between these times, but for those it lacks. */
  onAgreed(agreed: SyncWindow & { readonly room: string; readonly lacked: readonly Buffer[] }): void
}

export class SyncSession {
  readonly number: number
  readonly room: string
  readonly #deps: SyncSessionDeps
  readonly #answers = new AnswerBox<SyncFrame>()
  readonly #fetch = new Fetch()
  /** Whether an answer is to come. */
  isAwaiting = false
  /** Whether what both hold was compared to the end: not when their clocks leave nothing to compare. */
  hasCompared = false
  #frames = 0

  constructor(place: { readonly number: number; readonly room: string }, deps: SyncSessionDeps) {
    this.number = place.number
    this.room = place.room
    this.#deps = deps
  }

  /** An answer of the other side; one that is not awaited is dropped. */
  take(frame: SyncFrame): void {
    if (this.isAwaiting) this.#answers.put(frame)
  }

  /** Posts that came so far, and with those that are still to come; what another channel is asked for counts there. */
  get received(): number {
    return this.#fetch.received
  }

  get expected(): number {
    return this.#fetch.received + this.#fetch.open - this.#fetch.elsewhere
  }

  /** Runs to the end, whatever the other side does. @throws the signal's reason; what the channel or the store ends with */
  async run(limits: WaitLimits): Promise<SyncOutcome> {
    try {
      const fault = await this.#reconcile(limits)
      return { news: this.#fetch.received, fault }
    } finally {
      this.#deps.fetches.drop(this.#fetch)
    }
  }

  async #reconcile(limits: WaitLimits): Promise<SyncFault | undefined> {
    const deps = this.#deps
    let window: SyncWindow | undefined = openingWindow(deps.lowWater(this.room), deps.clock.nowMs())
    for (let restarts = 0; restarts <= RESTARTS_MAX; restarts += 1) {
      if (isEmptyWindow(window)) return undefined
      const ended = await this.#exchange(window, limits)
      if (!('restartAt' in ended)) return ended.fault
      window = restartedWindow(window, ended.restartAt)
      if (window === undefined) return 'malformed'
    }
    return 'endless'
  }

  /** One reconciliation, up to its end or to where the other side has its low-water time. */
  async #exchange(window: SyncWindow, limits: WaitLimits): Promise<{ fault: SyncFault | undefined } | { restartAt: number }> {
    const { fetches } = this.#deps
    const lacked: Buffer[] = []
    let frame = await this.#withView(window, (view) => initiate(view, SYNC_OPTIONS))
    for (;;) {
      if (this.#frames === FRAMES_MAX || this.#deps.clock.monotonicMs() >= limits.deadlineMs) return { fault: 'endless' }
      const answer = await this.#ask({ ...window, frame }, limits.signal)
      if (answer === undefined) return { fault: 'silent' }
      if (answer.frame.length === 0) return { restartAt: answer.since }
      const findings = await this.#takeIn(window, answer.frame)
      if (findings === undefined) return { fault: 'malformed' }
      if (findings.have.length > 0) {
        lacked.push(...findings.have)
        this.#deps.push(findings.have)
      }
      fetches.add(findings.need, this.#fetch)
      if (findings.reply === null) break
      frame = findings.reply
      if (!(await fetches.until(() => fetches.hasRoom, limits))) return { fault: 'unanswered' }
    }
    this.hasCompared = true
    this.#deps.onAgreed({ room: this.room, ...window, lacked })
    const isComplete = await fetches.until(() => this.#fetch.open === 0, limits)
    return { fault: isComplete ? undefined : 'unanswered' }
  }

  async #ask(message: SyncWindow & { readonly frame: Buffer }, signal: AbortSignal): Promise<SyncFrame | undefined> {
    this.#frames += 1
    this.isAwaiting = true
    await this.#deps.send({ session: this.number, room: this.room, ...message })
    const answer = await this.#answers.take(this.#deps.clock, IDLE_MS, signal)
    if (answer !== undefined) this.isAwaiting = false
    return answer
  }

  /** Undefined when the frame is malformed. */
  async #takeIn(window: SyncWindow, frame: Buffer): Promise<Findings | undefined> {
    try {
      return await this.#withView(window, (view) => proceed(view, frame, SYNC_OPTIONS))
    } catch (error) {
      if (isChatError(error, 'CHAT_RECONCILE_MALFORMED')) return undefined
      throw error
    }
  }

  async #withView<T>(window: SyncWindow, use: (view: ReturnType<IdSet['view']>) => T): Promise<T> {
    const set = await this.#deps.idSet(this.room)
    return use(set.view(window.since, window.until))
  }
}
