/** Rooms as people see them: those of everybody, private ones, and conversations. */
import type { PrivateRooms, RoomMember } from '@dchat/chat'
import { PostKind } from '@dchat/chat'
import type { PostNetwork } from '@dchat/chat'
import type { Author, NotifyLevel, RoomInfo } from '@dchat/rpc'
import { roomLabel, rpcError } from '@dchat/rpc'
import type { MessageStore, RoomState } from '@dchat/store'
import type { Unsubscribe } from '@dchat/system'
import type { RoomBackend as Contract, PersonName, ReadMarker } from '../rpc/backend.ts'
import { keyOfConversation, roomKindOf } from '../room-kind.ts'
import type { AuthorBook } from './author-book.ts'
import type { ChatEvents } from './chat-events.ts'
import type { PersonFinder } from './person-finder.ts'
import { roomAuthor } from './to-message.ts'

export interface RoomBackendDeps {
  readonly posts: Pick<PostNetwork, 'publish'>
  readonly store: MessageStore
  readonly privateRooms: PrivateRooms
  readonly authors: AuthorBook
  readonly finder: PersonFinder
  readonly events: ChatEvents
}

export class RoomBackend implements Contract {
  readonly #deps: RoomBackendDeps

  constructor(deps: RoomBackendDeps) {
    this.#deps = deps
  }

  list(client: string): RoomInfo[] {
    return this.#deps.store.rooms.list(client).map((state) => this.#shown(state))
  }

  label(room: string): string {
    return roomLabel({ room, ...this.#named(room) })
  }

  async join(room: string): Promise<void> {
    if (roomKindOf(room) === 'private' && this.#deps.privateRooms.nameOf(room) === undefined) throw locked()
    await this.#deps.store.rooms.join(room)
  }

  leave(room: string): void {
    this.#deps.store.rooms.leave(room)
  }

  async setTopic(room: string, text: string): Promise<void> {
    const { posts, privateRooms } = this.#deps
    switch (roomKindOf(room)) {
      case 'public':
        await posts.publish({ room, kind: PostKind.Topic, body: text })
        return
      case 'private':
        await privateRooms.topic(room, text)
        return
      case 'direct':
        throw rpcError('invalid_params', 'a conversation has no topic')
    }
  }

  markRead({ room, seq, client }: ReadMarker): void {
    this.#deps.store.rooms.markRead(room, { seq, client })
  }

  mute(room: string, level: NotifyLevel): void {
    this.#deps.store.rooms.setLevel(room, level)
  }

  forgetLines(room: string): Promise<number> {
    return this.#deps.store.rooms.forget(room)
  }

  onRoomChange(listener: (room: string) => void): Unsubscribe {
    return this.#deps.events.on('room', listener)
  }

  create(name: string): Promise<string> {
    return this.#deps.privateRooms.create(name)
  }

  async invite(room: string, to: PersonName, hold: boolean): Promise<void> {
    const { privateRooms, finder } = this.#deps
    if (privateRooms.nameOf(room) === undefined) throw locked()
    await privateRooms.invite(room, Buffer.from(finder.find(to), 'hex'), { hold })
  }

  accept(invitation: string): Promise<string> {
    return this.#deps.privateRooms.accept(invitation)
  }

  members(room: string): Author[] {
    const members = this.#deps.privateRooms.members(room).toSorted((one, other) => Number(other.own) - Number(one.own))
    return members.map((member) => roomAuthor(member, this.#deps.authors))
  }

  async rekey(room: string, without: readonly PersonName[]): Promise<string> {
    const { privateRooms, finder } = this.#deps
    const shown = new Set(privateRooms.members(room).map(shownKey))
    const keys = without.map((name) => Buffer.from(finder.find(name, shown), 'hex'))
    return (await privateRooms.rekey(room, keys)).room
  }

  invitation(room: string): string {
    return this.#deps.privateRooms.invitation(room)
  }

  forget(room: string): void {
    const { privateRooms, events } = this.#deps
    privateRooms.forget(room)
    events.roomChanged(room)
  }

  #shown({ lastSeq, readSeq, ...state }: RoomState): RoomInfo {
    return { ...state, last_seq: lastSeq, read_seq: readSeq, kind: roomKindOf(state.room), ...this.#named(state.room) }
  }

  #named(room: string): Pick<RoomInfo, 'name' | 'author'> {
    const { privateRooms, authors } = this.#deps
    const kind = roomKindOf(room)
    return {
      name: kind === 'private' ? (privateRooms.nameOf(room) ?? null) : null,
      author: kind === 'direct' ? authors.of(keyOfConversation(room)) : null,
    }
  }
}

/** The key that people see. */
function shownKey({ author, identity }: RoomMember): string {
  return identity ?? author
}

function locked(): Error {
  return rpcError('not_found', 'the keys of this private room are not here: room.accept takes its invitation')
}
