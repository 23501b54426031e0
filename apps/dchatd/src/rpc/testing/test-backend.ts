/** A daemon of arrays: everything the RPC asks of one, with no network and no file. */
/* oxlint-disable max-lines -- Longer than 400 lines because it is one backend with all methods of the daemon, on arrays that they share. */
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
import { RPC_VERSION, rpcError } from '@dchat/rpc'
import { Publisher } from '@dchat/system'
import type { Unsubscribe } from '@dchat/system'
import type {
  ChatBackend,
  ChatSendRequest,
  DeliveryChange,
  DnetNotification,
  HistoryQuery,
  NetEvent,
  NodeBackend,
  PeopleBackend,
  PersonName,
  ReadMarker,
  Retraction,
  RoomBackend,
  RpcBackend,
  SearchQuery,
  SignedAuthor,
} from '../backend.ts'

interface Events {
  message: Message
  delivery: DeliveryChange
  retraction: Retraction
  room: string
  author: SignedAuthor
  progress: SyncProgress
  dnet: DnetNotification
  net: NetEvent
}

export const KEY: string = 'ab'.repeat(32)
/** A private room, and what lets in. */
export const ROOM: string = `p.${'1f'.repeat(20)}`
export const INVITATION: string = `dchat-room:cats:${'A'.repeat(43)}`
const IDLE: SyncProgress = { state: 'idle', room: null, received: 0, expected: null, peers: 0 }

/** Nothing is known of him. */
const UNKNOWN: Author = {
  key: null,
  nick: null,
  tag: null,
  held: false,
  from: null,
  verified: null,
  room_key: null,
  known_as: null,
}

/** Somebody with a key, of this nick. */
export function signedAuthor(key: string, nick: string | null = null): SignedAuthor {
  return { ...UNKNOWN, key, nick, tag: key.slice(0, 10) }
}

export class TestBackend implements RpcBackend, ChatBackend, RoomBackend, PeopleBackend, NodeBackend {
  readonly chat: ChatBackend = this
  readonly rooms: RoomBackend = this
  readonly people: PeopleBackend = this
  readonly node: NodeBackend = this
  readonly messages: Message[] = []
  readonly events: Publisher<Events> = new Publisher<Events>((error) => {
    throw error
  })
  readonly calls: unknown[] = []
  /** Thrown by every method that can fail, once set. */
  failure: unknown
  connecting: { url: string; signal: AbortSignal; resolve: () => void } | undefined
  isStopped = false

  store(fields: Partial<Message> = {}): Message {
    const message: Message = {
      seq: this.messages.length + 1,
      id: null,
      room: 'dchat',
      kind: 'text',
      author: { ...UNKNOWN, from: 'tcp://127.0.0.1:1' },
      text: `text ${this.messages.length + 1}`,
      time: null,
      received: 1_795_000_000_000,
      own: false,
      delivery: null,
      retracted: false,
      mention: false,
      encrypted: null,
      invitation: null,
      ...fields,
    }
    this.messages.push(message)
    this.events.publish('message', { ...message })
    return message
  }

  deliver(seq: number, delivery: Delivery): void {
    const message = this.messages[seq - 1]!
    message.delivery = delivery
    this.events.publish('delivery', { seq, room: message.room, delivery, id: null, time: null })
  }

  takeBack(seq: number): void {
    const message = this.messages[seq - 1]!
    Object.assign(message, { id: message.id ?? `${seq}`.padStart(64, '0'), text: '', retracted: true })
    this.events.publish('retraction', { seq, room: message.room, id: message.id! })
  }

  send(text: string): Promise<true> {
    this.#fail()
    this.store({ text, own: true, delivery: { state: 'stored', written: 0, held: 0 } })
    return Promise.resolve(true)
  }

  recv(): string[] {
    return this.messages.filter(({ own }) => !own).map(({ text }) => text)
  }

  p2pInfo(): P2pInfo {
    return { channels: [{ url: 'tcp://127.0.0.1:1', session: 'outbound', id: 7 }], outbound_slots: [7, 0] }
  }

  dnetSwitch(on: boolean): void {
    this.calls.push(['dnetSwitch', on])
  }

  onDnetEvent(listener: (event: DnetNotification) => void): Unsubscribe {
    return this.events.subscribe('dnet', listener)
  }

  onNetEvent(listener: (event: NetEvent) => void): Unsubscribe {
    return this.events.subscribe('net', listener)
  }

  netStatus(): NetStatus {
    return {
      ...{ channels: [], slots: [], seeds: [], manual: [], listeners: [], bans: this.bans(), traffic: [], dial_failures: [] },
      discovery: { state: 'off', attempt: 0, next: null },
      hosts: { grey: 0, white: 0, gold: 0, black: 0, dark: 0 },
      problem: { kind: 'no_way', text: 'There is no way.', hint: 'Make one.' },
    }
  }

