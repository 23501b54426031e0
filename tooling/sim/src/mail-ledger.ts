/** Which messages were written to whom, and who has read what: all that a run says of them comes from here. */

/** Of messages that were written since the last `take`. */
export interface MailSums {
  readonly sent: number
  /** Read by whom they were for. */
  readonly opened: number
  /** Readings by anybody else, and second ones. */
  readonly strayed: number
  /** From the wish to send until the recipient had the line, in order of reading. */
  readonly delaysMs: readonly number[]
}

interface Letter<Reader> {
  readonly to: Reader
  readonly atMs: number
  isRead: boolean
}

export class MailLedger<Reader> {
  readonly #letters = new Map<string, Letter<Reader>>()
  #strayed = 0
  #delaysMs: number[] = []

  /** @param text no other letter has it */
  sent(text: string, to: Reader, atMs: number): void {
    this.#letters.set(text, { to, atMs, isRead: false })
  }

  read(text: string, by: Reader, atMs: number): void {
    const letter = this.#letters.get(text)
    if (letter === undefined || letter.to !== by || letter.isRead) {
      this.#strayed += 1
      return
    }
    letter.isRead = true
    this.#delaysMs.push(atMs - letter.atMs)
  }

  /** Sums, and begins anew. */
  take(): MailSums {
    const sums = {
      sent: this.#letters.size,
      opened: this.#delaysMs.length,
      strayed: this.#strayed,
      delaysMs: this.#delaysMs,
    }
    this.#letters.clear()
    this.#strayed = 0
    this.#delaysMs = []
    return sums
  }
}
