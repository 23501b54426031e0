/** The one question that waits for an answer. Whatever is not a yes is a no, and a new question takes the place of the one before. */
import type { Question } from '../commands/command-context.ts'

export class Questions {
  #open: Question | null = null

  ask(question: Question): void {
    this.#open = question
  }

  get isOpen(): boolean {
    return this.#open !== null
  }

  /** Does what was asked, `always` from now on; false when nothing was. */
  async sayYes(always = false): Promise<boolean> {
    const question = this.#open
    this.#open = null
    if (question === null) return false
    if (always) question.always?.()
    await question.yes()
    return true
  }

  sayNo(): void {
    this.#open = null
  }
}
