/** The stream of events, the newest first: it can be held, searched and emptied. */
import { passesFilter } from '../describe-event.ts'
import { counted, formatTime } from '../format.ts'
import { EVENTS_SHOWN } from '../limits.ts'
import type { Action, EventLine, PageState } from '../state.ts'
import { KeyedChildren, byId, make, setAttributes, setText } from './dom.ts'

export class EventsView {
  readonly #lines = new KeyedChildren<EventLine, HTMLLIElement>(byId('events', HTMLOListElement), {
    keyOf: ({ number }) => String(number),
    create: newLine,
  })
  readonly #pause = byId('pause', HTMLButtonElement)
  #shown: Pick<PageState, 'events' | 'frozen' | 'filter'> | undefined

  constructor(dispatch: (action: Action) => void) {
    const filter = byId('filter', HTMLInputElement)
    filter.addEventListener('input', () => dispatch({ type: 'filter', filter: filter.value }))
    this.#pause.addEventListener('click', () => dispatch({ type: 'pause' }))
    byId('clear', HTMLButtonElement).addEventListener('click', () => dispatch({ type: 'clear' }))
  }

  update({ events, frozen, filter }: PageState): void {
    const before = this.#shown
    if (before?.events === events && before.frozen === frozen && before.filter === filter) return
    this.#shown = { events, frozen, filter }
    const lines = (frozen ?? events).filter(({ text }) => passesFilter(text, filter))
    this.#lines.update(lines.slice(-EVENTS_SHOWN).toReversed(), () => {})
    const later = frozen === undefined ? 0 : (events.at(-1)?.number ?? 0) - (frozen.at(-1)?.number ?? 0)
    setText(this.#pause, frozen === undefined ? 'Pause' : 'Go on')
    setAttributes(this.#pause, { 'aria-pressed': String(frozen !== undefined) })
    const since = later > 0 ? `; ${later} since the pause` : ''
    setText(byId('events-summary', HTMLElement), `${counted(lines.length, 'event')}${since}`)
  }
}

/** An event does not change any more. */
function newLine({ timeMs, text }: EventLine): HTMLLIElement {
  const line = make('li')
  line.append(make('time', '', formatTime(timeMs)), make('span', '', text))
  return line
}
