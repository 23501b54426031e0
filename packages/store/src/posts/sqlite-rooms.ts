/** Joining and leaving of rooms: see `RoomStore`. */
import type { Publisher, Unsubscribe } from '@dchat/system'
import type { CommitLoop } from '../commit-loop.ts'
import type { Guard } from '../guard.ts'
import type { Ledger } from '../ledger.ts'
import type { RoomStore } from '../room-store.ts'
import { JOINED } from '../schema.ts'
import type { StoreEvents } from '../store-events.ts'
import { UNIVERSAL_ROOMS } from './post-rooms.ts'
import type { PostRooms } from './post-rooms.ts'
import type { RoomFill } from './room-fill.ts'

export interface SqliteRoomsDeps {
  readonly guard: Guard
  readonly events: Publisher<StoreEvents>
  readonly ledger: Ledger
  readonly loop: CommitLoop
  readonly rooms: PostRooms
  readonly fill: RoomFill
}

export class SqliteRooms implements Pick<RoomStore, 'isJoined' | 'join' | 'leave' | 'onChange'> {
  readonly #deps: SqliteRoomsDeps

  constructor(deps: SqliteRoomsDeps) {
    this.#deps = deps
  }

  isJoined(name: string): boolean {
    return this.#deps.guard.use(() => this.#joinedOf(name) !== JOINED.no)
  }

  async join(name: string): Promise<boolean> {
    const { guard, ledger, rooms, fill, loop, events } = this.#deps
    guard.checkOpen()
    if (this.#joinedOf(name) === JOINED.yes || fill.has(name) || UNIVERSAL_ROOMS.has(name)) return false
    guard.use(() => ledger.transaction(() => rooms.setJoined(rooms.findOrAdd(name), JOINED.filling)))
    events.publish('room', name)
    const filled = fill.begin(name)
    loop.wake()
    await filled
    return true
  }

  leave(name: string): boolean {
    const { guard, ledger, rooms, fill, events } = this.#deps
    guard.checkOpen()
    const room = rooms.find(name)
    if (room === undefined || room.joined === JOINED.no) return false
    fill.end(name)
    guard.use(() => ledger.transaction(() => rooms.setJoined(room, JOINED.no)))
    events.publish('room', name)
    return true
  }

  onChange(listener: (room: string) => void): Unsubscribe {
    return this.#deps.events.subscribe('room', listener)
  }

  #joinedOf(name: string): number {
    return this.#deps.rooms.find(name)?.joined ?? JOINED.no
  }
}
