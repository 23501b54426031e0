/** Does what overlays about single lines ask for: picking out, details, copying, quoting, taking back, searching. */
import type { Message } from '@dchat/rpc'
import type { CommandContext } from '../commands/command-context.ts'
import { BadArgument } from '../commands/command-context.ts'
import { askToRetract } from '../commands/own-line-commands.ts'
import { insertText } from '../input/editor.ts'
import type { ChatSession } from '../session/chat-session.ts'
import { toLineDelivery } from '../session/ingress.ts'
import type { LineRequest } from '../overlays/overlay.ts'
import { isHidden } from '../state/ignores.ts'
import type { LineDelivery, Overlay } from '../state/model.ts'
import { shownView } from '../state/selectors.ts'
import type { Store } from '../state/store.ts'
import { messageEnds } from '../state/talk.ts'
import { excerptOf } from '../view/excerpt.ts'
import { quoteOf } from '../view/quote.ts'
import { Finder } from './finder.ts'
import { LinePlaces, reasonOf } from './line-places.ts'
import { ResultLists } from './result-lists.ts'
import type { Scroller } from './scroller.ts'

export interface LineViewsDeps {
  readonly store: Store
  readonly session: Pick<ChatSession, 'call' | 'loadAround' | 'loadNewest' | 'loadOlder' | 'loadNewer' | 'loadShown'>
  readonly scroller: Scroller
  readonly ask: CommandContext['ask']
  readonly copy: CommandContext['copy']
}

export class LineViews {
  readonly #deps: LineViewsDeps
  readonly #places: LinePlaces
  readonly #finder: Finder
  readonly #results: ResultLists

  constructor(deps: LineViewsDeps) {
    this.#deps = deps
    this.#places = new LinePlaces(deps)
    this.#finder = new Finder({ ...deps, places: this.#places })
    this.#results = new ResultLists(deps)
  }

  perform(request: LineRequest): void {
    switch (request.type) {
      case 'select':
        void this.select(request.by)
        return
      case 'detail':
        void this.#detail(request.message, request.back)
        return
      case 'copy':
        this.#copy(request.message)
        return
      case 'quote':
        this.#quote(request.message)
        return
      case 'retract':
        this.#retract(request.message)
        return
      case 'cancelSend':
        void this.#cancelSend(request.message)
        return
      case 'goTo':
        void this.#goTo(request.message, request.back)
        return
      case 'return':
        void this.#places.goBack(request.to)
        return
      case 'moreResults':
        void this.#results.more()
        return
      case 'resultsOf':
        this.#searchAgain(request.room)
        return
      case 'find':
        this.#finder.find(request.by)
    }
  }

  /** Looks for words while they are typed. */
  openFind(): void {
    this.#finder.open()
  }

  async openResults(query: string, room: string | null): Promise<void> {
    await this.#results.open(query, room)
  }

  /** Picks out the line before or after the one that is, or the lowest in sight; fetches what is not in memory. */
  async select(by: 1 | -1): Promise<void> {
    const { store, scroller, session } = this.#deps
    const { overlay, room } = store.state
    if (overlay?.kind !== 'select') {
      const lowest = scroller.lowestMessage()
      if (lowest === undefined) this.#error('there is no line to pick out')
      else this.#pick(lowest, null)
      return
    }
    const next = this.#neighbour(overlay.message, by)
    if (next !== undefined) {
      this.#pick(next, overlay.back)
      return
    }
    const { talk, loading } = shownView(store.state)
    const ends = messageEnds(talk)
    if (loading !== null || ends === null || !(by === -1 ? talk.hasOlder : talk.hasNewer)) return
    await (by === -1 ? session.loadOlder(ends.first.seq) : session.loadNewer(ends.last.seq))
    const come = this.#neighbour(overlay.message, by)
    if (come !== undefined && store.state.overlay === overlay && store.state.room === room) this.#pick(come, overlay.back)
  }

  #neighbour(message: Message, by: 1 | -1): Message | undefined {
    const { state } = this.#deps.store
    const { talk } = shownView(state)
    const at = talk.items.indexOfSeq(message.seq)
    if (at === -1) return undefined
    for (let index = at + by; index >= 0 && index < talk.items.length; index += by) {
      const item = talk.items.at(index)!
      if (item.type === 'message' && !isHidden(state, item.message)) return item.message
    }
    return undefined
  }

  #pick(message: Message, back: Overlay | null): void {
    const { store, scroller } = this.#deps
    store.dispatch({ type: 'overlay', overlay: { kind: 'select', message, back } })
    scroller.reveal(message)
  }

  async #detail(message: Message, back: Overlay | null): Promise<void> {
    const { store, session } = this.#deps
    store.dispatch({ type: 'overlay', overlay: { kind: 'detail', message, delivery: null, top: 0, back } })
    if (!message.own) return
    let delivery: LineDelivery | null = null
    const failure = await reasonOf(
      session.call('chat.delivery', { seq: message.seq }).then((told) => void (delivery = toLineDelivery(told))),
    )
    const { overlay } = store.state
    if (overlay?.kind !== 'detail' || overlay.message !== message) return
    store.dispatch({ type: 'overlay', overlay: { ...overlay, delivery } })
    if (failure !== null) this.#error(failure)
  }

  async #goTo(message: Message, back: Overlay): Promise<void> {
    const { store } = this.#deps
    const reason = await this.#places.show(message)
    if (reason !== null) this.#error(reason)
    else if (store.state.overlay === back && store.state.room === message.room) this.#pick(message, back)
  }

  #copy(message: Message): void {
    const refusal = this.#deps.copy(message.text)
    if (refusal === null) this.#inform(`copied: ${excerptOf(message.text)}`)
    else this.#error(refusal)
  }

  #quote(message: Message): void {
    const { store } = this.#deps
    const { editor, node } = store.state
    store.dispatch({ type: 'edited', editor: insertText(editor, quoteOf(message, node?.nick ?? null)) })
  }

  #retract(message: Message): void {
    try {
      askToRetract(message, this.#deps)
    } catch (error) {
      if (!(error instanceof BadArgument)) throw error
      this.#error(error.message)
    }
  }

  async #cancelSend({ seq, own, text }: Message): Promise<void> {
    if (!own) {
      this.#error('only lines of yours can be given up')
      return
    }
    const failure = await reasonOf(this.#deps.session.call('chat.cancel', { seq }))
    if (failure === null) this.#inform(`given up: ${excerptOf(text)}`)
    else this.#error(failure)
  }

  #searchAgain(room: string | null): void {
    const { overlay } = this.#deps.store.state
    if (overlay?.kind === 'results') void this.#results.open(overlay.query, room)
  }

  #inform(text: string): void {
    this.#deps.store.dispatch({ type: 'hint', hint: { level: 'info', text } })
  }

  #error(text: string): void {
    this.#deps.store.dispatch({ type: 'hint', hint: { level: 'error', text } })
  }
}