  chatSend({ text, room, kind, hold }: ChatSendRequest): Promise<Message> {
    this.#fail()
    this.calls.push(['chatSend', room, hold])
    return Promise.resolve(this.store({ text, room, kind, own: true, delivery: { state: 'stored', written: 0, held: 0 } }))
  }

  history({ since, before, after, limit, room }: HistoryQuery): HistoryPage {
    this.#fail()
    const wanted = this.messages.filter((message) => room === undefined || message.room === room)
    const last_seq = this.lastSeq()
    const copies = (messages: Message[]): Message[] => messages.map((message) => ({ ...message }))
    const from = since ?? after
    if (from !== undefined) {
      const later = wanted.filter(({ seq }) => seq > from)
      return { messages: copies(later.slice(0, limit)), more: later.length > limit, last_seq }
    }
    const earlier = wanted.filter(({ seq }) => before === undefined || seq < before)
    return { messages: copies(earlier.slice(-limit)), more: earlier.length > limit, last_seq }
  }

  onMessage(listener: (message: Message) => void): Unsubscribe {
    return this.events.subscribe('message', listener)
  }

  onDelivery(listener: (change: DeliveryChange) => void): Unsubscribe {
    return this.events.subscribe('delivery', listener)
  }

  onRetraction(listener: (retraction: Retraction) => void): Unsubscribe {
    return this.events.subscribe('retraction', listener)
  }

  onRoomChange(listener: (room: string) => void): Unsubscribe {
    return this.events.subscribe('room', listener)
  }

  onAuthorChange(listener: (author: SignedAuthor) => void): Unsubscribe {
    return this.events.subscribe('author', listener)
  }

  onProgress(listener: (sync: SyncProgress) => void): Unsubscribe {
    return this.events.subscribe('progress', listener)
  }

  search({ query, limit, before = Infinity }: SearchQuery): Promise<Message[]> {
    this.#fail()
    const found = this.messages.filter(({ seq, text }) => seq < before && text.includes(query))
    return Promise.resolve(found.slice(-limit))
  }

  list(client: string): RoomInfo[] {
    this.calls.push(['list', client])
    const counts = { unread: 0, mentions: 0, last_seq: this.lastSeq(), read_seq: 0, posts: 0 }
    return [{ room: 'dchat', joined: true, topic: null, level: 'all', kind: 'public', name: null, author: null, ...counts }]
  }

  join(room: string): Promise<void> {
    return this.#note('join', room)
  }

  leave(room: string): void {
    this.calls.push(['leave', room])
  }

  setTopic(room: string, text: string): Promise<void> {
    return this.#note('setTopic', room, text)
  }

  label(room: string): string {
    return room
  }

  async create(name: string): Promise<string> {
    await this.#note('create', name)
    return ROOM
  }

  invite(room: string, to: PersonName, hold: boolean): Promise<void> {
    return this.#note('invite', room, to, hold)
  }

  async accept(invitation: string): Promise<string> {
    await this.#note('accept', invitation)
    return ROOM
  }

  members(room: string): Author[] {
    this.#fail()
    this.calls.push(['members', room])
    return [{ ...signedAuthor(KEY, 'ann'), verified: true, room_key: 'cd'.repeat(32) }]
  }

  async rekey(room: string, without: readonly PersonName[]): Promise<string> {
    await this.#note('rekey', room, without)
    return ROOM
  }

  invitation(room: string): string {
    this.#fail()
    this.calls.push(['invitation', room])
    return INVITATION
  }

  forget(room: string): void {
    this.#fail()
    this.calls.push(['forget', room])
  }

  markRead({ room, seq, client }: ReadMarker): void {
    this.calls.push(['markRead', room, seq, client])
  }

  mute(room: string, level: NotifyLevel): void {
    this.calls.push(['mute', room, level])
  }

  async forgetLines(room: string): Promise<number> {
    await this.#note('forgetLines', room)
    return 3
  }

  retract(id: string): Promise<boolean> {
    this.calls.push(['retract', id])
    return Promise.resolve(id === KEY)
  }

  pending(): Message[] {
    return this.messages.filter(({ delivery }) => delivery?.state === 'stored')
  }

  delivery(seq: number): LineDelivery {
    const { delivery } = this.messages[seq - 1] ?? {}
    if (delivery === undefined || delivery === null) throw rpcError('not_found')
    return { ...delivery, peers: [], is_complete: true }
  }

  retry(seq: number): void {
    this.calls.push(['retry', seq])
  }

