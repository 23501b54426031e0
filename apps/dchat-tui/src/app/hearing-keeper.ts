/**
 * At each link: adds the words of the settings to those the daemon takes for mentions, as when they change, and takes on the keys it
 * ignores. When ignores of this client end, they go.
 */
import { isCallFailure } from '@dchat/rpc'
import { withDaemonKeys } from '../commands/ignore-commands.ts'
import type { ChatSession } from '../session/chat-session.ts'
import { toWords } from '../session/ingress.ts'
import { withoutEnded } from '../state/ignores.ts'
import type { ChatState } from '../state/model.ts'
import type { Store } from '../state/store.ts'
import { StateWatcher } from './state-watcher.ts'

export interface HearingKeeperDeps {
  readonly store: Store
  readonly session: Pick<ChatSession, 'call'>
}

export class HearingKeeper extends StateWatcher<HearingKeeperDeps> {
  #seen: { readonly link: ChatState['link']['at']; readonly nowMs: number; readonly highlight: readonly string[] } | undefined

  protected override look(): void {
    const { store } = this.deps
    const { link, nowMs, ignores, settings } = store.state
    const seen = this.#seen
    const { highlight } = settings
    this.#seen = { link: link.at, nowMs, highlight }
    if (link.at === 'ready' && seen?.link !== 'ready') void this.#agree()
    else if (link.at === 'ready' && highlight !== seen?.highlight) void this.#quietly(async () => this.#addWords())
    if (nowMs === seen?.nowMs) return
    const left = withoutEnded(ignores, nowMs)
    if (left !== ignores) store.dispatch({ type: 'hearing', ignores: left })
  }

  /** A daemon of before one of the methods does without. */
  async #agree(): Promise<void> {
    await this.#quietly(async () => this.#addWords())
    await this.#quietly(async () => {
      const { store, session } = this.deps
      const answer = await session.call('chat.ignored', {})
      const ignores = withDaemonKeys(store.state.ignores, answer)
      if (ignores.length > 0 || store.state.ignores.length > 0) store.dispatch({ type: 'hearing', ignores })
    })
  }

  async #addWords(): Promise<void> {
    const { store, session } = this.deps
    const { highlight } = store.state.settings
    if (highlight.length === 0) return
    const words = toWords(await session.call('chat.highlights', {}))
    const known = new Set(words.map((word) => word.toLowerCase()))
    const added = highlight.filter((word) => !known.has(word.trim().toLowerCase()))
    if (added.length > 0) await session.call('chat.set_highlights', { words: [...words, ...added] })
  }

  async #quietly(ask: () => Promise<void>): Promise<void> {
    try {
      await ask()
    } catch (error) {
      if (!isCallFailure(error)) throw error
    }
  }
}
