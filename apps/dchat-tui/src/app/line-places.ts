/** Shows lines where they were said: in memory or not, in this room or another; and goes back to where one was. */
import { isCallFailure } from '@dchat/rpc'
import type { Message } from '@dchat/rpc'
import type { ChatSession } from '../session/chat-session.ts'
import { failureWords } from '../session/failure-words.ts'
import type { Whereabouts } from '../state/model.ts'
import { shownView } from '../state/selectors.ts'
import type { Store } from '../state/store.ts'
import { roomNameIn } from '../view/room-name.ts'
import type { Scroller } from './scroller.ts'

export interface LinePlacesDeps {
  readonly store: Store
  readonly session: Pick<ChatSession, 'loadAround' | 'loadNewest' | 'loadShown'>
  readonly scroller: Scroller
}

export class LinePlaces {
  readonly #deps: LinePlacesDeps
  /** Of several that are gone to, the last one counts. */
  #turn = 0

  constructor(deps: LinePlacesDeps) {
    this.#deps = deps
  }

  /** Shows `message` in its room; tells why it cannot, null when it has or another place was gone to meanwhile. */
  async show(message: Message): Promise<string | null> {
    const { store, session, scroller } = this.#deps
    const turn = (this.#turn += 1)
    const { rooms, overlay } = store.state
    if (!rooms.some(({ room }) => room === message.room)) {
      const name = roomNameIn(rooms, message.room)
      return `it was said in ${name}, which is not shown here: /join ${name} first`
    }
    store.dispatch({ type: 'shown', room: message.room })
    // Going to another room closes what is open; this is where it leads.
    store.dispatch({ type: 'overlay', overlay })
    if (!shownView(store.state).talk.items.hasSeq(message.seq)) {
      const reason = await reasonOf(session.loadAround(message))
      if (reason !== null) {
        void session.loadShown()
        return reason
      }
      if (turn !== this.#turn || store.state.room !== message.room) return null
    }
    scroller.reveal(message)
    return null
  }

  /** Goes back to where one was; what was there is loaded again where it had to make room. */
  async goBack({ room, scroll, anchor }: Whereabouts): Promise<void> {
    const { store, session } = this.#deps
    const turn = (this.#turn += 1)
    if (!store.state.rooms.some((summary) => summary.room === room)) return
    store.dispatch({ type: 'shown', room })
    const { talk } = shownView(store.state)
    if (scroll === 'end' && talk.hasNewer) void session.loadNewest()
    const isGone = anchor !== null && !talk.items.hasSeq(anchor.seq)
    if (isGone && (await reasonOf(session.loadAround(anchor))) !== null) void session.loadShown()
    if (turn === this.#turn && store.state.room === room) store.dispatch({ type: 'scrolled', scroll })
  }
}

/** Why a call failed, one line; null when it did not. */
export async function reasonOf(work: Promise<unknown>): Promise<string | null> {
  try {
    await work
    return null
  } catch (error) {
    if (isCallFailure(error)) return failureWords(error)
    throw error
  }
}
