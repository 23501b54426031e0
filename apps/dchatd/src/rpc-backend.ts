/** What the RPC methods are given: the chat, the store and the node in the terms of the contract. */
import { parseEndpoint } from '@dchat/daemon'
import type { HostContainer } from '@dchat/net'
import { HOST_COLORS, HOST_COLOR_NAMES, hostColorOf, sessionName } from '@dchat/net'
import type { BanInfo, HistoryPage, HostColorName, HostInfo, LogSetting, Message, NodeInfo, P2pInfo } from '@dchat/rpc'
import { RPC_VERSION, rpcError } from '@dchat/rpc'
import { formatSemver } from '@dchat/serial'
import type { MessageStore, StoredMessage } from '@dchat/store'
import type { Clock, Logger, Unsubscribe } from '@dchat/system'
import { CHAT_LIMITS } from './chat-limits.ts'
import { SHARED_ROOM } from './dchat.ts'
import type { Dchat } from './dchat.ts'
import type { ChatSendRequest, DeliveryChange, DnetNotification, HistoryQuery, RpcBackend } from './rpc/backend.ts'
import { COMMIT, VERSION } from './version.ts'

export interface BackendDeps {
  readonly dchat: Dchat
  readonly store: MessageStore
  readonly clock: Clock
  readonly logger: Logger
  /** The nick of the configuration, until one is set. */
  readonly defaultNick: string | null
  /** Sets what is logged, of one module or of all. */
  setLogLevel(level: LogSetting['level'], module: LogSetting['module']): void
  /** In the text format of Prometheus. */
  metrics(): Promise<string>
  /** Begins the daemon's stop. */
  requestStop(): void
}

const HOUR_MS = 3_600_000
const NICK_SETTING = 'nick'
/** Stands for the writer in an action of somebody without a nick. */
const NAMELESS = 'someone'

export class Backend implements RpcBackend {
  readonly #deps: BackendDeps
  readonly #startedMs: number

  constructor(deps: BackendDeps) {
    this.#deps = deps
    this.#startedMs = deps.clock.monotonicMs()
  }

  async send(text: string): Promise<true> {
    const { everywhere } = await this.#deps.dchat.send({ text, kind: 'text', nick: null, wireText: text })
    await everywhere
    return true
  }

  async chatSend({ text, room, kind }: ChatSendRequest): Promise<Message> {
    if (room !== SHARED_ROOM) throw rpcError('invalid_params', `there is only the room "${SHARED_ROOM}"`)
    const nick = this.#nick()
    const wireText = kind === 'action' ? `* ${nick ?? NAMELESS} ${text}` : nick === null ? text : `<${nick}> ${text}`
    if (Buffer.byteLength(wireText) > CHAT_LIMITS.MESSAGE_MAX_BYTES) {
      throw rpcError('invalid_params', `the text and the nick before it have more than ${CHAT_LIMITS.MESSAGE_MAX_BYTES} bytes`)
    }
    const { message } = await this.#deps.dchat.send({ text, kind, nick, wireText })
    return toMessage(message)
  }

  recv(): string[] {
    return this.#deps.store.recentTexts()
  }

  p2pInfo(): P2pInfo {
    const { p2p } = this.#deps.dchat
    return {
      channels: p2p.connectedChannels.map(({ info }) => ({ url: info.url, session: sessionName(info.session), id: info.id })),
      outbound_slots: [...p2p.outboundSlots],
    }
  }

  dnetSwitch(on: boolean): void {
    this.#deps.dchat.p2p.dnet.isEnabled = on
  }

  onDnetEvent(listener: (event: DnetNotification) => void): Unsubscribe {
    return this.#deps.dchat.p2p.dnet.subscribe(listener)
  }

  history(query: HistoryQuery): HistoryPage {
    const { messages, more, lastSeq } = this.#deps.store.history(query)
    return { messages: messages.map(toMessage), more, last_seq: lastSeq }
  }

