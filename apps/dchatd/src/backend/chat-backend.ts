/** Lines and rooms, in the terms of the contract. */
import { PostKind } from '@dchat/chat'
import type { PostNetwork } from '@dchat/chat'
import type { HistoryPage, Message, NotifyLevel, RoomInfo } from '@dchat/rpc'
import { rpcError } from '@dchat/rpc'
import type { MessageStore, StoredMessage } from '@dchat/store'
import type { Unsubscribe } from '@dchat/system'
import type { Dchat } from '../dchat.ts'
import { SHARED_ROOM } from '../dchat.ts'
import type { OwnProfile } from '../own-profile.ts'
import type {
  ChatBackend as Contract,
  ChatSendRequest,
  DeliveryChange,
  HistoryQuery,
  ReadMarker,
  Retraction,
  SearchQuery,
} from '../rpc/backend.ts'
import type { AuthorBook } from './author-book.ts'
import type { ChatEvents } from './chat-events.ts'
import { toMessage } from './to-message.ts'
import { roomKindOf } from '../room-kind.ts'

export interface ChatBackendDeps {
  readonly dchat: Pick<Dchat, 'say' | 'sendBare'>
  readonly profile: Pick<OwnProfile, 'nick'>
  readonly posts: Pick<PostNetwork, 'publish' | 'retry' | 'cancel'>
  readonly store: MessageStore
  readonly authors: AuthorBook
  readonly events: ChatEvents
}

export class ChatBackend implements Contract {
  readonly #deps: ChatBackendDeps

  constructor(deps: ChatBackendDeps) {
    this.#deps = deps
  }

  async send(text: string): Promise<true> {
    await this.#deps.dchat.sendBare(text)
    return true
  }

  async chatSend(request: ChatSendRequest): Promise<Message> {
    const { dchat, profile } = this.#deps
    refuseEncrypted(request.room)
    return this.#shown(await dchat.say(request, profile.nick))
  }

  recv(): string[] {
    return this.#deps.store.recentTexts({ room: SHARED_ROOM })
  }

  history(query: HistoryQuery): HistoryPage {
    const { messages, more, lastSeq } = this.#deps.store.history(query)
    return { messages: messages.map((message) => this.#shown(message)), more, last_seq: lastSeq }
  }

  lastSeq(): number {
    return this.#deps.store.stats().lastSeq
  }

  async search(query: SearchQuery): Promise<Message[]> {
    const found = await this.#deps.store.search(query)
    return found.map((message) => this.#shown(message))
  }

  onMessage(listener: (message: Message) => void): Unsubscribe {
    return this.#deps.events.on('message', listener)
  }

  onDelivery(listener: (change: DeliveryChange) => void): Unsubscribe {
    return this.#deps.events.on('delivery', listener)
  }

  onRetraction(listener: (retraction: Retraction) => void): Unsubscribe {
    return this.#deps.events.on('retraction', listener)
  }

  onRoomChange(listener: (room: string) => void): Unsubscribe {
    return this.#deps.events.on('room', listener)
  }

  rooms(client: string): RoomInfo[] {
    return this.#deps.store.rooms.list(client).map(({ lastSeq, readSeq, ...room }) => ({
      ...room,
      last_seq: lastSeq,
      read_seq: readSeq,
      kind: roomKindOf(room.room),
      name: null,
      author: null,
    }))
  }

  async join(room: string): Promise<void> {
    refuseEncrypted(room)
    await this.#deps.store.rooms.join(room)
  }

  leave(room: string): void {
    this.#deps.store.rooms.leave(room)
  }

  async setTopic(room: string, text: string): Promise<void> {
    refuseEncrypted(room)
    await this.#deps.posts.publish({ room, kind: PostKind.Topic, body: text })
  }

  markRead({ room, seq, client }: ReadMarker): void {
    this.#deps.store.rooms.markRead(room, { seq, client })
  }

  mute(room: string, level: NotifyLevel): void {
    this.#deps.store.rooms.setLevel(room, level)
  }

  async retract(id: string): Promise<boolean> {
    const { store, posts } = this.#deps
    const seq = store.ownSeq(Buffer.from(id, 'hex'))
    const line = seq === undefined ? undefined : this.#line(seq)
    if (line === undefined) return false
    if (!line.retracted) await posts.publish({ room: line.room, kind: PostKind.Retract, body: id })
    return true
  }

  pending(): Message[] {
    return this.#deps.store.pending().map((message) => this.#shown(message))
  }

  retry(seq: number): void {
    this.#deps.posts.retry(seq)
  }

  cancel(seq: number): void {
    this.#deps.posts.cancel(seq)
  }

  #line(seq: number): StoredMessage | undefined {
    if (seq < 1) return undefined
    const [line] = this.#deps.store.history({ since: seq - 1, limit: 1 }).messages
    return line?.seq === seq ? line : undefined
  }

  #shown(message: StoredMessage): Message {
    return toMessage(message, this.#deps.authors)
  }
}

/** What cannot be encrypted is never sent in the clear. @throws {RpcError} no_key, not_found */
function refuseEncrypted(room: string): void {
  const kind = roomKindOf(room)
  if (kind === 'direct') throw rpcError('no_key')
  if (kind === 'private') throw rpcError('not_found', 'the keys of this private room are not here')
}
