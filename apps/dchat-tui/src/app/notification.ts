/** What a notification says, and what a command of the user is told. Pure. */
import { maskInvitations } from '@dchat/rpc'
import type { Message } from '@dchat/rpc'
import { sanitizeText } from '@dchat/system'
import { MAX_COMMAND_UNITS, MAX_NOTIFIED_UNITS } from '../limits.ts'
import { messageName } from '../view/author.ts'
import { roomName } from '../view/room-name.ts'
import type { RoomSummary } from '../state/rooms.ts'

/** A line that the user is to be told of. */
export interface News {
  readonly message: Message
  readonly summary: RoomSummary
  /** Whether the user looks at that room now. */
  readonly isHere: boolean
}

/** Rings. */
export const BELL = '\u0007'

/**
 * OSC 9, then a bell. Terminals take a text that begins with a number and a semicolon for a command of their own: it begins with the name
 * of the program, and has no semicolon.
 */
export function osc9(news: News, hasBody: boolean): string {
  return `\u001b]9;${summaryOf(news, hasBody).replaceAll(';', ',')}${BELL}${BELL}`
}

/** One line that is safe to show; with `hasBody` also what was said. */
export function summaryOf({ message, summary }: News, hasBody: boolean): string {
  const sender = messageName(message, null)
  const where = summary.kind === 'direct' ? sender : `${sender} in ${roomName(summary)}`
  const what = hasBody ? `${where}: ${bodyOf(message, MAX_NOTIFIED_UNITS)}` : `a line of ${where}`
  return sanitizeText(`dchat: ${what}`)
}

/** The environment of a command, in addition to that of the program; what was said is in it only with `hasBody`. */
export function commandEnv({ message, summary, isHere }: News, hasBody: boolean): Readonly<Record<string, string>> {
  return {
    DCHAT_ROOM: sanitizeText(roomName(summary)),
    DCHAT_SENDER: sanitizeText(messageName(message, null)),
    DCHAT_MESSAGE: hasBody ? bodyOf(message, MAX_COMMAND_UNITS) : '',
    DCHAT_HERE: isHere ? '1' : '0',
  }
}

/** Whole characters, on one line, without the secret of an invitation. */
function bodyOf({ text }: Message, maxUnits: number): string {
  const clean = sanitizeText(maskInvitations(text))
  return clean.length <= maxUnits
    ? clean
    : `${clean
        .slice(0, maxUnits)
        .toWellFormed()
        .replace(/\ufffd$/u, '')}...`
}
