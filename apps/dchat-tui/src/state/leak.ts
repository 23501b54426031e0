/** Whether a line would let everybody into a private room. */
import { holdsInvitation } from '@dchat/rpc'
import { roomName } from '../view/room-name.ts'
import type { ChatState } from './model.ts'
import { shownRoom } from './selectors.ts'

/** The question to be asked before `text` is said in the room that is shown; null where it may be said at once. */
export function leakQuestion(state: Pick<ChatState, 'room' | 'rooms'>, text: string): string | null {
  const summary = shownRoom(state)
  if (summary.kind !== 'public' || !holdsInvitation(text)) return null
  return `Everybody reads ${roomName(summary)}, and who reads this invitation can join the private room and read all of it. Send it all the same?`
}
