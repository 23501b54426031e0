/** Copying to the clipboard of the terminal, where the user allows it. */
import { maskInvitations } from '@dchat/rpc'
import type { Store } from '../state/store.ts'
import { copySequence } from '../terminal/clipboard.ts'

const NOT_ALLOWED = 'copying through the terminal is off: /set clipboard true turns it on (in tmux: set -g set-clipboard on)'

/** Copies `text`, the secrets of invitations masked; tells why not, null when it was sent to the terminal, which may ignore it. */
export function copied(
  text: string,
  deps: { readonly store: Store; readonly signal: (sequence: string) => void },
): string | null {
  if (!deps.store.state.settings.clipboard) return NOT_ALLOWED
  const sequence = copySequence(maskInvitations(text))
  if (sequence === null) return 'the line is longer than terminals copy'
  deps.signal(sequence)
  return null
}
