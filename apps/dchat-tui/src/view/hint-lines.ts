/** The rows between the talk and the status bar: a question, an error, what can be completed, or that the daemon is away. */
import { sanitizeText } from '@dchat/system'
import { INLINE_NICK_BELOW, MAX_INPUT_BYTES } from '../limits.ts'
import { findCommand } from '../commands/parse-line.ts'
import { mayBeCommand } from '../input/completion.ts'
import { isAlone } from '../state/selectors.ts'
import type { ChatState, FindOverlay, Overlay } from '../state/model.ts'
import { roomNameIn } from './room-name.ts'
import type { StyleName } from './theme.ts'

export interface HintText {
  readonly text: string
  readonly style: StyleName
}

/** What is most worth saying now; null when there is nothing. */
export function currentHint(state: ChatState): HintText | null {
  if (state.overlay?.kind === 'paste') {
    return { text: pasteQuestion(state.overlay, state.screen.columns), style: 'warning' }
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
  if (state.overlay?.kind === 'find') return { text: findText(state, state.overlay), style: 'prompt' }
  if (state.hint !== null) return { text: state.hint.text, style: state.hint.level === 'error' ? 'error' : 'prompt' }
  // The view itself says whether somebody is connected, and on low screens each row counts.
  if (state.overlay?.kind === 'net')
    return state.screen.rows < ROWS_FOR_KEYS ? null : { text: '[Tab] next part [End] newest [Esc] leave', style: 'prompt' }
  const keys = overlayKeys(state)
  if (keys !== null) return { text: keys, style: 'prompt' }
  const usage = usageOf(state.editor.text)
  if (usage !== null) return { text: usage, style: 'dim' }
  if (state.link.at === 'away') return { text: awayText(state.link), style: 'warning' }
  if (isAlone(state)) return { text: aloneText(state.screen.columns), style: 'warning' }
  return null
}

function findText({ rooms, room }: ChatState, { query, isEverywhere, outcome, reason }: FindOverlay): string {
  const where = isEverywhere ? 'all rooms' : roomNameIn(rooms, room)
  const news = outcome === 'asking' ? ' (looking)' : outcome === 'none' ? ` (${reason ?? 'nothing more'})` : ''
  return `find in ${where}: ${sanitizeText(query)}${news}  [^R] older [^S] newer [Tab] ${isEverywhere ? 'this room' : 'all rooms'} [Enter] stay [Esc] back`
}

/** The keys of a view that takes letters, which nobody could guess. */
function overlayKeys({ overlay, screen }: ChatState): string | null {
  if (overlay === null) return null
  if (screen.columns < INLINE_NICK_BELOW) return SHORT_KEYS[overlay.kind] ?? null
  if (overlay.kind === 'select')
    return `[Enter] details ${LINE_KEYS} [Esc] ${overlay.back === null ? 'leave' : 'back to the list [q] stay here'}`
  if (overlay.kind === 'detail') return `${LINE_KEYS} [Esc] back`
  if (overlay.kind === 'results')
    return `[Enter] show it [c] copy [Tab] ${overlay.room === null ? 'this room' : 'all rooms'} [Esc] leave`
  if (overlay.kind === 'help') return '[Page Down] more [Esc] close; /help WORD tells of one command or key'
  return overlay.kind === 'bare' ? 'plain text: select with the mouse; Esc leaves' : null
}

const ROWS_FOR_KEYS = 12

const SHORT_KEYS: Readonly<Partial<Record<Overlay['kind'], string>>> = {
  select: 'Enter=all Esc=leave',
  detail: 'Esc=back',
  results: 'Enter=show Esc=leave',
  help: 'Esc=close',
  bare: 'Esc=leave',
}

const LINE_KEYS = '[c] copy [r] quote [d] take back [x] give up'

function pasteQuestion(paste: Extract<Overlay, { kind: 'paste' }>, columns: number): string {
  const isNarrow = columns < INLINE_NICK_BELOW
  const lines = `Paste ${paste.isCut === true ? 'more than ' : ''}${paste.lines.toLocaleString('en')} lines?`
  if (paste.fits) return `${lines} ${isNarrow ? 'Enter=send ^E=edit Esc=no' : '[Enter] one message [Ctrl+E] edit [Esc] cancel'}`
  const bytes = MAX_INPUT_BYTES.toLocaleString('en')
  if (isNarrow) return `${lines} Over ${bytes} bytes! ^E=edit start Esc=no`
  return `${lines} That is more than the ${bytes} bytes of one message. [Ctrl+E] edit what fits [Esc] cancel`
}

/** How the command is used whose arguments are typed. */
function usageOf(text: string): string | null {
  const word = mayBeCommand(text) ? /^\/(\S+)\s/u.exec(text)?.[1] : undefined
  const command = word === undefined ? undefined : findCommand(word)
  return command === undefined ? null : `/${word} ${command.argument}  ${command.doc}`
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
