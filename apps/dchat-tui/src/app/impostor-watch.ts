/** Says it loudly when somebody goes by a nick that is known here under another key: once for each key, in the room that is shown. */
import { isCallFailure } from '@dchat/rpc'
import type { Author } from '@dchat/rpc'
import type { Clock } from '@dchat/system'
import { MAX_WARNED_KEYS } from '../limits.ts'
import type { ChatSession } from '../session/chat-session.ts'
import { toVerification } from '../session/ingress.ts'
import { perPiece } from '../state/item-list.ts'
import { shownRoom, shownView } from '../state/selectors.ts'
import type { Store } from '../state/store.ts'
import type { Talk } from '../state/talk.ts'
import { authorName, spokenName } from '../view/author.ts'
import { StateWatcher } from './state-watcher.ts'

/** Those of a piece of talk who go by a nick that is known under another key. */
const pretenders = perPiece((piece) =>
  piece.flatMap((item) =>
    item.type === 'message' && !item.message.own && item.message.author.known_as !== null ? [item.message.author] : [],
  ),
)

export interface ImpostorWatchDeps {
  readonly store: Store
  readonly session: Pick<ChatSession, 'call'>
  readonly clock: Clock
}

export class ImpostorWatch extends StateWatcher<ImpostorWatchDeps> {
  readonly #warned = new Set<string>()
  #seen: { readonly talk: Talk; readonly other: Author | null } | undefined

  /** Somebody whose line is shown. */
  see(author: Author | null): void {
    if (author === null || author.key === null || author.known_as === null || this.#warned.has(author.key)) return
    if (this.#warned.size >= MAX_WARNED_KEYS) this.#warned.delete(this.#warned.values().next().value!)
    this.#warned.add(author.key)
    void this.#warn(author, author.known_as)
  }

  protected override look(): void {
    const { state } = this.deps.store
    const { talk } = shownView(state)
    const other = shownRoom(state).author
    if (talk === this.#seen?.talk && other === this.#seen.other) return
    this.#seen = { talk, other }
    this.see(other)
    for (const authors of pretenders(talk.items)) for (const author of authors) this.see(author)
  }

  async #warn(author: Author, knownKey: string): Promise<void> {
    const { store, clock } = this.deps
    const { room } = store.state
    const known = await this.#nameOf(knownKey)
    const name = authorName(author)
    const text =
      `${name} is NOT the ${spokenName(author)} you know, who is ${known}: another key under a known nick, perhaps a pretender. ` +
      `Believe nothing of it before you have compared digits: /verify ${name}`
    store.dispatch({ type: 'notice', level: 'error', text, at: clock.nowMs(), room })
  }

  /** With the tag, whether the nick is held or not: it is what tells the two apart. */
  async #nameOf(key: string): Promise<string> {
    try {
      const found = toVerification(await this.deps.session.call('identity.verify', { key }))
      if (found !== null) return `${found.nick ?? ''}#${found.tag}`
    } catch (error) {
      if (!isCallFailure(error)) throw error
    }
    return `the key ${key.slice(0, 16)}`
  }
}
