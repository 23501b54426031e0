/** Names of private rooms that are made here. Facts: docs/chat.md, *Encrypted kinds*: the name stands in invitations alone. */
import { ChatError } from '../errors.ts'
import { ROOM_LIMITS } from './room-limits.ts'

const CONTROL = /\p{Cc}/u
const MAX_CHARACTERS = ROOM_LIMITS.ROOM_NAME_MAX_CHARS.value

/**
 * A name has 1 to 32 Unicode scalar values, without white space, control characters and `:`, so that it can be typed, and read in an
 * invitation.
 * @throws {ChatError} CHAT_ROOM_NAME
 */
export function checkRoomName(name: string): void {
  const reason = flawOf(name)
  if (reason !== undefined) throw new ChatError('CHAT_ROOM_NAME', { reason })
}

function flawOf(name: string): string | undefined {
  if (name === '') return 'it is empty'
  if (name.length > 2 * MAX_CHARACTERS || Array.from(name).length > MAX_CHARACTERS)
    return `it has more than ${MAX_CHARACTERS} characters`
  if (!name.isWellFormed()) return 'it is no well-formed text'
  if (/\s/u.test(name)) return 'it has white space in it'
  if (CONTROL.test(name)) return 'it has control characters in it'
  return name.includes(':') ? "it has ':' in it" : undefined
}
