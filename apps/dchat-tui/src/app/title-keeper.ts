/** Keeps the title of the terminal: the room that is shown, and how much is unread. */
import type { Clock, Timer } from '@dchat/system'
import { sanitizeText } from '@dchat/system'
import { TITLE_COLUMNS, TITLE_PAUSE_MS } from '../limits.ts'
import type { ChatState } from '../state/model.ts'
import { isNews } from '../state/rooms.ts'
import { shownRoom } from '../state/selectors.ts'
import type { Store } from '../state/store.ts'
import { roomName } from '../view/room-name.ts'
import { fitText } from '../view/width.ts'
import { StateWatcher } from './state-watcher.ts'

export interface TitleKeeperDeps {
  readonly store: Store
  readonly clock: Clock
  /** Null: the title it had before. */
  readonly setTitle: (title: string | null) => void
}

/** `dchat: cats (3)`; null where none is wanted. */
export function titleOf(state: Pick<ChatState, 'room' | 'rooms' | 'settings'>): string | null {
  if (!state.settings.title) return null
  const unread = state.rooms.reduce((sum, summary) => sum + (isNews(summary) ? summary.unread : 0), 0)
  const name = fitText(sanitizeText(roomName(shownRoom(state))), TITLE_COLUMNS, '...')
  return `dchat: ${name}${unread === 0 ? '' : ` (${unread})`}`
}

export class TitleKeeper extends StateWatcher<TitleKeeperDeps> {
  #timer: Timer | undefined
  #title: string | null = null
  #seen: Pick<ChatState, 'room' | 'rooms' | 'settings'> | undefined

  override start(): void {
    super.start()
    this.look()
  }

  /** What it was before is put back with all else of the terminal. Idempotent. */
  override stop(): void {
    super.stop()
    this.#timer?.cancel()
    this.#timer = undefined
  }

  protected override look(): void {
    const { room, rooms, settings } = this.deps.store.state
    const seen = this.#seen
    if (this.#timer !== undefined || (room === seen?.room && rooms === seen.rooms && settings === seen.settings)) return
    this.#seen = { room, rooms, settings }
    const title = titleOf(this.#seen)
    if (title === this.#title) return
    this.#title = title
    this.deps.setTitle(title)
    this.#timer = this.deps.clock.setTimer(
      TITLE_PAUSE_MS,
      () => {
        this.#timer = undefined
        this.look()
      },
      { background: true },
    )
  }
}
