/** The rows between the talk and the status bar: a question, an error, what can be completed, or that the daemon is away. */
import { INLINE_NICK_BELOW } from '../limits.ts'
import { matchingCommands } from '../input/completion.ts'
import { isAlone } from '../state/selectors.ts'
import type { ChatState } from '../state/model.ts'
import type { StyleName } from './theme.ts'

export interface HintText {
  readonly text: string
  readonly style: StyleName
}

/** What is most worth saying now; null when there is nothing. */
export function currentHint(state: ChatState): HintText | null {
  if (state.overlay?.kind === 'paste') {
    return { text: `Paste ${state.overlay.lines} lines? ${pasteKeys(state.screen.columns)}`, style: 'warning' }
  }
  if (state.overlay?.kind === 'ask') {
    const keys = state.overlay.canRemember === true ? '[y] yes [n] no [a] always' : '[y] yes [Enter] no'
    return { text: `${state.overlay.question} ${keys}`, style: 'warning' }
  }
  if (state.overlay?.kind === 'hold') return { text: `Nobody is connected: ${holdKeys(state.screen.columns)}`, style: 'warning' }
  if (state.overlay?.kind === 'search') {
    const { query, at } = state.overlay.search
    const failed = query !== '' && at === null ? ' (nothing found)' : ''
    return { text: `search input: ${query}${failed}  [Ctrl+R] older [Enter] take [Esc] leave`, style: 'prompt' }
  }
  if (state.hint !== null) return { text: state.hint.text, style: state.hint.level === 'error' ? 'error' : 'prompt' }
  const commands = matchingCommands(state.editor.text)
  if (commands.length > 0) return { text: commands.join('  '), style: 'dim' }
  if (state.link.at === 'away') return { text: awayText(state.link), style: 'warning' }
  if (isAlone(state)) return { text: aloneText(state.screen.columns), style: 'warning' }
  return null
}

function pasteKeys(columns: number): string {
  return columns < INLINE_NICK_BELOW ? 'Enter=send ^E=edit Esc=no' : '[Enter] one message [Ctrl+E] edit [Esc] cancel'
}

function holdKeys(columns: number): string {
  return columns < INLINE_NICK_BELOW ? 'Enter=hold Esc=keep' : '[Enter] hold it until somebody is [Esc] keep it in the input'
}

function aloneText(columns: number): string {
  if (columns < INLINE_NICK_BELOW) return 'Nobody is connected'
  return 'Nobody is connected: lines wait here until somebody is. /connect ADDRESS adds a peer, /net tells why'
}

function awayText(link: Extract<ChatState['link'], { at: 'away' }>): string {
  const seconds = Math.max(1, Math.round(link.retryInMs / 1000))
  return `The daemon is away: ${link.reason}. ${capitalised(link.hint)}. Trying again in ${seconds} s; Enter tries now.`
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
