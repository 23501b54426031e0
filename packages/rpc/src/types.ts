/**
 * The contract in types: what every method takes and gives. `method-table.ts` has the same as schemas, and the compiler compares
 * the two, so that clients get the types without loading a schema.
 */

/** Who wrote a line. For unsigned lines only `from` is known. */
export interface Author {
  /** Hex of the author's public key, null for unsigned lines. */
  key: string | null
  nick: string | null
  /** Short form of the key that tells apart two authors of one nick; null without a key. */
  tag: string | null
  /** Address of the peer an unsigned line came from; null for signed and own lines. */
  from: string | null
}

/** How far an own line got. */
export interface Delivery {
  state: 'stored' | 'sent' | 'held' | 'failed'
  /** Channels it was written to. */
  written: number
  /** Peers known to hold it. */
  held: number
}

/** One stored line. */
export interface Message {
  /** Grows with each line stored on this node, never reused; the cursor of every `since`. */
  seq: number
  /** Hex id of a signed post, null for an unsigned line. */
  id: string | null
  room: string
  kind: 'text' | 'action' | 'topic' | 'system'
  author: Author
  text: string
  /** Unix ms by the author's clock; null for unsigned lines. */
  time: number | null
  /** Unix ms at which this node stored it. */
  received: number
  own: boolean
  /** Own lines only, else null. */
  delivery: Delivery | null
}

export type SessionName = 'inbound' | 'outbound' | 'manual' | 'seed' | 'refine' | 'direct'

export interface P2pInfo {
  channels: { url: string; session: SessionName; id: number }[]
  /** Channel id in each outbound slot, 0 for an empty one. */
  outbound_slots: number[]
}

export interface SpawnInfo {
  name: string
  urls: string[]
  whitelist: string[]
  greylist: string[]
  goldlist: string[]
}

export interface HistoryPage {
  messages: Message[]
  /** More messages lie in the direction of the query. */
  more: boolean
  /** `seq` of the newest line stored on this node, 0 when there is none. */
  last_seq: number
}

export interface NodeInfo {
  name: string
  version: string
  /** Semantic version of this RPC. */
  rpc_version: string
  protocol: { app_name: string; version: string }
  features: string[]
  /** Where the node is in its life. */
  state: string
  uptime_s: number
  listen: string[]
  external_addrs: string[]
  /** Channels by session. */
  peers: { inbound: number; outbound: number; manual: number; seed: number; refine: number; direct: number }
  key: string | null
  nick: string | null
  store: { messages: number; bytes: number }
}

/** Methods without parameters take an empty object or an empty array. */
export type NoParams = Record<string, never> | []

export interface HistoryParams {
  since?: number
  before?: number
  limit?: number
  room?: string
  wait_ms?: number
}

/** Every method: parameters by name, and the result. */
export interface MethodMap {
  ping: { params: NoParams; result: 'pong' }
  send: { params: { text: string }; result: true }
  recv: { params: NoParams; result: string[] }
  'p2p.get_info': { params: NoParams; result: P2pInfo }
  'dnet.switch': { params: { on: boolean }; result: true }
  'dnet.subscribe_events': { params: NoParams; result: string }
  spawns: { params: NoParams; result: { spawns: SpawnInfo[] } }
  'rpc.auth': { params: { cookie: string }; result: true }
  'chat.send': { params: { text: string; room?: string; kind?: 'text' | 'action' }; result: Message }
  'chat.history': { params: HistoryParams; result: HistoryPage }
  'chat.subscribe': { params: { since?: number; room?: string }; result: string }
  'chat.unsubscribe': { params: { subscription: string }; result: true }
  'chat.set_nick': { params: { nick: string }; result: { nick: string; tag: string | null } }
  'p2p.connect': { params: { url: string }; result: true }
  'p2p.disconnect': { params: { channel: number }; result: true }
  'node.get_info': { params: NoParams; result: NodeInfo }
  'node.stop': { params: NoParams; result: true }
}

export type MethodName = keyof MethodMap
export type MethodParams<M extends MethodName> = MethodMap[M]['params']
export type MethodResult<M extends MethodName> = MethodMap[M]['result']

/** Notifications of subscriptions. `dnet.subscribe_events` is sent too, with an array `[{event, info}]` as its params. */
export interface NotificationMap {
  'chat.message': { subscription: string; message: Message }
  /**
   * The client was too slow: lines stored after `resume` and before the next `chat.message` of this subscription were not sent.
   * The subscription goes on with later lines. To get the missing ones, unsubscribe and subscribe with `since: resume`,
   * or read `chat.history {since: resume}`; lines are told apart by `seq`.
   */
  'chat.lagged': { subscription: string; resume: number }
  'chat.delivery': { subscription: string; seq: number; delivery: Delivery }
}

export type NotificationName = keyof NotificationMap
