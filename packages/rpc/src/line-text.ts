/** A stored line as one line of text, for people: how dchat-cli shows it, and an export keeps it. */
import { sanitizeNick, sanitizeText } from '@dchat/system'
import { authorName } from './author-name.ts'
import { maskInvitations } from './invitation-text.ts'
import { roomNameLabel } from './room-label.ts'
import type { Author, Invitation, Message } from './types.ts'

/**
 * `<nick> text`, `* nick text` or `-- text`, a nick that is not held with its tag, behind `[room] ` unless it is the shared room, which goes
 * without saying. Nothing in it is obeyed by a terminal, a line break shows as a mark, and an invitation is told without its secret.
 * @param where what the room is called. @default what its name alone tells
 */
export function lineText(message: Message, where: string = roomNameLabel(message.room)): string {
  const { room, author, own, retracted } = message
  const place = room === 'dchat' ? '' : `[${where}] `
  const name = nameOf(author, own)
  return `${place}${retracted ? `-- ${name} took a line back` : body(message, name)}`
}

/** When a line was said, Unix ms: by the author's clock, unless that runs ahead of ours. */
export function saidAt({ time, received }: Message): number {
  return time === null ? received : Math.min(time, received)
}

function body({ kind, text, invitation, own }: Message, name: string): string {
  if (invitation !== null) return `-- ${invitationText(invitation, { name, own })}`
  const said = sanitizeText(maskInvitations(text))
  switch (kind) {
    case 'text':
      return `<${name}> ${said}`
    case 'action':
      return `* ${name} ${said}`
    case 'topic':
      return `-- ${name} set the topic: ${said}`
    case 'system':
      return `-- ${said}`
  }
}

function invitationText({ room, name: roomName, replaces }: Invitation, { name, own }: { name: string; own: boolean }): string {
  const what = `${sanitizeText(roomName)} (${roomNameLabel(room)})`
  const instead = replaces === null ? '' : `, in place of ${roomNameLabel(replaces)}`
  return own ? `${name} sent an invitation to ${what}${instead}` : `${name} invites you to ${what}${instead}`
}

function nameOf(author: Author, own: boolean): string {
  if (own && sanitizeNick(author.nick ?? '') === '') return 'me'
  return author.verified === false ? `${authorName(author)} (unverified)` : authorName(author)
}
