/** Goes to what is new, and from mention to mention: in memory at once, else where the daemon finds it. */
import type { HistoryPage, Message } from '@dchat/rpc'
import { MAX_MENTION_PAGES, MENTION_PAGE_LINES } from '../limits.ts'
import type { ChatSession } from '../session/chat-session.ts'
import { toMessages } from '../session/ingress.ts'
import { isIgnored } from '../state/ignores.ts'
import { isMention, mentionWords } from '../state/mention.ts'
import { newsIndex } from '../state/news.ts'
import { shownView } from '../state/selectors.ts'
import type { Store } from '../state/store.ts'
import { messageEnds } from '../state/talk.ts'
import { LinePlaces, reasonOf } from './line-places.ts'
import type { Scroller } from './scroller.ts'

export interface JumpsDeps {
  readonly store: Store
  readonly session: Pick<ChatSession, 'call' | 'loadAround' | 'loadNewest' | 'loadShown'>
  readonly scroller: Scroller
}

/** Why one is where one was; null when one is there, or went elsewhere meanwhile. */
type Refusal = string | null

export class Jumps {
  readonly #deps: JumpsDeps
  readonly #places: LinePlaces
  /** Of several jumps, the last one counts. */
  #turn = 0

  constructor(deps: JumpsDeps) {
    this.#deps = deps
    this.#places = new LinePlaces(deps)
  }

  /** To the mark before the first new line of the room that is shown. */
  async toNews(): Promise<Refusal> {
    const { store, session } = this.#deps
    const { news } = shownView(store.state)
    if (news === null) return 'nothing is new here'
    if (this.#toMark()) return null
    const turn = (this.#turn += 1)
    const { room } = store.state
    let first: Message | undefined
    const refusal = await reasonOf(
      session.call('chat.history', { room, since: news.after, limit: 1 }).then((page) => {
        ;[first] = toMessages(page.messages)
      }),
    )
    if (refusal !== null || !this.#isStillMeant(turn, room)) return refusal
    if (first === undefined) return 'what was new is no longer kept'
    const why = await this.#places.show(first)
    if (why === null && this.#isStillMeant(turn, room)) this.#toMark()
    return why
  }

  /** To the next line, going `by`, that names the user. */
  async toMention(by: 1 | -1): Promise<Refusal> {
    const { store, scroller } = this.#deps
    const turn = (this.#turn += 1)
    if (scroller.toMention(by)) return null
    const { room } = store.state
    const { talk } = shownView(store.state)
    const ends = messageEnds(talk)
    if (ends === null || !(by === -1 ? talk.hasOlder : talk.hasNewer)) return NO_MENTION
    store.dispatch({ type: 'hint', hint: { level: 'info', text: 'looking for a line that names you...' } })
    let found: Message | null = null
    const refusal = await reasonOf(
      this.#search(by === -1 ? ends.first : ends.last, { by, isMeant: () => this.#isStillMeant(turn, room) }).then((message) => {
        found = message
      }),
    )
    if (!this.#isStillMeant(turn, room)) return null
    store.dispatch({ type: 'hint', hint: null })
    if (refusal !== null) return refusal
    return found === null ? NO_MENTION : await this.#places.show(found)
  }

  #toMark(): boolean {
    const { store, scroller } = this.#deps
    const index = newsIndex(shownView(store.state))
    if (index === -1) return false
    scroller.toItem(index)
    return true
  }

  #isStillMeant(turn: number, room: string): boolean {
    return turn === this.#turn && this.#deps.store.state.room === room
  }

  /** Page by page, as far as the bound; null when there is none so far. */
  async #search(from: Message, way: { by: 1 | -1; isMeant: () => boolean }): Promise<Message | null> {
    const { session } = this.#deps
    let edge: Message | undefined = from
    for (let count = 0; count < MAX_MENTION_PAGES && edge !== undefined && way.isMeant(); count += 1) {
      const where: { before: number } | { after: number } = way.by === -1 ? { before: edge.seq } : { after: edge.seq }
      const page: HistoryPage = await session.call('chat.history', { room: from.room, limit: MENTION_PAGE_LINES, ...where })
      const messages = toMessages(page.messages)
      const inOrder = way.by === -1 ? messages.toReversed() : messages
      const found = inOrder.find((message) => this.#isMeant(message))
      if (found !== undefined) return found
      edge = page.more ? inOrder.at(-1) : undefined
    }
    return null
  }

  #isMeant(message: Message): boolean {
    const { state } = this.#deps.store
    return isMention(message, mentionWords(state)) && !isIgnored(state.ignores, message)
  }
}

const NO_MENTION = 'no other line names you'
