/** Moves the read marker of the room that is shown as far as its end is on screen: here at once, in the daemon now and then. */
import { isCallFailure } from '@dchat/rpc'
import type { Clock, Timer, Unsubscribe } from '@dchat/system'
import { CLIENT_NAME, MARK_READ_PAUSE_MS } from '../limits.ts'
import type { ChatSession } from '../session/chat-session.ts'
import { isBeingRead } from '../state/being-read.ts'
import { shownRoom, shownView } from '../state/selectors.ts'
import type { Store } from '../state/store.ts'
import type { Talk } from '../state/talk.ts'

export interface ReadMarkersDeps {
  readonly store: Store
  readonly session: Pick<ChatSession, 'call'>
  readonly clock: Clock
}

export class ReadMarkers {
  readonly #deps: ReadMarkersDeps
  /** What the daemon is still to be told, by room. */
  readonly #due = new Map<string, number>()
  #timer: Timer | undefined
  #unsubscribe: Unsubscribe | undefined
  /** The talk looked at last. */
  #seen: Talk | undefined

  constructor(deps: ReadMarkersDeps) {
    this.#deps = deps
  }

  start(): void {
    this.#unsubscribe = this.#deps.store.subscribe(() => this.#look())
  }

  /** Tells the daemon what is due. Idempotent. */
  async stop(): Promise<void> {
    this.#unsubscribe?.()
    this.#unsubscribe = undefined
    this.#timer?.cancel()
    this.#timer = undefined
    await this.#tell()
  }

  #look(): void {
    const { store } = this.#deps
    const { state } = store
    const { talk } = shownView(state)
    if (talk === this.#seen || !isBeingRead(state)) return
    this.#seen = talk
    const seq = talk.items.mostSeq
    if (seq <= shownRoom(state).readSeq) return
    this.#due.set(state.room, seq)
    store.dispatch({ type: 'read', room: state.room, seq })
    this.#schedule()
  }

  #schedule(): void {
    if (this.#timer !== undefined) return
    void this.#tell()
    this.#timer = this.#deps.clock.setTimer(
      MARK_READ_PAUSE_MS,
      () => {
        this.#timer = undefined
        if (this.#due.size > 0) this.#schedule()
      },
      { background: true },
    )
  }

  async #tell(): Promise<void> {
    const due = [...this.#due]
    this.#due.clear()
    await Promise.all(due.map(([room, seq]) => this.#mark(room, seq)))
  }

  /** A marker that is not moved now is moved with the next line that is read. */
  async #mark(room: string, seq: number): Promise<void> {
    try {
      await this.#deps.session.call('chat.mark_read', { room, seq, client: CLIENT_NAME })
    } catch (error) {
      if (!isCallFailure(error)) throw error
    }
  }
}
