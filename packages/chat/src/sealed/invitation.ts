/** A private room as a text that lets in whoever has it. Wire: docs/chat.md, *Encrypted kinds*, Private room. */
import { ChatError } from '../errors.ts'
import { isBase64Url, isName } from '../post/bodies.ts'

const PREFIX = 'dchat-room:'
const SECRET_BYTES = 32
const SECRET_CHARACTERS = 43
/** Unicode scalar values of a name that is read; those we make are shorter. */
const NAME_MAX_CHARACTERS = 64

export interface Invitation {
  /** What its maker calls the room: 1 to 64 Unicode scalar values without control characters. A claim. */
  readonly name: string
  /** 32 bytes: all keys of the room follow from them. */
  readonly secret: Buffer
}

/**
 * `dchat-room:NAME:SECRET`, the secret in base64url. A secret itself.
 * @throws {ChatError} CHAT_INVITATION_MALFORMED for a name that `parseInvitation` would not take
 */
export function formatInvitation({ name, secret }: Invitation): string {
  if (secret.length !== SECRET_BYTES) throw new RangeError(`the secret of a room has ${SECRET_BYTES} bytes, not ${secret.length}`)
  checkName(name)
  return `${PREFIX}${name}:${secret.toString('base64url')}`
}

/**
 * White space around the text is left out. The last ':' ends the name; the secret is in the one form that its bytes have.
 * @throws {ChatError} CHAT_INVITATION_MALFORMED; nothing of the text is in it
 */
export function parseInvitation(text: string): Invitation {
  if (!looksInviting(text)) throw malformed(`it does not begin with ${PREFIX}`)
  const trimmed = text.trim()
  const end = trimmed.lastIndexOf(':')
  if (end < PREFIX.length) throw malformed('it has no secret after its name')
  const name = trimmed.slice(PREFIX.length, end)
  const secret = trimmed.slice(end + 1)
  checkName(name)
  if (secret.length !== SECRET_CHARACTERS || !isBase64Url(secret)) throw malformed('its secret is not whole: copy it again')
  return { name, secret: Buffer.from(secret, 'base64url') }
}

function checkName(name: string): void {
  if (!isName(name, NAME_MAX_CHARACTERS)) throw malformed('its name is empty, too long, or holds what is no character')
}

/** Whether `text` begins as an invitation does: no other text is one. */
export function looksInviting(text: string): boolean {
  return text.trimStart().startsWith(PREFIX)
}

function malformed(reason: string): ChatError<'CHAT_INVITATION_MALFORMED'> {
  return new ChatError('CHAT_INVITATION_MALFORMED', { reason })
}
