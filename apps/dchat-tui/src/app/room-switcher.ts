/** Goes from room to room: by number, name, or the next one where something was said. */
import type { ChatSession } from '../session/chat-session.ts'
import { STATUS_ROOM, activeRoom } from '../state/rooms.ts'
import type { RoomMove } from '../state/rooms.ts'
import { everyRoom } from '../state/selectors.ts'
import type { Store } from '../state/store.ts'
import type { ActionName } from '../input/action-table.ts'

export type RoomAction = Extract<ActionName, `room-${string}`>

/** Where each action goes. */
export const ROOM_MOVES: Readonly<Record<RoomAction, RoomMove>> = {
  'room-next': 'next',
  'room-previous': 'previous',
  'room-active': 'active',
  'room-last': 'last',
  'room-status': 'status',
  'room-1': 1,
  'room-2': 2,
  'room-3': 3,
  'room-4': 4,
  'room-5': 5,
  'room-6': 6,
  'room-7': 7,
  'room-8': 8,
  'room-9': 9,
  'room-10': 10,
}

/** Whether the action `name` goes to a room. */
export function isRoomAction(name: ActionName): name is RoomAction {
  return name in ROOM_MOVES
}

export interface RoomSwitcherDeps {
  readonly store: Store
  readonly session: Pick<ChatSession, 'loadShown'>
}

export class RoomSwitcher {
  readonly #deps: RoomSwitcherDeps

  constructor(deps: RoomSwitcherDeps) {
    this.#deps = deps
  }

  /** Shows `room`, which is one of those listed. */
  show(room: string): void {
    const { store, session } = this.#deps
    if (room === store.state.room) return
    store.dispatch({ type: 'shown', room })
    void session.loadShown()
  }

  /** Tells why it stays; null once it has gone there. */
  move(to: RoomMove): string | null {
    const { state } = this.#deps.store
    const { rooms, room, previousRoom } = state
    if (to === 'status') {
      this.show(STATUS_ROOM)
      return null
    }
    if (to === 'next' || to === 'previous') {
      const all = everyRoom(state)
      const at = all.findIndex((summary) => summary.room === room)
      this.show(all[(at + (to === 'next' ? 1 : -1) + all.length) % all.length]!.room)
      return null
    }
    if (to === 'active' || to === 'last') {
      const target = to === 'active' ? activeRoom(rooms, room) : previousRoom
      if (target === null) return to === 'active' ? 'nothing is unread' : 'no other room was shown yet'
      this.show(target)
      return null
    }
    const target = rooms[to - 1]
    if (target === undefined) return `there is no room ${to}: /rooms lists them`
    this.show(target.room)
    return null
  }
}
