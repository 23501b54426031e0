/** Whether the store may be used, and what its callers get to see of a failure. */
import type { Logger } from '@dchat/system'
import { condemn, markSuspect } from './database.ts'
import { StoreError } from './errors.ts'
import { RowDamage } from './row-sum.ts'
import { isDamage, toStoreError } from './sqlite-error.ts'

export class Guard {
  state: 'open' | 'closing' | 'closed' = 'open'
  /** Hears of a line that is not what was stored. */
  onSpoiltLine: ((seq: number) => void) | undefined
  readonly #path: string
  readonly #logger: Logger

  constructor(path: string, logger: Logger) {
    this.#path = path
    this.#logger = logger
  }

  /** @throws {StoreError} STORE_CLOSED once it is closing */
  checkOpen(): void {
    if (this.state !== 'open') throw this.closedError()
  }

  /** Runs one use of the database between commits. @throws {StoreError} STORE_CLOSED, STORE_IO, STORE_FULL */
  use<T>(run: () => T): T {
    if (this.state === 'closed') throw this.closedError()
    try {
      return run()
    } catch (cause) {
      if (cause instanceof RangeError) throw cause
      throw this.noteFailure(cause)
    }
  }

  /** What callers get to see of `cause`; damage has the next start look at the whole file. */
  noteFailure(cause: unknown): StoreError {
    if (isDamage(cause)) this.noteSpoilt()
    if (cause instanceof RowDamage) this.onSpoiltLine?.(cause.seq)
    return toStoreError(cause, this.#path)
  }

  /** Damage was met: the next start looks at the whole file. */
  noteSpoilt(): void {
    this.#mark(markSuspect)
  }

  /** The next start sets the file aside, for `reason`. */
  condemn(reason: string): void {
    this.#mark((path) => condemn(path, reason))
  }

  #mark(mark: (path: string) => void): void {
    try {
      mark(this.#path)
    } catch (error) {
      this.#logger.warn('The damaged message store could not be marked', { error })
    }
  }

  /** What callers of a closed store get. */
  closedError(): StoreError {
    return new StoreError('STORE_CLOSED', { path: this.#path }, { message: `the message store ${this.#path} is closed` })
  }
}
