/** What commands work with, on the screen and in the line mode alike. */
import type { FrameFigures } from '../app/frame-meter.ts'
import type { ChatSession } from '../session/chat-session.ts'
import type { SettingsKeeper } from '../settings/settings-keeper.ts'
import type { Ignore } from '../state/ignores.ts'
import type { ChatState } from '../state/model.ts'

/** What commands may do with the settings. */
export type SettingsControl = Pick<SettingsKeeper, 'settings' | 'lines' | 'line' | 'set' | 'reset'>

export interface CommandContext {
  readonly session: Pick<ChatSession, 'call' | 'callRaw' | 'send' | 'reconnect' | 'refreshRooms' | 'forget'>
  readonly state: () => ChatState
  readonly settings: SettingsControl
  readonly print: (text: string, level?: 'info' | 'error') => void
  /** Shows a room. */
  readonly show: (room: string) => void
  /** Asks whether to do something; unless the answer is yes nothing is done. */
  readonly ask: (question: Question) => void
  /** Says yes to what was asked; false when nothing was. */
  readonly sayYes: () => Promise<boolean>
  /** What the lists that were printed last have numbered. */
  readonly listed: ListedLines
  /** Somebody was verified, or no longer. */
  readonly factsChanged: () => void
  /** Sets what is not shown, and whether it is shown for once. */
  readonly hear: (change: { ignores?: readonly Ignore[]; showsHidden?: boolean }) => void
  readonly onNick: (nick: string) => void
  /** Copies a text to the clipboard; tells why not, null when it was done. */
  readonly copy: (text: string) => string | null
  /** Lists the lines that hold all words of a query: of one room, or of all. */
  readonly showResults: (query: string, room: string | null) => Promise<void>
  readonly help: () => void
  /** Opens the network view; undefined where there is no screen. */
  readonly showNetwork?: () => void
  /** How long drawing took; null where nothing is drawn. */
  readonly frames: () => FrameFigures | null
  /** Unix ms. */
  readonly now: () => number
  readonly clear: () => void
  /** Opens a text in the user's editor and puts what was written into the input; undefined where there is no screen. */
  readonly edit?: (text: string) => void
  readonly quit: () => void
}

export class ListedLines {
  /** `seq` of each line of `/pending`. */
  pending: readonly number[] = []
}

export interface Question {
  /** One line that ends with a question mark. */
  readonly text: string
  readonly yes: () => Promise<void> | void
  /** Before `yes`, when the answer is yes for ever; undefined where it cannot be. */
  readonly always?: () => void
}

/** Does what a command says. What it throws, `runCommand` prints. */
export type Handler = (argument: string, context: CommandContext) => Promise<void> | void

/** The argument of a command is none: `message` says what it takes. */
export class BadArgument extends Error {
  override readonly name = 'BadArgument'
  readonly code = 'TUI_BAD_ARGUMENT'
}
