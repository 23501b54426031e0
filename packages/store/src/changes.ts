/** Changes of the store beside its commits: each in a transaction of its own, durable and told when it is done. */
import type { Publisher } from '@dchat/system'
import type { Guard } from './guard.ts'
import type { Ledger } from './ledger.ts'
import type { News } from './news.ts'
import { publishNews } from './store-events.ts'
import type { StoreEvents } from './store-events.ts'

export interface ChangesDeps {
  readonly guard: Guard
  readonly ledger: Ledger
  readonly news: News
  readonly events: Publisher<StoreEvents>
}

export class Changes {
  readonly #deps: ChangesDeps

  constructor(deps: ChangesDeps) {
    this.#deps = deps
  }

  /** Runs `change` as one step, or not at all. @throws {StoreError} STORE_FULL, STORE_IO, STORE_CLOSED */
  make<T>(change: () => T): T {
    const { guard, ledger, news, events } = this.#deps
    guard.checkOpen()
    const result = guard.use(() => ledger.transaction(change))
    publishNews(events, news.take())
    return result
  }
}
