/** The newest failures to get a peer, for who asks why there is none. */
import type { Clock } from '@dchat/system'
import { failureReason } from './failure-reason.ts'
import type { FailureReason } from './failure-reason.ts'
import { LIMITS } from './limits.ts'
import { sessionName } from './sessions/session-flags.ts'
import type { SessionFlag, SessionName } from './sessions/session-flags.ts'

/** A dial that did not lead to a channel with a version exchange. */
export interface DialFailure {
  /** What was dialled, canonical. */
  readonly url: string
  /** What wanted the channel. */
  readonly session: SessionName
  /** When it failed, in Unix milliseconds. */
  readonly atMs: number
  /** Why there is none. */
  readonly reason: FailureReason
}

/** Remembers `LIMITS.DIAL_FAILURES`; the oldest go. */
export class DialFailures {
  readonly #clock: Pick<Clock, 'nowMs'>
  #newest: readonly DialFailure[] = []

  constructor(clock: Pick<Clock, 'nowMs'>) {
    this.#clock = clock
  }

  /** The newest first. */
  get list(): readonly DialFailure[] {
    return this.#newest
  }

  note({ url, session }: { readonly url: string; readonly session: SessionFlag }, error: unknown): void {
    const failure = { url, session: sessionName(session), atMs: this.#clock.nowMs(), reason: failureReason(error) }
    this.#newest = [failure, ...this.#newest.slice(0, LIMITS.DIAL_FAILURES.value - 1)]
  }
}
