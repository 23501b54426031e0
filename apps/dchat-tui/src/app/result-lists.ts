/** The list of lines that `/search` found, and more of them when its top is reached. */
import { MAX_RESULTS, RESULTS_PAGE } from '../limits.ts'
import type { ChatSession } from '../session/chat-session.ts'
import { toMessages } from '../session/ingress.ts'
import { searchWords } from '../state/find-words.ts'
import { isHidden } from '../state/ignores.ts'
import type { ResultsOverlay } from '../state/model.ts'
import type { Store } from '../state/store.ts'
import { reasonOf } from './line-places.ts'
import type { Scroller } from './scroller.ts'

export interface ResultListsDeps {
  readonly store: Store
  readonly session: Pick<ChatSession, 'call'>
  readonly scroller: Scroller
}

export class ResultLists {
  readonly #deps: ResultListsDeps

  constructor(deps: ResultListsDeps) {
    this.#deps = deps
  }

  /** Opens an empty list, which fills when the daemon has answered. */
  async open(query: string, room: string | null): Promise<void> {
    const { store, scroller } = this.#deps
    const { overlay } = store.state
    const origin = overlay?.kind === 'results' ? overlay.origin : scroller.whereabouts()
    const empty = { kind: 'results', query, room, messages: [], at: -1, more: true, isAsking: true, origin } as const
    store.dispatch({ type: 'overlay', overlay: empty })
    await this.#fill(empty)
  }

  /** The page before the first line that is listed. */
  async more(): Promise<void> {
    const { overlay } = this.#deps.store.state
    if (overlay?.kind === 'results') await this.#fill(overlay)
  }

  async #fill(asked: ResultsOverlay): Promise<void> {
    const { store, session } = this.#deps
    const { query, room, messages } = asked
    const before = messages[0]
    let found: typeof messages = []
    const failure = await reasonOf(
      session
        .call('chat.search', {
          query: searchWords(query).join(' '),
          limit: RESULTS_PAGE,
          ...(room === null ? {} : { room }),
          ...(before === undefined ? {} : { before: before.seq }),
        })
        .then((page) => void (found = toMessages(page.messages))),
    )
    const { overlay } = store.state
    // Another list may be open by now, or this one may have been left.
    if (overlay?.kind !== 'results' || overlay.query !== query || overlay.room !== room || overlay.messages !== messages) return
    if (failure !== null) {
      store.dispatch({ type: 'overlay', overlay: { ...overlay, isAsking: false, more: false } })
      store.dispatch({ type: 'hint', hint: { level: 'error', text: failure } })
      return
    }
    const shown = found.filter((message) => !isHidden(store.state, message))
    const all = [...shown, ...messages].slice(-MAX_RESULTS)
    const at = overlay.at === -1 ? all.length - 1 : overlay.at + all.length - messages.length
    const more = found.length >= RESULTS_PAGE && all.length < MAX_RESULTS
    store.dispatch({ type: 'overlay', overlay: { ...overlay, messages: all, at, more, isAsking: false } })
  }
}
