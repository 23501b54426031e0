/**
 * Lets what others do change the state once a frame: what comes between two frames is one change. What the user does waits for none of
 * it. All else that the session tells is told at once, after what came before it.
 */
import type { Clock, Timer } from '@dchat/system'
import type { Message } from '@dchat/rpc'
import { FRAME_MS, MAX_PACED_NEWS } from '../limits.ts'
import type { SessionAction } from '../state/model.ts'

export interface NewsPacerDeps {
  readonly clock: Clock
  /** Takes actions in order, as one change. */
  readonly apply: (actions: readonly SessionAction[]) => void
}

export class NewsPacer {
  readonly #deps: NewsPacerDeps
  #news: SessionAction[] = []
  #lines = 0
  /** Runs from a frame on until the next one may be. */
  #timer: Timer | undefined

  constructor(deps: NewsPacerDeps) {
    this.#deps = deps
  }

  readonly dispatch = (action: SessionAction): void => {
    if (isNews(action)) this.#add(action)
    else this.#apply([...this.#taken(), action])
  }

  /** Tells what waits. Idempotent; nothing is held back afterwards without a further call of `dispatch`. */
  stop(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    this.#apply(this.#taken())
  }

  #add(action: SessionAction): void {
    this.#lines += action.type === 'live' ? action.messages.length : 1
    const last = this.#news.at(-1)
    if (action.type === 'live' && last?.type === 'live')
      this.#news[this.#news.length - 1] = joined(last.messages, action.messages)
    else this.#news.push(action)
    if (this.#timer === undefined || this.#lines >= MAX_PACED_NEWS) this.#frame()
  }

  #frame(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    const news = this.#taken()
    if (news.length === 0) return
    this.#timer = this.#deps.clock.setTimer(FRAME_MS, () => this.#frame(), { background: true })
    this.#apply(news)
  }

  #taken(): SessionAction[] {
    const news = this.#news
    this.#news = []
    this.#lines = 0
    return news
  }

  #apply(actions: readonly SessionAction[]): void {
    if (actions.length > 0) this.#deps.apply(actions)
  }
}

/** What comes by itself, however often. */
function isNews({ type }: SessionAction): boolean {
  return type === 'live' || type === 'delivery' || type === 'retracted' || type === 'author'
}

function joined(before: readonly Message[], after: readonly Message[]): SessionAction {
  return { type: 'live', messages: [...before, ...after] }
}
