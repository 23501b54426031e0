/** The subscriptions of all connections: chat and network events. Each ends with its connection. */
import { rpcError } from '@dchat/rpc'
import { checkCanNotify, forwardEvents } from '@dchat/rpc-server'
import type { RpcConnection, RpcContext } from '@dchat/rpc-server'
import type { Logger, Unsubscribe } from '@dchat/system'
import type { DnetNotification, NetEvent, RpcBackend } from './backend.ts'
import { ChatFeed } from './chat-feed.ts'
import { readerFor } from './chat-reader.ts'

/** Subscriptions of one connection: a client needs one for each room it shows. */
export const MAX_SUBSCRIPTIONS: number = 32

/** Subscriptions in all: each is told of every line, so that they cost with each that is stored. */
export const MAX_SUBSCRIPTIONS_IN_ALL: number = 512

/** What ends each subscription of a connection, by its id. */
type Ends = Map<string, () => void>

/** Who follows the network: a viewer of the reference, which hears what is switched on, or one that only watches. */
type NetworkKind = 'dnet' | 'net'

/** What subscriptions do, for who watches the daemon. */
export class SubscriptionCounts {
  readonly open: Record<'chat' | NetworkKind, number> = { chat: 0, dnet: 0, net: 0 }
  /** How often a client was told that it was too slow. */
  lagged = 0
}

export class Subscriptions {
  readonly #backend: RpcBackend
  readonly #logger: Logger
  readonly #counts: SubscriptionCounts
  readonly #connections = new Map<RpcConnection, Ends>()
  readonly #networkIds: Record<NetworkKind, WeakMap<RpcConnection, string>> = { dnet: new WeakMap(), net: new WeakMap() }
  #lastId = 0

  constructor(backend: RpcBackend, logger: Logger, counts: SubscriptionCounts = new SubscriptionCounts()) {
    this.#backend = backend
    this.#logger = logger
    this.#counts = counts
  }

  /** How many there are in all. */
  get size(): number {
    let count = 0
    for (const ends of this.#connections.values()) count += ends.size
    return count
  }

  /**
   * Gives the subscription's id; its notifications come after the answer.
   * @throws {RpcError} -32600 on HTTP, -32003 beyond the bound
   */
  subscribeChat(context: RpcContext, { since, room }: { since?: number; room?: string }): string {
    const { connection } = context
    const { chat, rooms, people, node } = this.#backend
    const reader = readerFor(context, chat)
    const ends = this.#endsOf(connection)
    const id = this.#newId('chat')
    let isAnswered = false
    const feed = new ChatFeed({
      id,
      source: reader,
      send: (method, params) => isAnswered && this.#notify(connection, method, params),
      ...(since === undefined ? {} : { since }),
      ...(room === undefined ? {} : { room }),
    })
    let isEnded = false
    let isScheduled = false
    const advance = (): void => {
      isScheduled = false
      if (!isEnded && this.#advance(feed)) schedule()
    }
    const schedule = (): void => {
      if (isScheduled || isEnded) return
      isScheduled = true
      setImmediate(advance)
    }
    const sources: Unsubscribe[] = [
      reader.onMessage((message) => feed.stored(message)),
      chat.onDelivery((change) => feed.deliveryChanged(change)),
      chat.onRetraction((retraction) => feed.retracted(retraction)),
      rooms.onRoomChange((room) => feed.roomChanged(room)),
      people.onAuthorChange((author) => feed.authorChanged(author)),
      node.onProgress((sync) => feed.progressed(sync)),
      connection.onDrain(schedule),
    ]
    this.#counts.open.chat += 1
    ends.set(id, () => {
      this.#counts.open.chat -= 1
      isEnded = true
      for (const unsubscribe of sources) unsubscribe()
    })
    context.afterAnswer(() => {
      isAnswered = true
      connection.position(feed.cursor)
      schedule()
    })
    return id
  }

  /** One for each connection: asking again gives the same. A client that is too slow loses events, which is logged. */
  subscribeNetwork(context: RpcContext): string {
    return this.#followNetwork(context, 'dnet', () =>
      forwardEvents<DnetNotification>(context, {
        name: 'dnet.subscribe_events',
        logger: this.#logger,
        subscribe: (listener) => this.#backend.node.onDnetEvent(listener),
      }),
    )
  }

  /** As `subscribeNetwork`, whatever the switch says. */
  watchNetwork(context: RpcContext): string {
    return this.#followNetwork(context, 'net', (subscription) =>
      forwardEvents<NetEvent>(context, {
        name: 'net.event',
        logger: this.#logger,
        paramsOf: (event) => ({ subscription, ...event }),
        subscribe: (listener) => this.#backend.node.onNetEvent(listener),
      }),
    )
  }

  #followNetwork(context: RpcContext, kind: NetworkKind, follow: (id: string) => Unsubscribe): string {
    const { connection } = context
    const ids = this.#networkIds[kind]
    const known = ids.get(connection)
    if (known !== undefined) return known
    const ends = this.#endsOf(connection)
    const id = this.#newId(kind)
    const unsubscribe = follow(id)
    ids.set(connection, id)
    this.#counts.open[kind] += 1
    ends.set(id, () => {
      this.#counts.open[kind] -= 1
      unsubscribe()
      ids.delete(connection)
    })
    return id
  }

  /** @throws {RpcError} -32004 */
  unsubscribe(connection: RpcConnection, id: string): void {
    const ends = this.#connections.get(connection)
    const end = ends?.get(id)
    if (end === undefined) throw rpcError('not_found', 'this connection has no such subscription')
    end()
    ends?.delete(id)
  }

  #notify(connection: RpcConnection, method: string, params: unknown): boolean {
    const isQueued = connection.notify(method, params)
    if (isQueued && method === 'chat.lagged') this.#counts.lagged += 1
    return isQueued
  }

  #advance(feed: ChatFeed): boolean {
    try {
      return feed.advance()
    } catch (error) {
      this.#logger.error('RPC subscription cannot read the store', { error })
      feed.failed()
      return true
    }
  }

  #endsOf(connection: RpcConnection): Ends {
    checkCanNotify(connection)
    if (this.size >= MAX_SUBSCRIPTIONS_IN_ALL)
      throw rpcError('too_many', `there are at most ${MAX_SUBSCRIPTIONS_IN_ALL} subscriptions in all`)
    const known = this.#connections.get(connection)
    if (known !== undefined) {
      if (known.size >= MAX_SUBSCRIPTIONS)
        throw rpcError('too_many', `a connection has at most ${MAX_SUBSCRIPTIONS} subscriptions`)
      return known
    }
    const ends: Ends = new Map()
    this.#connections.set(connection, ends)
    connection.onClose(() => {
      this.#connections.delete(connection)
      for (const end of ends.values()) end()
    })
    return ends
  }

  #newId(kind: string): string {
    this.#lastId += 1
    return `${kind}-${this.#lastId}`
  }
}
