/** Sends the line of the input, unless it must stay, or something is to be asked first. */
import { MAX_PENDING_SENDS } from '../limits.ts'
import type { ChatSession } from '../session/chat-session.ts'
import type { OwnLine } from '../session/own-sends.ts'
import { leakQuestion } from '../state/leak.ts'
import { underWayCount } from '../state/reduce-sends.ts'
import { STATUS_ROOM } from '../state/rooms.ts'
import { isAlone } from '../state/selectors.ts'
import type { Store } from '../state/store.ts'
import type { LineKeeper } from './line-keeper.ts'
import type { Questions } from './questions.ts'

export interface SenderDeps {
  readonly store: Store
  readonly session: Pick<ChatSession, 'send' | 'isReady' | 'retryNow' | 'refreshNode'>
  readonly keeper: LineKeeper
  readonly questions: Questions
  /** Takes the input as if Enter was pressed again. */
  readonly submit: () => void
  readonly onSent: () => void
  /** Says why the line stays in the input. */
  readonly refuse: (text: string) => void
}

export class Sender {
  readonly #deps: SenderDeps

  constructor(deps: SenderDeps) {
    this.#deps = deps
  }

  send(text: string, kind: 'text' | 'action'): void {
    const { store, session, questions } = this.#deps
    const refusal = this.#refusal()
    if (refusal !== null) {
      this.#deps.refuse(refusal)
      if (!session.isReady) session.retryNow()
      return
    }
    if (this.#isHoldToBeAsked()) {
      void this.#askToHold()
      return
    }
    const { room } = store.state
    const question = leakQuestion(store.state, text)
    if (question !== null) {
      questions.ask({ text: question, yes: () => this.#sendNow({ room, text, kind, inClear: true }) })
      store.dispatch({ type: 'overlay', overlay: { kind: 'ask', question } })
      return
    }
    this.#sendNow({ room, text, kind })
  }

  /** Why a line stays in the input; null when it may go. */
  #refusal(): string | null {
    const { store, session } = this.#deps
    if (store.state.room === STATUS_ROOM) return 'nothing is said in the status room: Alt+1 goes to the first room, Alt+/ back'
    if (!session.isReady) return 'the daemon is away: the line stays here until it is back'
    const underWay = underWayCount(store.state)
    return underWay >= MAX_PENDING_SENDS ? `${underWay} lines wait for the daemon: this one stays here` : null
  }

  #isHoldToBeAsked(): boolean {
    const { state } = this.#deps.store
    return isAlone(state) && state.settings.askOffline && !state.isHoldAgreed
  }

  /** Somebody may be there by now: then the line is sent, unless it was gone on with meanwhile. */
  async #askToHold(): Promise<void> {
    const { store, session, submit } = this.#deps
    const { editor, room } = store.state
    await session.refreshNode()
    const { state } = store
    if (state.editor !== editor || state.room !== room || state.overlay !== null) return
    if (this.#isHoldToBeAsked()) store.dispatch({ type: 'overlay', overlay: { kind: 'hold' } })
    else submit()
  }

  #sendNow(line: OwnLine): void {
    this.#deps.keeper.take()
    void this.#deps.session.send(line)
    this.#deps.onSent()
  }
}
