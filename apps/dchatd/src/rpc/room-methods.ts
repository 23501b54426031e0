/** Rooms, and what is one's own in them. */
import { DEFAULT_CLIENT, MAX_POST_TEXT_BYTES, rpcError } from '@dchat/rpc'
import type { RoomInfo } from '@dchat/rpc'
import { method } from '@dchat/rpc-server'
import type { Method } from '@dchat/rpc-server'
import type { ChatBackend, RoomBackend } from './backend.ts'
import { readerFor, textFor } from './chat-reader.ts'
import type { Caller } from './chat-reader.ts'
import { checkLeak, checkText } from './check-text.ts'

export function roomMethods(backend: RoomBackend): Method[] {
  return [
    method('chat.rooms', ({ client = DEFAULT_CLIENT }, context) => backend.list(client).map((room) => roomFor(context, room))),
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
    method('chat.forget', ({ room }) => backend.forgetLines(room)),
    method('chat.mute', ({ room, level }) => {
      backend.mute(room, level)
      return true
    }),
  ]
}

export function privateRoomMethods(backend: RoomBackend): Method[] {
  return [
    method('room.create', ({ name }) => backend.create(name)),
    method('room.invite', ({ room, to, hold = false }) => backend.invite(room, to, hold).then(() => true as const)),
    method('room.accept', ({ invitation }) => backend.accept(invitation)),
    method('room.members', ({ room }) => backend.members(room)),
    method('room.rekey', ({ room, without }) => backend.rekey(room, typeof without === 'string' ? [without] : without)),
    method('room.invitation', ({ room }) => backend.invitation(room)),
    method('room.forget', ({ room }) => {
      backend.forget(room)
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
    method('chat.pending', (_params, context) => readerFor(context, backend).pending()),
    method('chat.delivery', ({ seq }) => backend.delivery(seq)),
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

function roomFor(caller: Caller, room: RoomInfo): RoomInfo {
  return room.topic === null || room.kind === 'public' ? room : { ...room, topic: textFor(caller, room.topic) }
}
