/** The drawing: this node in the middle, its neighbours around it. */
import { DRAWN_MAX, LABELLED_MAX } from '../limits.ts'
import { frameOf, placesOf, widthOf } from '../layout.ts'
import type { Place } from '../layout.ts'
import type { Neighbour } from '../neighbours.ts'
import { KeyedChildren, makeSvg, setAttributes, setText } from './dom.ts'

const MARKS: Readonly<Record<Neighbour['kind'], string>> = {
  channel: 'M-7 0a7 7 0 1 0 14 0a7 7 0 1 0-14 0z',
  slot: 'M-6 0a6 6 0 1 0 12 0a6 6 0 1 0-12 0z',
  peer: 'M-6-6h12v12h-12z',
  seed: 'M0-9 8 0 0 9-8 0z',
}
const ARROW = 'M6 0-4 5-4-5z'
/** Of the way from the middle: there lines are apart already. */
const ARROW_AT = 0.62

export class GraphView {
  readonly #svg: SVGSVGElement
  readonly #chosen: Element
  readonly #ties: KeyedChildren<Neighbour, SVGGElement>
  readonly #marks: KeyedChildren<Neighbour, SVGGElement>
  #drawn: readonly Neighbour[] = []
  #chosenKey: string | undefined

  /** @param chosen says all about the neighbour that was chosen */
  constructor(svg: SVGSVGElement, chosen: Element) {
    this.#svg = svg
    this.#chosen = chosen
    const [ties, marks] = [makeSvg('g', { 'aria-hidden': 'true' }), makeSvg('g', {})]
    svg.append(ties, makeSvg('circle', { class: 'self', r: 13 }), marks)
    const keyOf = ({ key }: Neighbour): string => key
    this.#ties = new KeyedChildren(ties, { keyOf, create: newTie })
    this.#marks = new KeyedChildren(marks, { keyOf, create: newMark })
    svg.addEventListener('keydown', (event) => this.#pressed(event))
    svg.addEventListener('click', ({ target }) => this.#choose(keyAt(target)))
    svg.addEventListener('focusin', ({ target }) => target !== svg && this.#choose(keyAt(target)))
  }

  update(neighbours: readonly Neighbour[]): void {
    this.#drawn = neighbours.slice(0, DRAWN_MAX)
    const places = placesOf(this.#drawn.length)
    setAttributes(this.#svg, { viewBox: frameOf(this.#drawn.length) })
    const isLabelled = this.#drawn.length <= LABELLED_MAX
    this.#ties.update(this.#drawn, (tie, neighbour, index) => drawTie(tie, neighbour, places[index]!))
    this.#marks.update(this.#drawn, (mark, neighbour, index) => {
      drawMark(mark, neighbour, { place: places[index]!, isLabelled })
      mark.classList.toggle('chosen', neighbour.key === this.#chosenKey)
    })
    this.#tell()
  }

  #pressed(event: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key]
    if (step === undefined || this.#drawn.length === 0) return
    event.preventDefault()
    const at = this.#drawn.findIndex(({ key }) => key === this.#chosenKey)
    const next = at === -1 ? 0 : (at + step + this.#drawn.length) % this.#drawn.length
    this.#choose(this.#drawn[next]!.key)
    this.#svg.querySelector<SVGGElement>('g.chosen')?.focus()
  }

  #choose(key: string | undefined): void {
    this.#chosenKey = key
    for (const mark of this.#svg.querySelectorAll<SVGGElement>('g[data-key]'))
      mark.classList.toggle('chosen', mark.dataset['key'] === key)
    this.#tell()
  }

  #tell(): void {
    setText(this.#chosen, this.#drawn.find(({ key }) => key === this.#chosenKey)?.about ?? 'Choose one to read about it.')
  }
}

function keyAt(target: EventTarget | null): string | undefined {
  return target instanceof Element ? target.closest<SVGGElement>('g[data-key]')?.dataset['key'] : undefined
}

function newTie(): SVGGElement {
  const tie = makeSvg('g', {})
  tie.append(makeSvg('line', { x1: 0, y1: 0 }), makeSvg('path', { class: 'arrow', d: ARROW }))
  return tie
}

function drawTie(tie: SVGGElement, { session, kind, isInbound, rate }: Neighbour, { x, y }: Place): void {
  const isLive = kind === 'channel'
  setAttributes(tie, { class: session })
  const [line, arrow] = [tie.children[0]!, tie.children[1]!]
  const width = isLive ? widthOf(rate).toFixed(1) : 1
  setAttributes(line, { class: isLive ? 'tie' : 'tie open', x2: x.toFixed(1), y2: y.toFixed(1), 'stroke-width': width })
  const turn = (Math.atan2(y, x) * 180) / Math.PI + (isInbound ? 180 : 0)
  const at = `translate(${(x * ARROW_AT).toFixed(1)} ${(y * ARROW_AT).toFixed(1)}) rotate(${turn.toFixed(0)})`
  setAttributes(arrow, { transform: at, visibility: isLive ? 'visible' : 'hidden' })
}

function newMark({ key, kind }: Neighbour): SVGGElement {
  const mark = makeSvg('g', { 'data-key': key, role: 'img', tabindex: -1 })
  mark.append(makeSvg('title', {}), makeSvg('path', { class: 'mark', d: MARKS[kind] }), makeSvg('text', {}))
  return mark
}

function drawMark(
  mark: SVGGElement,
  { session, kind, label, about }: Neighbour,
  { place, isLabelled }: { place: Place; isLabelled: boolean },
): void {
  const { x, y } = place
  mark.classList.add(session)
  mark.classList.toggle('open', kind !== 'channel' && kind !== 'seed')
  setAttributes(mark, { transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})`, 'aria-label': about })
  const [title, , text] = [mark.children[0]!, mark.children[1]!, mark.children[2]!]
  setText(title, about)
  setText(text, isLabelled ? shortLabel(label) : '')
  const side = Math.abs(x) < 40 ? 'middle' : x > 0 ? 'start' : 'end'
  setAttributes(text, {
    'text-anchor': side,
    x: side === 'middle' ? 0 : x > 0 ? 12 : -12,
    y: side === 'middle' ? (y > 0 ? 22 : -14) : 4,
  })
}

/** Without its scheme, and as long as there is room for. */
function shortLabel(label: string): string {
  const name = label.replace(/^[a-z+0-9]+:\/\//u, '').replace(/\/$/u, '')
  return name.length > 34 ? `${name.slice(0, 18)}…${name.slice(-14)}` : name
}
