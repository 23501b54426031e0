/** What the RPC needs from the daemon. The daemon implements it; the methods and the tests see nothing else of it. */
import type {
  Author,
  BanInfo,
  Delivery,
  HistoryPage,
  HostColorName,
  HostInfo,
  IdentityInfo,
  LineDelivery,
  LogSetting,
  Message,
  NetStatus,
  NodeInfo,
  NotifyLevel,
  P2pInfo,
  RoomInfo,
  StoreReport,
  SyncProgress,
  Verification,
} from '@dchat/rpc'
import type { Unsubscribe } from '@dchat/system'

/** A network event as the reference's viewer reads it. */
export interface DnetNotification {
  event: string
  info: unknown
}

/** The same for `net.event`: when it happened, in Unix ms. */
export interface NetEvent extends DnetNotification {
  time: number
}

export interface DeliveryChange {
  seq: number
  room: string
  delivery: Delivery
  /** Of a line that waited for a box key and became that of a post now: hex id and time of it. Else null. */
  id: string | null
  time: number | null
}

/** A line that its author took back. */
export interface Retraction {
  seq: number
  room: string
  /** Hex id of its post. */
  id: string
}

/** Somebody with a key. */
export type SignedAuthor = Author & { key: string; tag: string }

/** Somebody as a caller names him: a key of 64 hex digits, a nick, `nick#tag` or `#tag`. */
export type PersonName = string

export interface SearchQuery {
  query: string
  room?: string
  before?: number
  limit: number
}

export interface ReadMarker {
  room: string
  seq: number
  client: string
}

export interface ChatSendRequest {
  text: string
  room: string
  kind: 'text' | 'action'
  /** In a conversation: keep it until a box key of the other comes, where none is known. */
  hold: boolean
}

/** As `chat.history`; `limit` is 1 to 1,000, at most one of `since`, `before` and `after` is given. */
export interface HistoryQuery {
  since?: number
  before?: number
  after?: number
  limit: number
  room?: string
}

/**
 * Errors: an `RpcError` is answered as it is; of others the `code` decides: `STORE_…` becomes -32007, `STORE_CLOSED` and
 * `NET_STOPPED` -32006, a bad address (`NET_ADDRESS_INVALID`, `NET_SCHEME_UNSUPPORTED`) -32602, any other `NET_…` -32005; those of the
 * chat each have an answer of their own; everything else is logged and answered with -32603.
 */
export interface RpcBackend {
  readonly chat: ChatBackend
  readonly rooms: RoomBackend
  readonly people: PeopleBackend
  readonly node: NodeBackend
}

/** What is said, and what becomes of it. */
export interface ChatBackend {
  /** Stores `text` durably in the room `dchat` and sends it. `text` is well-formed and has at most 65,536 bytes. */
  send(text: string): Promise<true>
  /** Texts received from others, oldest first. */
  recv(): string[]
  /** Resolves with the stored message once it is durable; with no peer its delivery says "stored". `text` has at most 8,192 bytes. */
  chatSend(request: ChatSendRequest): Promise<Message>
  /** Synchronous: what it gives and what `onMessage` told before the call are one state. A page ends early at 4 MiB. */
  history(query: HistoryQuery): HistoryPage
  /** Hears every message after it is stored (`history` has it by then), own and others', in order of `seq`. */
  onMessage(listener: (message: Message) => void): Unsubscribe
  /** Hears how far own messages got, after `onMessage` told of them and after the change is stored. */
  onDelivery(listener: (change: DeliveryChange) => void): Unsubscribe
  /** Hears of lines that were taken back, after the change is stored. */
  onRetraction(listener: (retraction: Retraction) => void): Unsubscribe
  /** `seq` of the newest stored message, 0 when there is none. */
  lastSeq(): number
  /** The newest in room order, oldest first. @throws {RangeError} for more than 256 units or 16 words {StoreError} STORE_BUSY */
  search(query: SearchQuery): Promise<Message[]>
  /** False when no own post has this id. */
  retract(id: string): Promise<boolean>
  /** Own lines that no peer has yet, oldest first. */
  pending(): Message[]
  /** @throws {RpcError} not_found, for what is no own line */
  delivery(seq: number): LineDelivery
  /** @throws {ChatError} CHAT_NO_OWN_POST */
  retry(seq: number): void
  /** @throws {ChatError} CHAT_NO_OWN_POST; CHAT_ALREADY_SENT, when a peer may have it */
  cancel(seq: number): void
}

