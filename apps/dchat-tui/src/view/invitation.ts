/** What is shown in place of an invitation: the text itself would let every reader of the screen into the room. */
import type { Message } from '@dchat/rpc'
import { sanitizeNick } from '@dchat/system'

/** The line in words, of `name` who wrote it; null for a message that is no invitation. */
export function invitationWords(message: Message, name: string): string | null {
  const { invitation } = message
  if (invitation === null) return null
  const room = `+${sanitizeNick(invitation.name)}`
  const isMove = invitation.replaces !== null
  if (message.own) return isMove ? `you offered to go on in ${room}` : `you sent an invitation to ${room}`
  if (invitation.joined)
    return isMove ? `${name} went on in ${room}; you are in it` : `${name} invited you to ${room}; you are in it`
  return isMove
    ? `${name} offers to go on in ${room}, which takes the place of the room you share: /accept`
    : `${name} invites you to ${room}: /accept`
}
