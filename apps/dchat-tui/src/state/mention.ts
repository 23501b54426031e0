/** Which lines are meant for the user. Pure. */
import { mentions } from '@dchat/rpc'
import type { Message } from '@dchat/rpc'
import type { ChatState } from './model.ts'

/** The own nick, and the words that count as it for daemons that do not know them. */
export interface MentionWords {
  readonly ownNick: string | null
  readonly highlight: readonly string[]
}

export function mentionWords(state: Pick<ChatState, 'node' | 'settings'>): MentionWords {
  return { ownNick: state.node?.nick ?? null, highlight: state.settings.highlight }
}

/** Whether a line of another names the user, as the daemon says, or as far as the words tell. */
export function isMention({ own, mention, text }: Message, { ownNick, highlight }: MentionWords): boolean {
  return !own && (mention || mentions(text, ownNick) || highlight.some((word) => mentions(text, word)))
}
