/**
 * Asks the system for the addresses of names, a few at a time. The system cannot be told to give up: while DNS is silent, what it
 * was asked for dials that ended long ago would go before what is asked now, more of it with every dial.
 */
import type { LookupAddress, LookupAllOptions } from 'node:dns'
import { LIMITS } from '../limits.ts'

/** As `lookup` of node:dns, with `all`. */
export type SystemLookup = (
  name: string,
  options: LookupAllOptions,
  callback: (error: Error | null, addresses: LookupAddress[]) => void,
) => void

export interface NameQuestion {
  readonly name: string
  /** As node:net asks; those of the first who asks for a name. */
  readonly options: LookupAllOptions
  /** Whether the name may have come from a peer, who may know names that nobody answers for. */
  readonly isFromPeer: boolean
}

/** One question to the system, for all who ask for its name. */
interface Search {
  readonly question: NameQuestion
  /** Whether all who ask for it do so for a name that may have come from a peer. */
  isFromPeers: boolean
  isAsked: boolean
  readonly askers: Set<PromiseWithResolvers<LookupAddress[]>>
}

export class NameLookups {
  readonly #lookup: SystemLookup
  /** By name, in the order in which they came. */
  readonly #searches = new Map<string, Search>()

  constructor(lookup: SystemLookup) {
    this.#lookup = lookup
  }

  /** Questions to the system that it has not answered yet. */
  get askedCount(): number {
    return this.#asked().length
  }

  /**
   * Waits for its turn first. Who asks for a name that is being asked for gets the same answer.
   * @throws the system's error or the signal's reason; a question whose askers are all gone before its turn is never asked
   */
  async find(question: NameQuestion, signal: AbortSignal): Promise<LookupAddress[]> {
    signal.throwIfAborted()
    const search = this.#searchOf(question)
    const asker = Promise.withResolvers<LookupAddress[]>()
    const onAbort = (): void => {
      search.askers.delete(asker)
      if (search.askers.size === 0 && !search.isAsked) this.#searches.delete(question.name)
      asker.reject(signal.reason)
    }
    search.askers.add(asker)
    signal.addEventListener('abort', onAbort, { once: true })
    this.#askNext()
    try {
      return await asker.promise
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
  }

  #searchOf(question: NameQuestion): Search {
    const { name, isFromPeer } = question
    const search = this.#searches.get(name) ?? { question, isFromPeers: isFromPeer, isAsked: false, askers: new Set() }
    this.#searches.set(name, search)
    search.isFromPeers &&= isFromPeer
    return search
  }

  #asked(): Search[] {
    return [...this.#searches.values()].filter(({ isAsked }) => isAsked)
  }

  #askNext(): void {
    for (const search of this.#searches.values()) if (!search.isAsked && this.#hasTurn(search)) this.#ask(search)
  }

  /** Names of peers never take the last place. */
  #hasTurn({ isFromPeers }: Search): boolean {
    const asked = this.#asked()
    if (asked.length >= LIMITS.LOOKUPS_AT_ONCE.value) return false
    return !isFromPeers || asked.filter((each) => each.isFromPeers).length < LIMITS.LOOKUPS_AT_ONCE.value - 1
  }

  #ask(search: Search): void {
    const { name, options } = search.question
    search.isAsked = true
    this.#lookup(name, { ...options, all: true }, (error, addresses) => {
      this.#searches.delete(name)
      for (const asker of search.askers) {
        if (error === null) asker.resolve(addresses)
        else asker.reject(error)
      }
      this.#askNext()
    })
  }
}
