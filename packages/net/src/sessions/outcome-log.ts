/** Tells the operator how it goes with the addresses that he configured: what is new at info, what is as before at debug. */
import type { Logger } from '@dchat/system'
import { NetError } from '../errors.ts'
import { errorText } from './session.ts'

export class OutcomeLog {
  readonly #logger: Logger
  readonly #message: string
  readonly #last = new Map<string, string>()

  /** @param message - the text of each line */
  constructor(logger: Logger, message: string) {
    this.#logger = logger
    this.#message = message
  }

  /** @param outcome - a word, or the error of a failure, which is told by its code and text */
  tell(url: string, outcome: unknown): void {
    const isFailure = typeof outcome !== 'string'
    const word = !isFailure ? outcome : outcome instanceof NetError ? outcome.code : 'failed'
    const level = this.#last.get(url) === word ? 'debug' : 'info'
    this.#last.set(url, word)
    this.#logger[level](this.#message, { url, outcome: word, ...(isFailure ? { reason: errorText(outcome) } : {}) })
  }

  /** Forgets an address that is configured no longer. */
  forget(url: string): void {
    this.#last.delete(url)
  }
}
