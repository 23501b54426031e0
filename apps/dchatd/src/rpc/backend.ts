/** What the RPC needs from the daemon. The daemon implements it; the methods and the tests see nothing else of it. */
import type { BanInfo, Delivery, HistoryPage, HostColorName, HostInfo, LogSetting, Message, NodeInfo, P2pInfo } from '@dchat/rpc'
import type { Unsubscribe } from '@dchat/system'

/** A network event as the reference's viewer reads it. */
export interface DnetNotification {
  event: string
  info: unknown
}

export interface DeliveryChange {
  seq: number
  room: string
  delivery: Delivery
}

export interface ChatSendRequest {
  text: string
  room: string
  kind: 'text' | 'action'
}

/** As `chat.history`; `limit` is 1 to 1,000, at most one of `since` and `before` is given. */
export interface HistoryQuery {
  since?: number
  before?: number
  limit: number
  room?: string
}

/**
 * Errors: an `RpcError` is answered as it is; of others the `code` decides: `STORE_…` becomes -32007, `STORE_CLOSED` and
 * `NET_STOPPED` -32006, a bad address (`NET_ADDRESS_INVALID`, `NET_SCHEME_UNSUPPORTED`) -32602, any other `NET_…` -32005;
 * everything else is logged and answered with -32603.
 */
export interface RpcBackend {
  /** Stores `text` durably in the room `dchat` and broadcasts it. `text` is well-formed and has at most 65,536 bytes. */
  send(text: string): Promise<true>
  /** Texts received from others, oldest first. */
  recv(): string[]
  p2pInfo(): P2pInfo
  dnetSwitch(on: boolean): void
  onDnetEvent(listener: (event: DnetNotification) => void): Unsubscribe
  /** Resolves with the stored message once it is durable; with no peer its delivery says "stored". */
  chatSend(request: ChatSendRequest): Promise<Message>
  /** Synchronous: what it gives and what `onMessage` told before the call are one state. A page ends early at 4 MiB. */
  history(query: HistoryQuery): HistoryPage
  /** Hears every message after it is stored (`history` has it by then), own and others', in order of `seq`. */
  onMessage(listener: (message: Message) => void): Unsubscribe
  /** Hears how far own messages got, after `onMessage` told of them and after the change is stored. */
  onDelivery(listener: (change: DeliveryChange) => void): Unsubscribe
  /** `seq` of the newest stored message, 0 when there is none. */
  lastSeq(): number
  /** `nick` is checked: 1 to 32 characters, normalised, nothing invisible. */
  setNick(nick: string): { nick: string; tag: string | null }
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
  setLogLevel(setting: LogSetting): void
  /** Begins the daemon's stop and returns at once. */
  stop(): void
}
