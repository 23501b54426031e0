/** Moves through the talk and fetches what is not in memory when an end of it comes near. */
import type { Message } from '@dchat/rpc'
import type { ChatSession } from '../session/chat-session.ts'
import { isHidden } from '../state/ignores.ts'
import { isMention, mentionWords } from '../state/mention.ts'
import { findMention, shownView } from '../state/selectors.ts'
import type { Whereabouts } from '../state/model.ts'
import { messageEnds } from '../state/talk.ts'
import type { Store } from '../state/store.ts'
import { buildScreen } from '../view/screen.ts'
import type { ScreenContext, TalkView } from '../view/screen.ts'
import { anchorOf, scrolledBy, scrolledToItem, scrolledToStart, viewportAt } from '../view/virtual-list.ts'
import type { Scroll } from '../view/virtual-list.ts'

export interface ScrollerDeps {
  readonly store: Store
  readonly session: Pick<ChatSession, 'loadOlder' | 'loadNewer' | 'loadNewest'>
  readonly context: ScreenContext
}

/** Rows of Shift+Up and Alt+Page Up. */
const FEW_ROWS = 3
/** Screens that are scrolled once a page has come, when keys were pressed while it was awaited. */
const MAX_OWED_PAGES = 3

export class Scroller {
  readonly #deps: ScrollerDeps
  /** Rows (negative) that could not be scrolled up because the lines there are still awaited. */
  #owed = 0

  constructor(deps: ScrollerDeps) {
    this.#deps = deps
  }

  /** A page keeps one row of the last one in sight. */
  page(direction: 1 | -1): void {
    this.#by((view) => direction * Math.max(1, view.height - 1))
  }

  few(direction: 1 | -1): void {
    this.#by(() => direction * FEW_ROWS)
  }

  toStart(): void {
    const view = this.#view()
    this.#set(scrolledToStart(view.source, view.height))
    this.#fetch(-1)
  }

  /** Follows the newest line, which is fetched when it is not in memory. */
  toEnd(): void {
    const { store, session } = this.#deps
    this.#set('end')
    if (shownView(store.state).talk.hasNewer) void session.loadNewest()
  }

  /** To the next line that names the user, from what is on screen; tells whether there is one. */
  toMention(by: 1 | -1): boolean {
    const { state } = this.#deps.store
    const { viewport, source } = this.#view()
    const from = by === 1 ? source.indexOf(viewport.firstIndex + 1) : source.indexOf(viewport.firstIndex) - 1
    const words = mentionWords(state)
    const index = findMention(shownView(state).talk.items, from, {
      by,
      isMeant: (message) => isMention(message, words) && !isHidden(state, message),
    })
    if (index === -1) return false
    this.toItem(index)
    return true
  }

  /** The item at `index` to the top, or as near to it as there are lines. */
  toItem(index: number): void {
    const { source, height } = this.#view()
    const scroll = scrolledToItem(source, source.placeOf(index), height)
    const { hasNewer } = shownView(this.#deps.store.state).talk
    this.#set(scroll === 'end' && hasNewer ? anchorOf(source, 'end', height) : scroll)
  }

  /** The message lowest on screen; undefined when none is in sight. */
  lowestMessage(): Message | undefined {
    const { state } = this.#deps.store
    const { items } = shownView(state).talk
    const { source, viewport } = this.#view()
    const first = source.indexOf(Math.max(0, viewport.firstIndex))
    for (let index = source.indexOf(viewport.lastIndex + 1) - 1; index >= first; index -= 1) {
      const item = items.at(index)
      if (item?.type === 'message' && !isHidden(state, item.message)) return item.message
    }
    return undefined
  }

  /** Scrolls, where it is not in sight as a whole, so that the line is. Does nothing when it is not in memory. */
  reveal(message: Message): void {
    const { state } = this.#deps.store
    const { talk } = shownView(state)
    const index = talk.items.indexOfSeq(message.seq)
    if (index === -1) return
    const { source, viewport, height } = this.#view()
    const place = source.placeOf(index)
    const rows = source.rowsOf(place).filter(({ offset }) => offset >= 0)
    const inSight = viewport.rows.filter(({ key, offset }) => key === rows[0]!.key && offset >= 0).length
    if (inSight >= Math.min(rows.length, height)) return
    const top = scrolledToItem(source, place, height)
    const above = top === 'end' ? 'end' : scrolledBy(source, top, { height, by: -Math.floor(height / 3) })
    this.#set(above === 'end' && talk.hasNewer ? anchorOf(source, 'end', height) : above)
  }

  /** Where one is, to come back to. */
  whereabouts(): Whereabouts {
    const { state } = this.#deps.store
    const { scroll, talk } = shownView(state)
    if (scroll === 'end') return { room: state.room, scroll, anchor: null }
    const { source, viewport } = this.#view()
    for (let index = source.indexOf(Math.max(0, viewport.firstIndex)); index < talk.items.length; index += 1) {
      const item = talk.items.at(index)!
      if (item.type === 'message') return { room: state.room, scroll, anchor: item.message }
    }
    return { room: state.room, scroll, anchor: null }
  }

  #by(rows: (view: TalkView) => number): void {
    const { store } = this.#deps
    const view = this.#view()
    const { talk, scroll } = shownView(store.state)
    const by = rows(view)
    const isStuck = by < 0 && view.viewport.isAtStart && talk.hasOlder
    this.#owed = isStuck ? Math.max(this.#owed + by, -MAX_OWED_PAGES * view.height) : 0
    const next = scrolledBy(view.source, scroll, { height: view.height, by })
    this.#set(next === 'end' && talk.hasNewer ? anchorOf(view.source, 'end', view.height) : next)
    this.#fetch(by < 0 ? -1 : 1)
  }

  #set(scroll: Scroll): void {
    if (scroll !== shownView(this.#deps.store.state).scroll) this.#deps.store.dispatch({ type: 'scrolled', scroll })
  }

  /** Fetches the next page when less than a screen is left in that direction. */
  #fetch(direction: 1 | -1): void {
    const { store, session } = this.#deps
    const { talk, loading, scroll } = shownView(store.state)
    if (loading !== null) return
    const ends = messageEnds(talk)
    const { source, height } = this.#view()
    const beyond = scrolledBy(source, scroll, { height, by: direction * height })
    const viewport = viewportAt(source, beyond, height)
    if (direction === -1 && talk.hasOlder && viewport.isAtStart) void this.#loadOlder(ends?.first.seq ?? null)
    if (direction === 1 && talk.hasNewer && viewport.isAtEnd && ends !== null) void session.loadNewer(ends.last.seq)
  }

  async #loadOlder(before: number | null): Promise<void> {
    const { store, session } = this.#deps
    const { room } = store.state
    await session.loadOlder(before)
    const owed = this.#owed
    this.#owed = 0
    if (store.state.room !== room) return
    const hasCome = messageEnds(shownView(store.state).talk)?.first.seq !== (before ?? undefined)
    if (owed < 0 && hasCome) this.#by(() => owed)
  }

  #view(): TalkView {
    return buildScreen(this.#deps.store.state, this.#deps.context).view
  }
}