  onMessage(listener: (message: Message) => void): Unsubscribe {
    return this.#deps.store.onCommitted((messages) => {
      for (const message of messages) listener(toMessage(message))
    })
  }

  onDelivery(listener: (change: DeliveryChange) => void): Unsubscribe {
    return this.#deps.store.onDelivery((seq, delivery) => listener({ seq, room: SHARED_ROOM, delivery }))
  }

  lastSeq(): number {
    return this.#deps.store.stats().lastSeq
  }

  setNick(nick: string): { nick: string; tag: string | null } {
    this.#deps.store.setSetting(NICK_SETTING, nick)
    return { nick, tag: null }
  }

  async connect(url: string, signal: AbortSignal): Promise<void> {
    await this.#deps.dchat.p2p.connect(canonical(url), { signal })
  }

  disconnect(channelId: number): Promise<boolean> {
    return this.#deps.dchat.p2p.disconnect(channelId)
  }

  nodeInfo(): NodeInfo {
    const { dchat, store, clock } = this.#deps
    const { p2p } = dchat
    const { messages, bytes, lastSeq } = store.stats()
    const peers: NodeInfo['peers'] = { inbound: 0, outbound: 0, manual: 0, seed: 0, refine: 0, direct: 0 }
    for (const { info } of p2p.connectedChannels) peers[sessionName(info.session)] += 1
    return {
      name: 'dchatd',
      version: VERSION,
      commit: COMMIT,
      rpc_version: RPC_VERSION,
      protocol: { app_name: p2p.settings.appName, version: formatSemver(p2p.settings.appVersion) },
      node_id: p2p.settings.nodeId,
      features: p2p.settings.features.map(([name]) => name),
      state: p2p.state,
      uptime_s: Math.floor((clock.monotonicMs() - this.#startedMs) / 1000),
      listen: [...p2p.listenUrls],
      external_addrs: [...p2p.hosts.externalAddrs],
      peers,
      hosts: countHosts(p2p.hosts.container),
      bans: p2p.hosts.bans.list().length,
      key: null,
      nick: this.#nick(),
      store: { messages, bytes, last_seq: lastSeq, file_bytes: store.fileBytes() },
    }
  }

  hosts(color?: HostColorName): HostInfo[] {
    const { container } = this.#deps.dchat.p2p.hosts
    const colors = color === undefined ? HOST_COLORS : [hostColorOf(color)!]
    const hosts = colors.flatMap((each) =>
      container.entries(each).map(({ url, lastSeenSec }) => ({ url, last_seen: lastSeenSec, color: HOST_COLOR_NAMES[each] })),
    )
    return hosts.toSorted((one, other) => other.last_seen - one.last_seen)
  }

  bans(): BanInfo[] {
    const { bans } = this.#deps.dchat.p2p.hosts
    return bans.list().map(({ target, untilSec, count, reason }) => ({ target, until: untilSec, count, reason }))
  }

  async ban(target: string, hours: number): Promise<void> {
    await this.#deps.dchat.p2p.ban(target, { durationMs: hours * HOUR_MS })
  }

  unban(target: string): boolean {
    return this.#deps.dchat.p2p.liftBan(target)
  }

  setLogLevel({ level, module }: LogSetting): void {
    this.#deps.setLogLevel(level, module)
  }

  metrics(): Promise<string> {
    return this.#deps.metrics()
  }

  stop(): void {
    this.#deps.requestStop()
  }

  #nick(): string | null {
    return this.#deps.store.getSetting(NICK_SETTING) ?? this.#deps.defaultNick
  }
}

function countHosts(container: HostContainer): NodeInfo['hosts'] {
  const counts: NodeInfo['hosts'] = { grey: 0, white: 0, gold: 0, black: 0, dark: 0 }
  for (const color of HOST_COLORS) counts[HOST_COLOR_NAMES[color]] = container.size(color)
  return counts
}

/** @throws {RpcError} invalid params, for what is no address of a peer */
function canonical(url: string): string {
  const parsed = parseEndpoint(url)
  if ('value' in parsed) return parsed.value
  throw rpcError('invalid_params', parsed.hint === undefined ? parsed.reason : `${parsed.reason}; ${parsed.hint}`)
}

/** A stored line as the contract has it. */
export function toMessage(stored: StoredMessage): Message {
  const { seq, id, room, kind, authorKey, nick, from, text, time, received, own, delivery } = stored
  return { seq, id, room, kind, author: { key: authorKey, nick, tag: null, from }, text, time, received, own, delivery }
}
