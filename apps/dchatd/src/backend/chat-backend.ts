/** Lines and rooms, in the terms of the contract. */
import { PostKind } from '@dchat/chat'
import type { DirectMail, PostNetwork, PrivateRooms } from '@dchat/chat'
import type { Channel } from '@dchat/net'
import type { HistoryPage, LineDelivery, Message } from '@dchat/rpc'
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
  Retraction,
  SearchQuery,
} from '../rpc/backend.ts'
import type { AuthorBook } from './author-book.ts'
import type { ChatEvents } from './chat-events.ts'
import { toMessage } from './to-message.ts'
import { keyOfConversation, roomKindOf } from '../room-kind.ts'

export interface ChatBackendDeps {
  readonly dchat: Pick<Dchat, 'say' | 'sendBare'>
  readonly profile: Pick<OwnProfile, 'nick'>
  readonly posts: Pick<PostNetwork, 'publish' | 'retry' | 'cancel' | 'deliveryOf' | 'reachOf'>
  /** Those that are open. */
  readonly channels: () => readonly Pick<Channel, 'info'>[]
  readonly mail: DirectMail
  readonly privateRooms: PrivateRooms
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
    return this.#shown(await this.#say(request))
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

  async retract(id: string): Promise<boolean> {
    const { store } = this.#deps
    const seq = store.ownSeq(Buffer.from(id, 'hex'))
    const line = seq === undefined ? undefined : this.#line(seq)
    if (line === undefined) return false
    if (!line.retracted) await this.#takeBack(line.room, id)
    return true
  }

  pending(): Message[] {
    return this.#deps.store.pending().map((message) => this.#shown(message))
  }

  delivery(seq: number): LineDelivery {
    const { posts, channels } = this.#deps
    const line = this.#line(seq)
    if (line === undefined || line.delivery === null) throw rpcError('not_found', 'no own line has this seq')
    const { peers, isComplete } = posts.reachOf(seq)
    const open = new Set(channels().map(({ info }) => info.id))
    return {
      ...(posts.deliveryOf(seq) ?? line.delivery),
      peers: peers.map(({ url, channelId, state, atMs }) => {
        return { url, channel: open.has(channelId) ? channelId : null, state, time: atMs }
      }),
      is_complete: isComplete,
    }
  }

  retry(seq: number): void {
    const { posts, store } = this.#deps
    if (store.waiting().some((line) => line.seq === seq))
      throw rpcError('no_key', 'it waits for a box key of the other, and goes out then')
    posts.retry(seq)
  }

  cancel(seq: number): void {
    const { posts, mail } = this.#deps
    if (!mail.cancel(seq)) posts.cancel(seq)
  }

  /** What cannot be encrypted is never sent in the clear. */
  #say(request: ChatSendRequest): Promise<StoredMessage> {
    const { dchat, profile, mail, privateRooms } = this.#deps
    const { room, kind, text, hold } = request
    switch (roomKindOf(room)) {
      case 'public':
        return dchat.say(request, profile.nick)
      case 'private':
        return privateRooms.say({ room, kind, text })
      case 'direct':
        return mail.send({ to: keyOf(room), kind, text, hold })
    }
  }

  async #takeBack(room: string, id: string): Promise<void> {
    const { posts, mail, privateRooms } = this.#deps
    switch (roomKindOf(room)) {
      case 'public':
        await posts.publish({ room, kind: PostKind.Retract, body: id })
        return
      case 'private':
        return privateRooms.retract(room, Buffer.from(id, 'hex'))
      case 'direct':
        return mail.retract(keyOf(room), Buffer.from(id, 'hex'))
    }
  }

  #line(seq: number): StoredMessage | undefined {
    if (seq < 1) return undefined
    const [line] = this.#deps.store.history({ since: seq - 1, limit: 1 }).messages
    return line?.seq === seq ? line : undefined
  }

  #shown(message: StoredMessage): Message {
    return toMessage(message, { authors: this.#deps.authors, offers: this.#deps.privateRooms })
  }
}

function keyOf(conversation: string): Buffer {
  return Buffer.from(keyOfConversation(conversation), 'hex')
}
