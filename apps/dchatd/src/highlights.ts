/** The words that make a line of another a mention, beside the own nick: kept in the store. */
import { MIN_HIGHLIGHT_CHARACTERS, mentionsAny } from '@dchat/rpc'
import type { MessageStore } from '@dchat/store'

const SETTING = 'highlights'

export class Highlights {
  readonly #store: Pick<MessageStore, 'getSetting' | 'setSetting'>
  #words: readonly string[]

  /** @throws {StoreError} when the store cannot be read */
  constructor(store: Pick<MessageStore, 'getSetting' | 'setSetting'>) {
    this.#store = store
    this.#words = JSON.parse(store.getSetting(SETTING) ?? '[]') as string[]
  }

  get words(): readonly string[] {
    return this.#words
  }

  /**
   * Durable when it returns. @param words of at most 64 characters, at most 100; trimmed, and each kept once in the case it comes in first
   * @returns them as kept, or the first that is too short without the white space at its ends: nothing has changed then
   */
  set(words: readonly string[]): { readonly kept: readonly string[] } | { readonly tooShort: string } {
    const kept = new Map<string, string>()
    for (const word of words) {
      const trimmed = word.trim()
      if (trimmed.length < MIN_HIGHLIGHT_CHARACTERS) return { tooShort: word }
      const folded = trimmed.toLowerCase()
      if (!kept.has(folded)) kept.set(folded, trimmed)
    }
    const list = [...kept.values()]
    this.#store.setSetting(SETTING, list.length === 0 ? undefined : JSON.stringify(list))
    this.#words = list
    return { kept: list }
  }

  /** Whether `text` speaks to who goes by `nick` and has these words. */
  areIn(text: string, nick: string | null): boolean {
    return mentionsAny(text, nick === null ? this.#words : [nick, ...this.#words])
  }
}
