/**
 * What clients hear of, made once for all of them: lines as the contract has them, their news, rooms, people and progress. In the
 * order in which the store tells it, after it is durable.
 */
import { isConversation } from '@dchat/store'
import type { CommittedPost, MessageStore, StoredMessage } from '@dchat/store'
import type { Delivery, Message, SyncProgress } from '@dchat/rpc'
import { PostKind } from '@dchat/chat'
import type { PostNetwork } from '@dchat/chat'
import { Publisher } from '@dchat/system'
import type { Logger, Unsubscribe } from '@dchat/system'
import { keyOfConversation } from '../room-kind.ts'
import type { DeliveryChange, Retraction, SignedAuthor } from '../rpc/backend.ts'
import type { AuthorBook } from './author-book.ts'
import { toMessage } from './to-message.ts'
import type { RoomOffers } from './to-message.ts'

export interface ChatEventMap {
  message: Message
  delivery: DeliveryChange
  retraction: Retraction
  room: string
  author: SignedAuthor
  progress: SyncProgress
}

export interface ChatEventsDeps {
  readonly store: MessageStore
  readonly posts: Pick<PostNetwork, 'events'>
  readonly authors: AuthorBook
  readonly offers: RoomOffers
  readonly logger: Logger
}

/** Own lines whose room is remembered for the news of their delivery; of others it is looked up. */
const MAX_OWN_ROOMS = 4_096

/** Lines remembered that had waited for a box key; of others a client that missed the news reads the history. */
const MAX_BOUND = 4_096

const UNBOUND = { id: null, time: null } as const

export class ChatEvents {
  readonly #deps: ChatEventsDeps
  readonly #events: Publisher<ChatEventMap>
  readonly #ownRooms = new Map<number, string>()
  /** Lines that waited for a box key, with the post that each became in this run. */
  readonly #bound = new Map<number, Pick<DeliveryChange, 'id' | 'time'>>()
  #sources: Unsubscribe[] = []
  #ignored: ReadonlySet<string> = new Set()

  constructor(deps: ChatEventsDeps) {
    this.#deps = deps
    this.#events = new Publisher((error) => deps.logger.error('A listener of chat events failed', { error }))
  }

  on<E extends keyof ChatEventMap>(event: E, listener: (value: ChatEventMap[E]) => void): Unsubscribe {
    return this.#events.subscribe(event, listener)
  }

  start(): void {
    const { store, posts, authors } = this.#deps
    this.ignoredChanged()
    this.#sources = [
      store.onCommitted((messages) => {
        for (const message of messages) this.#tellMessage(message)
      }),
      store.onBound((line) => this.#tellBound(line)),
      store.onDelivery((seq, delivery) => this.#tellDelivery(seq, delivery)),
      store.posts.onCommitted((committed) => {
        for (const each of committed) this.#lookAtPost(each)
      }),
      store.onRetracted(({ seq, room, id }) => {
        if (id !== null) this.#events.publish('retraction', { seq, room, id })
      }),
      store.rooms.onChange((room) => this.#events.publish('room', room)),
      authors.onChange((author) => this.#events.publish('author', author)),
      posts.events.subscribe('progress', (progress) => this.#events.publish('progress', progress)),
    ]
  }

  stop(): void {
    for (const unsubscribe of this.#sources.splice(0)) unsubscribe()
  }

  /** A room is another than before, though its lines are not. */
  roomChanged(room: string): void {
    this.#events.publish('room', room)
  }

  /** Whose lines are told has changed. */
  ignoredChanged(): void {
    this.#ignored = new Set(this.#deps.store.names.ignored())
  }

  #tellMessage(message: Parameters<typeof toMessage>[0]): void {
    const { seq, room, own, authorKey, member } = message
    if (own) this.#rememberRoom(seq, room)
    // Whom one writes to is known from then on: who else goes by his nick stands out.
    if (own && isConversation(room)) this.#deps.authors.changed(keyOfConversation(room))
    if (this.#ignored.has(authorKey ?? '') || this.#ignored.has(member ?? '')) return
    if (this.#events.listenerCount('message') > 0) this.#events.publish('message', toMessage(message, this.#deps))
  }

  #tellDelivery(seq: number, delivery: Delivery): void {
    if (this.#events.listenerCount('delivery') === 0) return
    const room = this.#ownRooms.get(seq) ?? this.#deps.store.history({ since: seq - 1, limit: 1 }).messages[0]?.room
    if (room !== undefined) this.#events.publish('delivery', { seq, room, delivery, ...(this.#bound.get(seq) ?? UNBOUND) })
  }

  /** Its post is told with every news of the line from then on: a slow client hears the newest alone. */
  #tellBound({ seq, id, time, delivery }: StoredMessage): void {
    this.#bound.set(seq, { id, time })
    if (this.#bound.size > MAX_BOUND) this.#bound.delete(this.#bound.keys().next().value!)
    if (delivery !== null) this.#tellDelivery(seq, delivery)
  }

  #lookAtPost({ post, fate }: CommittedPost): void {
    if (fate === 'stored' && post.kind === PostKind.Profile) this.#deps.authors.changed(post.author.toString('hex'))
  }

  #rememberRoom(seq: number, room: string): void {
    this.#ownRooms.set(seq, room)
    if (this.#ownRooms.size > MAX_OWN_ROOMS) this.#ownRooms.delete(this.#ownRooms.keys().next().value!)
  }
}