/** Rooms as people see them. Names are checked. */
export interface RoomBackend {
  list(client: string): RoomInfo[]
  join(room: string): Promise<void>
  leave(room: string): void
  setTopic(room: string, text: string): Promise<void>
  markRead(marker: ReadMarker): void
  mute(room: string, level: NotifyLevel): void
  /** Destroys its lines; resolves with how many that were. */
  forgetLines(room: string): Promise<number>
  /** Hears which room is another than `list` told, beside new lines. */
  onRoomChange(listener: (room: string) => void): Unsubscribe
  /** What people call it, on one line. */
  label(room: string): string
  /** Ids of private rooms. @throws {ChatError} CHAT_ROOM_NAME, CHAT_ROOMS_FULL */
  create(name: string): Promise<string>
  /** @throws {RpcError} not_found, ambiguous {ChatError} CHAT_NO_BOX_KEY without `hold` */
  invite(room: string, to: PersonName, hold: boolean): Promise<void>
  /** @throws {ChatError} CHAT_INVITATION_MALFORMED, CHAT_ROOMS_FULL */
  accept(invitation: string): Promise<string>
  /** Oneself first, then who wrote last. @throws {ChatError} CHAT_ROOM_LOCKED, as all that follow */
  members(room: string): Author[]
  /** @throws {RpcError} not_found, ambiguous {ChatError} CHAT_NO_MEMBER, CHAT_REKEY_BROKEN */
  rekey(room: string, without: readonly PersonName[]): Promise<string>
  /** A secret. */
  invitation(room: string): string
  forget(room: string): void
}

/** Keys are hex in lower case. */
export interface PeopleBackend {
  /** `nick` is checked: 1 to 32 characters, normalised, nothing invisible. Resolves once it is durable. */
  setNick(nick: string): Promise<{ nick: string; tag: string | null }>
  identity(): IdentityInfo
  exportIdentity(passphrase: string): Promise<string>
  /** @throws {ChatError} for a wrong passphrase, or data that is none */
  importIdentity(data: string, passphrase: string): Promise<void>
  verify(key: string): Verification
  /** Hex of the key that is meant. @throws {RpcError} not_found, ambiguous */
  find(name: PersonName): string
  /** @throws {RangeError} for one too many */
  pin(key: string, on: boolean): void
  /** @throws {RangeError} for one too many */
  ignore(key: string, on: boolean): void
  ignored(): SignedAuthor[]
  /** Words that make a line a mention, beside the nick. */
  highlights(): string[]
  /** Durable when it returns; gives them as kept. @throws {RpcError} invalid params, for one that is too short without white space */
  setHighlights(words: readonly string[]): string[]
  /** Hears who is to be shown another way than before. */
  onAuthorChange(listener: (author: SignedAuthor) => void): Unsubscribe
}

export interface NodeBackend {
  p2pInfo(): P2pInfo
  dnetSwitch(on: boolean): void
  onDnetEvent(listener: (event: DnetNotification) => void): Unsubscribe
  /** Hears of what the network does, whatever `dnetSwitch` says. */
  onNetEvent(listener: (event: NetEvent) => void): Unsubscribe
  netStatus(): NetStatus
  /** Hears how far history was fetched from peers: a few times a second at most. */
  onProgress(listener: (sync: SyncProgress) => void): Unsubscribe
  /** Resolves with what is wrong with the store. @throws {StoreError} STORE_BUSY */
  checkStore(isFull: boolean): Promise<StoreReport>
  /** @throws {StoreError} STORE_FILE_EXISTS, STORE_NO_FOLDER, STORE_BUSY */
  backup(path: string): Promise<void>
  /** Resolves once the handshake succeeded. @throws the signal's reason */
  connect(url: string, signal: AbortSignal): Promise<void>
  /** Resolves once the channel is closed. False when no channel has this id. */
  disconnect(channelId: number): Promise<boolean>
  nodeInfo(): NodeInfo
  /** In the text format of Prometheus. */
  metrics(): Promise<string>
  /** Known hosts, those seen last first; of all lists, or of one. */
  hosts(color?: HostColorName): HostInfo[]
  /** The bans that run, the one that ends last first. */
  bans(): BanInfo[]
  /** Bans, and resolves once the channels of `target` are closed. */
  ban(target: string, hours: number): Promise<void>
  /** False when nothing of this name is banned. */
  unban(target: string): boolean
  /** The ban on the host of an address, with all its ports; undefined where there is none. @throws {NetError} as `unban` */
  hostBanOf(target: string): string | undefined
  setLogLevel(setting: LogSetting): void
  /** Begins the daemon's stop and returns at once. */
  stop(): void
}
