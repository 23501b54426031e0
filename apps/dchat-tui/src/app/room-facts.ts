/** Finds out who can read the encrypted room that is shown: again when it comes on, and when somebody new writes in it. */
import { isCallFailure } from '@dchat/rpc'
import { MAX_LISTED_MEMBERS } from '../limits.ts'
import type { ChatSession } from '../session/chat-session.ts'
import { toAuthors, toVerification } from '../session/ingress.ts'
import type { ChatState } from '../state/model.ts'
import { isEncrypted } from '../state/rooms.ts'
import type { RoomFacts, RoomSummary } from '../state/rooms.ts'
import { perPiece } from '../state/item-list.ts'
import { shownRoom, shownView } from '../state/selectors.ts'
import type { Store } from '../state/store.ts'
import type { Talk } from '../state/talk.ts'
import { StateWatcher } from './state-watcher.ts'

export interface FactsKeeperDeps {
  readonly store: Store
  readonly session: Pick<ChatSession, 'call'>
}

export class FactsKeeper extends StateWatcher<FactsKeeperDeps> {
  /** What the answer that is here, or awaited, was asked for. */
  #asked = ''
  #isAsking = false
  #seen: { room: string; talk: Talk; link: string } | undefined

  /** Asks again: somebody was verified, or no longer. */
  refresh(): void {
    this.#asked = ''
    this.#seen = undefined
    this.look()
  }

  protected override look(): void {
    const { state } = this.deps.store
    const { talk } = shownView(state)
    const seen = this.#seen
    if (seen?.room === state.room && seen.talk === talk && seen.link === state.link.at) return
    this.#seen = { room: state.room, talk, link: state.link.at }
    if (state.link.at !== 'ready') this.#asked = ''
    else this.#askFor(state)
  }

  #askFor(state: ChatState): void {
    const summary = shownRoom(state)
    if (!isEncrypted(summary) || this.#isAsking) return
    const wanted = `${summary.room} ${summary.kind === 'private' ? writersOf(shownView(state).talk) : ''}`
    if (wanted === this.#asked) return
    this.#asked = wanted
    this.#isAsking = true
    void this.#ask(summary).finally(() => {
      this.#isAsking = false
      this.#askIfOther(wanted)
    })
  }

  /** What is shown may be another room, or have other writers, by the time of the answer. */
  #askIfOther(wanted: string): void {
    const { state } = this.deps.store
    if (this.isStarted && state.link.at === 'ready' && this.#asked === wanted) this.#askFor(state)
  }

  async #ask(summary: RoomSummary): Promise<void> {
    const { store } = this.deps
    try {
      const facts = await this.#factsOf(summary)
      if (facts !== null) store.dispatch({ type: 'facts', room: summary.room, facts })
    } catch (error) {
      // The lock then says what is known without an answer.
      if (!isCallFailure(error)) throw error
    }
  }

  async #factsOf(summary: RoomSummary): Promise<RoomFacts | null> {
    const { session } = this.deps
    if (summary.kind === 'direct') {
      const found = toVerification(await session.call('identity.verify', { key: summary.room.slice(1) }))
      return found === null ? null : { kind: 'direct', isVerified: found.pinned }
    }
    if (summary.name === null) return null
    const members = toAuthors(await session.call('room.members', { room: summary.room }))
    const unverified = members.filter(({ verified }) => verified === false).length
    return { kind: 'private', members: members.length, unverified, people: members.slice(0, MAX_LISTED_MEMBERS) }
  }
}

/** The keys that write in a piece of talk, and whether somebody vouches for them. */
const writers = perPiece((piece) => {
  const found = new Map<string, boolean>()
  for (const item of piece) {
    if (item.type === 'message' && item.message.author.room_key !== null)
      found.set(item.message.author.room_key, item.message.author.verified === true)
  }
  return found
})

/** How many keys write in a private room, and how many of them nobody vouches for: another number says that members changed. */
function writersOf(talk: Talk): string {
  const verified = new Map(writers(talk.items).flatMap((found) => [...found]))
  return `${verified.size} ${[...verified.values()].filter((is) => is).length}`
}
