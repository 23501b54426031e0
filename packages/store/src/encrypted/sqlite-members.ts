/** Who is in private rooms, and where these go on: see `MemberStore`. */
import type { Guard } from '../guard.ts'
import type { MemberStore, Rekey, RoomAuthor } from '../member-store.ts'
import type { Rooms } from '../rooms.ts'
import type { Members } from './members.ts'
import type { Rekeys } from './rekeys.ts'

export interface SqliteMembersDeps {
  readonly guard: Guard
  readonly roomNames: Rooms
  readonly members: Members
  readonly rekeys: Rekeys
}

export class SqliteMembers implements MemberStore {
  readonly #deps: SqliteMembersDeps

  constructor(deps: SqliteMembersDeps) {
    this.#deps = deps
  }

  list(room: string): RoomAuthor[] {
    return this.#inRoom(room, (number) => this.#deps.members.list(number)) ?? []
  }

  identityOf(room: string, author: string): string | undefined {
    return this.#inRoom(room, (number) => this.#deps.members.identityOf(number, author))
  }

  isMember(room: string, identity: string): boolean {
    return this.#inRoom(room, (number) => this.#deps.members.isVouching(number, identity)) ?? false
  }

  rekeysOf(room: string): Rekey[] {
    return this.#inRoom(room, (number) => this.#deps.rekeys.of(number)) ?? []
  }

  rekeysTo(newRoom: string): Rekey[] {
    return this.#deps.guard.use(() => this.#deps.rekeys.to(newRoom))
  }

  #inRoom<T>(name: string, read: (room: number) => T): T | undefined {
    const { guard, roomNames } = this.#deps
    return guard.use(() => {
      const room = roomNames.find(name)
      return room === undefined ? undefined : read(room)
    })
  }
}
