/** Shows and hides what stands beside the talk, and scrolls it. */
import { PANES_FROM } from '../limits.ts'
import type { Settings } from '../settings/settings.ts'
import type { Store } from '../state/store.ts'
import { isRoomsPaneOn } from '../view/panes.ts'
import { pagedPaneTop } from '../view/screen.ts'
import type { ScreenContext } from '../view/screen.ts'

export interface PanesDeps {
  readonly store: Store
  readonly context: ScreenContext
}

export class Panes {
  readonly #deps: PanesDeps

  constructor(deps: PanesDeps) {
    this.#deps = deps
  }

  toggleRooms(): void {
    const { state } = this.#deps.store
    this.#set({ roomsPane: isRoomsPaneOn(state, state.screen.columns) ? 'off' : 'on' })
  }

  togglePeers(): void {
    const { settings } = this.#deps.store.state
    this.#set({ peersPane: settings.peersPane === 'on' ? 'off' : 'on' })
  }

  /** Scrolls the pane right of the talk by a page; false while it is hidden. */
  page(direction: 1 | -1): boolean {
    const { store, context } = this.#deps
    const top = pagedPaneTop(store.state, context, direction)
    if (top !== null) store.dispatch({ type: 'paneScrolled', top })
    return top !== null
  }

  /** Until the program ends: `/set` keeps it. */
  #set(change: Partial<Settings>): void {
    const { store } = this.#deps
    const { settings, screen } = store.state
    store.dispatch({ type: 'settings', settings: { ...settings, ...change } })
    const isOpened = change.roomsPane === 'on' || change.peersPane === 'on'
    if (isOpened && screen.columns < PANES_FROM) {
      const text = `there is room for it from ${PANES_FROM} columns on: this screen has ${screen.columns}`
      store.dispatch({ type: 'hint', hint: { level: 'info', text } })
    }
  }
}
