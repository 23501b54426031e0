/** What commands work with, on the screen and in the line mode alike. */
import type { ChatSession } from '../session/chat-session.ts'
import type { ChatState } from '../state/model.ts'

export interface CommandContext {
  readonly session: Pick<ChatSession, 'call' | 'refreshRooms'>
  readonly state: () => ChatState
  readonly print: (text: string, level?: 'info' | 'error') => void
  /** Shows a room. */
  readonly show: (room: string) => void
  readonly onNick: (nick: string) => void
  readonly help: () => void
  readonly clear: () => void
  readonly quit: () => void
}

/** Does what a command says. What it throws, `runCommand` prints. */
export type Handler = (argument: string, context: CommandContext) => Promise<void> | void

/** The argument of a command is none: `message` says what it takes. */
export class BadArgument extends Error {
  override readonly name = 'BadArgument'
  readonly code = 'TUI_BAD_ARGUMENT'
}
