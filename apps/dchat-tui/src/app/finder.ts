/** Looks for words in the talk while they are typed: in memory first, then by the daemon. One question to it at a time. */
import type { Message } from '@dchat/rpc'
import { MAX_FORWARD_PAGES, MAX_RESULTS } from '../limits.ts'
import type { ChatSession } from '../session/chat-session.ts'
import { toMessages } from '../session/ingress.ts'
import { findWords, holdsWords, searchWords } from '../state/find-words.ts'
import { isHidden } from '../state/ignores.ts'
import { compareItems, messageItem } from '../state/items.ts'
import type { FindOverlay } from '../state/model.ts'
import { shownView } from '../state/selectors.ts'
import type { Store } from '../state/store.ts'
import { messageEnds } from '../state/talk.ts'
import { reasonOf } from './line-places.ts'
import type { LinePlaces } from './line-places.ts'
import type { Scroller } from './scroller.ts'

export interface FinderDeps {
  readonly store: Store
  readonly session: Pick<ChatSession, 'call'>
  readonly places: LinePlaces
  readonly scroller: Scroller
}

type Way = 'typing' | 'older' | 'newer'

export class Finder {
  readonly #deps: FinderDeps
  #isAsking = false
  /** What was wanted while an answer was awaited; only the last counts. */
  #next: Way | null = null

  constructor(deps: FinderDeps) {
    this.#deps = deps
  }

  open(): void {
    const { store, scroller } = this.#deps
    const origin = scroller.whereabouts()
    const overlay = { kind: 'find', query: '', isEverywhere: false, found: null, outcome: 'idle', reason: null, origin } as const
    store.dispatch({ type: 'overlay', overlay })
  }

  /** The next match that way; while the words are typed the one that is there, if it still fits, else the one before. */
  find(by: Way): void {
    if (this.#isAsking) {
      this.#next = by
      return
    }
    const overlay = this.#overlay
    if (overlay === null) return
    const words = searchWords(overlay.query)
    if (words.length === 0) {
      this.#change({ found: null, outcome: 'idle' })
      return
    }
    if (by === 'typing' && overlay.found !== null && this.#stillFits(overlay, words)) return
    if (overlay.isEverywhere || !this.#findInMemory(words, by, overlay.found)) this.#ask(by)
  }

  get #overlay(): FindOverlay | null {
    const { overlay } = this.#deps.store.state
    return overlay?.kind === 'find' ? overlay : null
  }

  #stillFits({ found, isEverywhere }: FindOverlay, words: readonly string[]): boolean {
    const isInScope = isEverywhere || found!.room === this.#deps.store.state.room
    return isInScope && !found!.retracted && holdsWords(found!.text, words)
  }

  #findInMemory(words: readonly string[], by: Way, found: Message | null): boolean {
    const { store, scroller } = this.#deps
    const { talk } = shownView(store.state)
    const at = found === null ? -1 : talk.items.indexOfSeq(found.seq)
    if (at === -1 && by === 'newer') return false
    const from = at === -1 ? talk.items.length - 1 : at + STEPS[by]
    const index = findWords(talk.items, words, {
      start: from,
      by: by === 'newer' ? 1 : -1,
      isHidden: (message) => isHidden(store.state, message),
    })
    const item = index === -1 ? undefined : talk.items.at(index)
    if (item?.type !== 'message') {
      const isAll = by === 'newer' ? !talk.hasNewer : !talk.hasOlder
      if (isAll) this.#change(by === 'typing' ? { found: null, outcome: 'none' } : { outcome: 'none' })
      return isAll
    }
    this.#change({ found: item.message, outcome: 'idle' })
    scroller.reveal(item.message)
    return true
  }

  #ask(by: Way): void {
    this.#isAsking = true
    this.#change({ outcome: 'asking' })
    void this.#askNow(by).finally(() => {
      this.#isAsking = false
      const next = this.#next
      this.#next = null
      if (next !== null) this.find(next)
    })
  }

  async #askNow(by: Way): Promise<void> {
    const { places } = this.#deps
    const overlay = this.#overlay!
    let found: Message | null = null
    const failure = await reasonOf(
      (by === 'newer' ? this.#newer(overlay) : this.#older(overlay)).then((message) => void (found = message)),
    )
    if (this.#overlay?.query !== overlay.query || this.#overlay.isEverywhere !== overlay.isEverywhere) return
    if (failure !== null || found === null) {
      this.#change({ outcome: 'none', reason: failure, ...(by === 'typing' ? { found: null } : {}) })
      return
    }
    const reason = await places.show(found)
    this.#change(reason === null ? { found, outcome: 'idle', reason } : { outcome: 'none', reason })
  }

  /** The newest match before the one that is there, or before what is in memory. */
  async #older(overlay: FindOverlay): Promise<Message | null> {
    const { talk } = shownView(this.#deps.store.state)
    const edge = overlay.isEverywhere ? overlay.found : (messageEnds(talk)?.first ?? null)
    return (await this.#search(overlay, 1, edge)).at(-1) ?? null
  }

  /** The oldest match after the one that is there: the daemon finds backwards, so pages are taken until one reaches back to it. */
  async #newer(overlay: FindOverlay): Promise<Message | null> {
    const { found } = overlay
    if (found === null) return null
    let next: Message | null = null
    let edge: Message | null = null
    for (let page = 0; page < MAX_FORWARD_PAGES; page += 1) {
      const messages = await this.#search(overlay, FORWARD_LIMIT, edge)
      const later = messages.filter((message) => compareItems(messageItem(message), messageItem(found)) > 0)
      next = later[0] ?? next
      if (later.length < FORWARD_LIMIT) return next
      edge = messages[0]!
    }
    return next
  }

  async #search(overlay: FindOverlay, limit: number, before: Message | null): Promise<Message[]> {
    const { store, session } = this.#deps
    const query = searchWords(overlay.query).join(' ')
    const scope = overlay.isEverywhere ? {} : { room: store.state.room }
    const place = before === null ? {} : { before: before.seq }
    return toMessages((await session.call('chat.search', { query, limit, ...scope, ...place })).messages)
  }

  #change(change: Partial<FindOverlay>): void {
    const overlay = this.#overlay
    if (overlay !== null) this.#deps.store.dispatch({ type: 'overlay', overlay: { ...overlay, ...change } })
  }
}

/** Where to begin, from the match that is there. */
const STEPS: Readonly<Record<Way, number>> = { typing: 0, older: -1, newer: 1 }
const FORWARD_LIMIT = Math.min(1_000, MAX_RESULTS)
