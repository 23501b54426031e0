/** Invitations to private rooms that were sent here and not taken up: where they stand, and their texts. */
import type { Message } from '@dchat/rpc'
import { toMessages } from '../session/ingress.ts'
import type { ChatState } from '../state/model.ts'
import { shownRoom, shownView } from '../state/selectors.ts'
import { messagesOf } from '../state/talk.ts'
import type { CommandContext } from './command-context.ts'

/** Lines of each conversation that are looked through, and conversations: those with the newest lines. */
const LOOKED_THROUGH = 100
const MAX_CONVERSATIONS = 20

/** Of the conversation that is shown, the newest in memory; undefined when there is none, or another kind of room is shown. */
export function invitationHere(state: ChatState): Message | undefined {
  if (shownRoom(state).kind !== 'direct') return undefined
  return messagesOf(shownView(state).talk).findLast((message) => isOpen(message))
}

/** Of all conversations, by asking the daemon, newest first. @throws {RpcError | RpcUnreachable} */
export async function openInvitations({ state, session }: Pick<CommandContext, 'state' | 'session'>): Promise<Message[]> {
  const conversations = state()
    .rooms.filter(({ kind }) => kind === 'direct')
    .toSorted((a, b) => b.lastSeq - a.lastSeq)
    .slice(0, MAX_CONVERSATIONS)
  const pages = await Promise.all(conversations.map(({ room }) => session.call('chat.history', { room, limit: LOOKED_THROUGH })))
  const found = pages.flatMap((page) => toMessages(page.messages).filter((message) => isOpen(message)))
  return found.toSorted((a, b) => b.seq - a.seq)
}

function isOpen({ invitation, own, retracted }: Message): boolean {
  return invitation !== null && !invitation.joined && !own && !retracted
}
