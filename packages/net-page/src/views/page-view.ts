/** All of the page, drawn from its state at most once a frame. */
import { DRAWN_MAX } from '../limits.ts'
import { counted } from '../format.ts'
import { neighboursOf } from '../neighbours.ts'
import type { Neighbour } from '../neighbours.ts'
import type { Action, PageState } from '../state.ts'
import { byId, make, setText } from './dom.ts'
import { EventsView } from './events-view.ts'
import { GraphView } from './graph-view.ts'
import { HeadView } from './head-view.ts'
import { TablesView } from './tables.ts'

const LEGEND = [
  ['outbound', 'outbound: in our slots'],
  ['manual', 'manual: configured'],
  ['direct', 'direct: for as long as needed'],
  ['seed', 'seed'],
  ['refine', 'refine: probed'],
  ['inbound', 'inbound: came to us'],
  ['', 'arrow: who dialled whom; width: traffic; dashed: no channel; square: tried again'],
] as const

export class PageView {
  readonly #head: HeadView
  readonly #tables = new TablesView()
  readonly #events: EventsView
  readonly #graph = new GraphView(byId('graph', SVGSVGElement), byId('chosen', HTMLElement))
  #status: PageState['status']

  constructor(options: { dispatch: (action: Action) => void; enter: (secret: string) => void }) {
    this.#head = new HeadView(options.enter)
    this.#events = new EventsView(options.dispatch)
    for (const [tone, text] of LEGEND) byId('legend', HTMLElement).append(make('li', tone, text))
  }

  update(state: PageState): void {
    this.#head.update(state)
    this.#tables.update(state)
    this.#events.update(state)
    if (state.status === this.#status) return
    this.#status = state.status
    const neighbours = state.status === undefined ? [] : neighboursOf(state.status, state.rates, Date.now())
    this.#graph.update(neighbours)
    setText(byId('graph-summary', HTMLElement), inWords(neighbours))
  }
}

function inWords(neighbours: readonly Neighbour[]): string {
  const counts = new Map<string, number>()
  const channels = neighbours.filter(({ kind }) => kind === 'channel')
  for (const { session } of channels) counts.set(session, (counts.get(session) ?? 0) + 1)
  const parts = Array.from(counts, ([session, count]) => `${count} ${session}`)
  const rest = neighbours.length > DRAWN_MAX ? `; ${neighbours.length - DRAWN_MAX} more are not drawn` : ''
  return `${counted(channels.length, 'channel')}${parts.length === 0 ? '' : `: ${parts.join(', ')}`}${rest}`
}
