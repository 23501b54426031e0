/** Says once, in the room that is shown, what a daemon of an earlier version lacks. */
import type { Clock } from '@dchat/system'
import type { Store } from '../state/store.ts'
import { StateWatcher } from './state-watcher.ts'

export interface OldDaemonNoticeDeps {
  readonly store: Store
  readonly clock: Clock
}

/** What came with each version of the RPC, as users know it. */
const CAME_WITH: readonly (readonly [version: string, what: string])[] = [
  ['1.1.0', 'bans and export'],
  ['1.2.0', 'rooms beside dchat, read markers, topics, search, pending lines, names with keys'],
  ['1.3.0', 'messages to one person, private rooms'],
  ['1.4.0', 'highlight words, whom a line reached, why nobody is connected'],
  ['1.5.0', 'warnings, such as of a wrong clock'],
]

export class OldDaemonNotice extends StateWatcher<OldDaemonNoticeDeps> {
  #told: string | undefined

  protected override look(): void {
    const { store, clock } = this.deps
    const version = store.state.node?.rpc_version
    if (version === undefined || version === this.#told) return
    this.#told = version
    const text = oldDaemonText(version)
    if (text !== null) store.dispatch({ type: 'notice', level: 'info', text, at: clock.nowMs() })
  }
}

/** What is missing in a daemon of `version`; null when nothing is. */
export function oldDaemonText(version: string): string | null {
  const missing = CAME_WITH.filter(([since]) => since.localeCompare(version, 'en', { numeric: true }) > 0)
  if (missing.length === 0) return null
  return `This dchatd is older than this program (RPC ${version}): the chat works, but for ${missing.map(([, what]) => what).join('; ')}.`
}