  cancel(seq: number): void {
    this.#fail()
    if (seq > this.lastSeq()) throw rpcError('not_found')
    this.calls.push(['cancel', seq])
  }

  ignore(key: string, on: boolean): void {
    this.calls.push(['ignore', key, on])
  }

  ignored(): SignedAuthor[] {
    return [signedAuthor(KEY, 'ann')]
  }

  highlights(): string[] {
    return ['release']
  }

  setHighlights(words: readonly string[]): string[] {
    this.#fail()
    this.calls.push(['setHighlights', words])
    return [...words]
  }

  identity(): IdentityInfo {
    return { key: KEY, nick: 'me', tag: 'a'.repeat(10), held: false, next_key: null }
  }

  exportIdentity(passphrase: string): Promise<string> {
    this.#fail()
    this.calls.push(['exportIdentity', passphrase])
    return Promise.resolve('data')
  }

  importIdentity(data: string, passphrase: string): Promise<void> {
    return this.#note('importIdentity', data, passphrase)
  }

  verify(key: string): Verification {
    const digits = '1'.repeat(30)
    return { key, digits, nick: 'ann', tag: key.slice(0, 10), held: true, pinned: true, holder: key }
  }

  find(name: PersonName): string {
    this.#fail()
    return name === 'ann' ? KEY : name
  }

  pin(key: string, on: boolean): void {
    this.calls.push(['pin', key, on])
  }

  checkStore(isFull: boolean): Promise<StoreReport> {
    this.#fail()
    this.calls.push(['checkStore', isFull])
    const counts = { messages: this.lastSeq(), posts: 0, rooms: 1, unindexed: 0 }
    return Promise.resolve({ ok: true, problems: [], ...counts, bytes: 0, took_ms: 1 })
  }

  backup(path: string): Promise<void> {
    return this.#note('backup', path)
  }

  lastSeq(): number {
    return this.messages.length
  }

  setNick(nick: string): Promise<{ nick: string; tag: string | null }> {
    this.calls.push(['setNick', nick])
    return Promise.resolve({ nick, tag: 'a'.repeat(10) })
  }

  connect(url: string, signal: AbortSignal): Promise<void> {
    this.#fail()
    return new Promise((resolve, reject) => {
      this.connecting = { url, signal, resolve }
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
    })
  }

  disconnect(channelId: number): Promise<boolean> {
    return Promise.resolve(channelId === 7)
  }

  metrics(): Promise<string> {
    return Promise.resolve('dchat_test 1\n')
  }

  nodeInfo(): NodeInfo {
    return {
      name: 'dchatd',
      version: '0.1.0',
      commit: null,
      rpc_version: RPC_VERSION,
      protocol: { app_name: 'dchatd', version: '0.4.1' },
      node_id: '',
      features: [],
      state: 'running',
      uptime_s: 1,
      listen: [],
      external_addrs: [],
      peers: { inbound: 0, outbound: 1, manual: 0, seed: 0, refine: 0, direct: 0 },
      hosts: { grey: 0, white: 0, gold: 0, black: 0, dark: 0 },
      bans: 0,
      key: KEY,
      nick: null,
      tag: 'a'.repeat(10),
      sync: IDLE,
      warnings: [],
      store: { messages: this.messages.length, bytes: 0, last_seq: this.messages.length, file_bytes: 0 },
    }
  }

  hosts(color?: HostColorName): HostInfo[] {
    const hosts: HostInfo[] = [
      { url: 'tcp://9.9.9.9:9/', last_seen: 2, color: 'gold' },
      { url: 'tcp://8.8.8.8:8/', last_seen: 1, color: 'grey' },
    ]
    return hosts.filter((host) => color === undefined || host.color === color)
  }

  bans(): BanInfo[] {
    return [{ target: '9.9.9.9', until: 1_795_773_600, count: 1, reason: 'operator', detail: '' }]
  }

  ban(target: string, hours: number): Promise<void> {
    this.#fail()
    this.calls.push(['ban', target, hours])
    return Promise.resolve()
  }

  unban(target: string): boolean {
    return target === '9.9.9.9'
  }

  hostBanOf(target: string): string | undefined {
    return target.includes('8.8.8.8') ? '8.8.8.8' : undefined
  }

  setLogLevel(setting: LogSetting): void {
    this.calls.push(['setLogLevel', setting])
  }

  stop(): void {
    this.isStopped = true
  }

  #note(...call: unknown[]): Promise<void> {
    this.#fail()
    this.calls.push(call)
    return Promise.resolve()
  }

  #fail(): void {
    if (this.failure !== undefined) throw this.failure
  }
}
