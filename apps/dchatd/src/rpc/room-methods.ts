/** Rooms, and what is one's own in them. */
import { DEFAULT_CLIENT, MAX_POST_TEXT_BYTES, rpcError } from '@dchat/rpc'
import { method } from '@dchat/rpc-server'
import type { Method } from '@dchat/rpc-server'
import type { ChatBackend, RoomBackend } from './backend.ts'
import { checkLeak, checkText } from './check-text.ts'

export function roomMethods(backend: RoomBackend): Method[] {
  return [
    method('chat.rooms', ({ client = DEFAULT_CLIENT }) => backend.rooms(client)),
    method('chat.join', ({ room }) => backend.join(room).then(() => true as const)),
    method('chat.leave', ({ room }) => {
      backend.leave(room)
      return true
    }),
    method('chat.topic', ({ room, text, in_clear: isMeant = false }) => {
      checkText(text, MAX_POST_TEXT_BYTES)
      if (!isMeant) checkLeak(text, { room })
      return backend.setTopic(room, text).then(() => true as const)
    }),
    method('chat.mark_read', ({ room, seq, client = DEFAULT_CLIENT }) => {
      backend.markRead({ room, seq, client })
      return true
    }),
    method('chat.mute', ({ room, level }) => {
      backend.mute(room, level)
      return true
    }),
  ]
}

export function ownLineMethods(backend: ChatBackend): Method[] {
  return [
    method('chat.retract', async ({ id }) => {
      if (!(await backend.retract(id))) throw rpcError('not_found', 'no own post has this id')
      return true as const
    }),
    method('chat.pending', () => backend.pending()),
    method('chat.retry', ({ seq }) => {
      backend.retry(seq)
      return true
    }),
    method('chat.cancel', ({ seq }) => {
      backend.cancel(seq)
      return true
    }),
  ]
}
