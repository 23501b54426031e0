/** Leaves the terminal to somebody else for a while, a shell or an editor, and takes it back whole. */
import { sleep } from '@dchat/system'
import type { Clock } from '@dchat/system'
import { STOP_GRACE_MS } from '../limits.ts'
import type { ScreenStream } from './screen-stream.ts'
import type { TerminalInput } from './terminal-input.ts'

export interface TerminalLoanDeps {
  readonly stream: Pick<ScreenStream, 'lend' | 'takeBack' | 'rows'>
  readonly input: Pick<TerminalInput, 'pause' | 'resume'>
  readonly clock: Clock
  /** To the terminal itself, at once. */
  readonly write: (data: string) => unknown
  /** Draws the whole screen, as large as it is now. */
  readonly redraw: () => void
  /** Stops the job that the program is of, as Ctrl+Z in other programs does. */
  readonly stopJob: () => void
  /** Whether what is drawn stays when the terminal is left. */
  readonly staysInSight: boolean
}

export class TerminalLoan {
  readonly #deps: TerminalLoanDeps
  #isLent = false
  #isOver = false

  constructor(deps: TerminalLoanDeps) {
    this.#deps = deps
  }

  get isLent(): boolean {
    return this.#isLent
  }

  /** The terminal is `use`'s until that has ended; never two at once. */
  async during<T>(use: () => Promise<T>): Promise<T> {
    if (this.#isLent) throw new TypeError('the terminal is lent')
    const { stream, input, write, staysInSight } = this.#deps
    this.#isLent = true
    input.pause()
    write(stream.lend() + (staysInSight ? `\u001b[${stream.rows};1H\n` : ''))
    try {
      return await use()
    } finally {
      this.#isLent = false
      if (!this.#isOver) this.#takeBack()
    }
  }

  /** Stops the program; it goes on where it was when the shell wakes it. Where there is no shell to do so it goes on at once. */
  async suspend(): Promise<void> {
    const { clock, stopJob } = this.#deps
    await this.during(async () => {
      stopJob()
      await sleep(clock, STOP_GRACE_MS)
    })
  }

  /** The program was stopped by others and goes on: what became of the terminal meanwhile is not known. */
  async continued(): Promise<void> {
    if (!this.#isLent && !this.#isOver) await this.during(async () => {})
  }

  /** The program ends: the terminal is not taken back any more. */
  stop(): void {
    this.#isOver = true
  }

  #takeBack(): void {
    const { stream, input, write, redraw } = this.#deps
    input.resume()
    write(stream.takeBack())
    redraw()
  }
}
