/**
 * A daemon for tests: real lines over a real Unix socket, messages in memory, and switches for what goes wrong. It keeps its
 * messages over `stop` and `start`, as a daemon does.
 */
/* oxlint-disable max-lines -- Longer than 400 lines because it is one daemon with all its methods, whose answers depend on each other. */
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { Server, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { HistoryPage, LineDelivery, Message, NodeInfo, RoomInfo } from '@dchat/rpc'
import { RPC_ERRORS, RPC_VERSION, mentionsAny } from '@dchat/rpc'
import { METHODS } from '@dchat/rpc/schemas'

type Params = Readonly<Record<string, unknown>>

interface Subscription {
  readonly id: string
  readonly socket: Socket
  readonly room: string | undefined
  /** Lines after this were not pushed yet. */
  sent: number
  isLagging: boolean
}

export interface FakeMessage {
  room?: string
  text?: string
  kind?: Message['kind']
  from?: string | null
  key?: string | null
  nick?: string | null
  held?: boolean
  own?: boolean
  received?: number
  delivery?: Message['delivery']
  encrypted?: Message['encrypted']
  invitation?: Message['invitation']
}

const STORED = { state: 'stored', written: 0, held: 0 } as const
const SENT = { state: 'sent', written: 3, held: 0 } as const

export class FakeDaemon {
  readonly socketPath: string
  readonly messages: Message[] = []
  /** Methods called, in order, with their parameters. */
  readonly calls: { method: string; params: Params }[] = []
  nick: string | null = 'alice'
  /** Words of `chat.highlights`. */
  highlights: string[] = []
  peers: NodeInfo['peers'] = { inbound: 1, outbound: 2, manual: 0, seed: 0, refine: 0, direct: 0 }
  channels: { url: string; session: string; id: number }[] = [{ url: 'tcp://127.0.0.1:40001', session: 'inbound', id: 7 }]
  sync: NodeInfo['sync'] = { state: 'idle', room: null, received: 0, expected: null, peers: 0 }
  /** Rooms and whether they are joined; what was said in a room makes it known. */
  readonly rooms = new Map<string, Partial<RoomInfo>>([['dchat', { joined: true }]])
  /** What version it is of: methods that came later it does not know. */
  rpcVersion = RPC_VERSION
  /** Fields that `node.get_info` and messages do not have, as in earlier versions. */
  lacks: readonly string[] = []
  /** Whether it knows all peers that have an own line. */
  remembersDelivery = true
  /** What `net.status` answers. */
  network: object = {}
  /** What the next `chat.send` does instead of answering: store and cut the link, cut it without storing, or refuse. */
  nextSend: 'storeAndCut' | 'cut' | 'refuse' | 'hang' | null = null
  /** Whether calls get no answer. */
  isSilent = false
  /** Whether subscribers get nothing, as when they were too slow. */
  isLagging = false
  /** Unix ms of the next message; each takes one second. */
  nowMs: number = Date.UTC(2026, 2, 2, 12, 0, 0)
  readonly #folder: string
  #server: Server | null = null
  readonly #sockets = new Set<Socket>()
  readonly #subscriptions = new Map<string, Subscription>()
  readonly #networkFollowers = new Set<Socket>()
  readonly #readSeqs = new Map<string, number>()
  #lastSubscription = 0

  constructor(socketPath?: string) {
    this.#folder = mkdtempSync(join(tmpdir(), 'dchat-tui-'))
    this.socketPath = socketPath ?? join(this.#folder, 'dchatd.sock')
  }

  async start(): Promise<void> {
    const server = createServer((socket) => this.#accept(socket))
    this.#server = server
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(this.socketPath, resolve)
    })
  }

  /** Ends all connections and the socket. */
  async stop(): Promise<void> {
    const server = this.#server
    this.#server = null
    this.cut()
    if (server !== null) await new Promise<void>((resolve) => server.close(() => resolve()))
  }

  /** Ends all connections; new ones are taken. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
    this.#subscriptions.clear()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  /** Stores a line, as if a peer had sent it, and pushes it to subscribers. */
  receive(fields: FakeMessage = {}): Message {
    const seq = (this.messages.at(-1)?.seq ?? 0) + 1
    const own = fields.own === true
    this.nowMs += 1_000
    const message: Message = {
      seq,
      id: null,
      room: fields.room ?? 'dchat',
      kind: fields.kind ?? 'text',
      author: {
        key: fields.key ?? null,
        nick: fields.nick ?? null,
        tag: fields.key?.slice(0, 10) ?? null,
        held: fields.held ?? false,
        from: own ? null : fields.from === undefined ? 'tcp://127.0.0.1:40001' : fields.from,
        verified: null,
        room_key: null,
        known_as: null,
      },
      text: fields.text ?? `line ${seq}`,
      time: null,
      received: fields.received ?? this.nowMs,
      own,
      delivery: own ? (fields.delivery ?? SENT) : null,
      retracted: false,
      mention: !own && mentionsAny(fields.text ?? '', [...(this.nick === null ? [] : [this.nick]), ...this.highlights]),
      encrypted: fields.encrypted ?? null,
      invitation: fields.invitation ?? null,
    }
    this.messages.push(message)
    if (!this.rooms.has(message.room)) this.rooms.set(message.room, { joined: true })
    this.#push()
    return message
  }

  /** Tells every subscriber how far line `seq` got. */
  deliver(seq: number, delivery: NonNullable<Message['delivery']>): void {
    const message = this.messages.find((candidate) => candidate.seq === seq)
    if (message !== undefined) message.delivery = delivery
    this.#tell('chat.delivery', { seq, delivery, id: null, time: null })
  }

  /** Takes line `seq` back, as its author did. */
  retract(seq: number): void {
    const message = this.messages.find((candidate) => candidate.seq === seq)
    if (message !== undefined) Object.assign(message, { text: '', retracted: true, mention: false })
    this.#tell('chat.retracted', { seq, id: '' })
  }

  /** Somebody is called another way from now on. */
  rename(author: Message['author']): void {
    for (const message of this.messages) if (message.author.key === author.key) message.author = author
    this.#tell('chat.nick', { author })
  }

  /** Fetches history from peers, and says how far it is. */
  progress(sync: NodeInfo['sync']): void {
    this.sync = sync
    this.#tell('chat.progress', { sync })
  }

  /** Joins or leaves a room, and says so. */
  setRoom(room: string, info: Partial<RoomInfo>): void {
    this.rooms.set(room, { ...this.rooms.get(room), ...info })
    this.#tell('chat.room', { room })
  }

  /** Pushes again after `isLagging`, telling subscribers first where they have to go on. */
  endLag(): void {
    this.isLagging = false
    for (const subscription of this.#subscriptions.values()) {
      if (subscription.isLagging)
        notify(subscription.socket, 'chat.lagged', { subscription: subscription.id, resume: subscription.sent })
      subscription.isLagging = false
      subscription.sent = this.messages.at(-1)?.seq ?? 0
    }
  }

  /** Pushes `params` as they are, with the subscription's id when they are an object. */
  pushRaw(params: object | null): void {
    for (const { id, socket } of this.#subscriptions.values()) {
      notify(socket, 'chat.message', params === null ? null : { ...params, subscription: id })
    }
  }

  /** Tells those who follow the network of an event. */
  happen(event: string, info: object): void {
    for (const socket of this.#networkFollowers)
      notify(socket, 'net.event', { subscription: 'net-1', time: this.nowMs, event, info })
  }

  get networkFollowers(): number {
    return this.#networkFollowers.size
  }

  get subscriptionCount(): number {
    return this.#subscriptions.size
  }

  #tell(method: string, params: object): void {
    for (const { id, socket } of this.#subscriptions.values()) notify(socket, method, { subscription: id, ...params })
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket)
    let pending = ''
    socket.setEncoding('utf8')
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      this.#sockets.delete(socket)
      this.#networkFollowers.delete(socket)
      for (const [id, subscription] of this.#subscriptions) if (subscription.socket === socket) this.#subscriptions.delete(id)
    })
    socket.on('data', (chunk: string) => {
      const lines = (pending + chunk).split('\n')
      pending = lines.pop()!
      for (const line of lines) this.#answer(socket, JSON.parse(line) as { id: number; method: string; params: Params })
    })
  }

  #answer(socket: Socket, request: { id: number; method: string; params: Params }): void {
    const { id, method, params } = request
    this.calls.push({ method, params })
    if (this.isSilent) return
    if (method === 'chat.send') {
      this.#send(socket, request)
      return
    }
    try {
      if (this.#isTooOldFor(method)) throw new FakeError('method_not_found', 'help lists the methods there are')
      write(socket, { jsonrpc: '2.0', id, result: this.#call(socket, method, params) })
    } catch (error) {
      write(socket, { jsonrpc: '2.0', id, error: errorOf(error) })
      return
    }
    if (method === 'chat.subscribe') this.#push()
  }

  #without(value: object): object {
    return JSON.parse(JSON.stringify(value, (key, field: unknown) => (this.lacks.includes(key) ? undefined : field))) as object
  }

  #isTooOldFor(method: string): boolean {
    const since = METHODS.get(method)?.since ?? '1.0.0'
    return this.#isOlderThan(since)
  }

  #isOlderThan(version: string): boolean {
    return version.localeCompare(this.rpcVersion, 'en', { numeric: true }) > 0
  }

  #call(socket: Socket, method: string, params: Params): unknown {
    switch (method) {
      case 'chat.history':
        return this.#without(this.#history(params))
      case 'chat.search':
        return this.#search(params)
      case 'chat.subscribe':
        this.#lastSubscription += 1
        this.#subscriptions.set(`s${this.#lastSubscription}`, {
          id: `s${this.#lastSubscription}`,
          socket,
          room: params['room'] as string | undefined,
          sent: Number(params['since'] ?? 0),
          isLagging: false,
        })
        return `s${this.#lastSubscription}`
      case 'chat.unsubscribe':
        if (params['subscription'] === 'net-1') return this.#networkFollowers.delete(socket)
        return this.#subscriptions.delete(String(params['subscription']))
      case 'chat.set_nick':
        this.nick = String(params['nick'])
        return { nick: this.nick, tag: null }
      case 'p2p.get_info':
        return { channels: this.channels, outbound_slots: [] }
      case 'p2p.connect':
        if (params['url'] === 'tcp://refused:1') throw new FakeError('connect_failed', 'connection refused')
        return true
      case 'net.status':
        return this.network
      case 'net.subscribe':
        this.#networkFollowers.add(socket)
        return 'net-1'
      case 'node.get_info':
        return this.#without(this.#info())
      case 'chat.highlights':
        return this.highlights
      case 'chat.set_highlights':
        this.highlights = params['words'] as string[]
        return this.highlights
      case 'chat.delivery':
        return this.#delivery(Number(params['seq']))
      case 'chat.forget':
        return this.#forget(String(params['room']))
      case 'chat.rooms':
      case 'chat.join':
      case 'chat.leave':
      case 'chat.mute':
      case 'chat.topic':
      case 'chat.mark_read':
        return this.#roomCall(method, params)
      default:
        return true
    }
  }

  /** Every peer that has a line is one that is connected. */
  #delivery(seq: number): LineDelivery {
    const delivery = this.messages.find((message) => message.seq === seq)?.delivery
    if (delivery === undefined || delivery === null) throw new FakeError('not_found', 'no own line has this seq')
    const peers = Array.from({ length: delivery.written }, (_, index): LineDelivery['peers'][number] => {
      const state = index < delivery.held ? 'held' : 'written'
      return { url: `tcp://127.0.0.1:${40_001 + index}`, channel: 7 + index, state, time: this.nowMs }
    })
    return { ...delivery, peers, is_complete: this.remembersDelivery }
  }

  #forget(room: string): number {
    const kept = this.messages.filter((message) => message.room !== room)
    const count = this.messages.length - kept.length
    this.messages.splice(0, this.messages.length, ...kept)
    this.#tell('chat.room', { room })
    return count
  }

  #roomCall(method: string, params: Params): unknown {
    const room = String(params['room'])
    if (method === 'chat.rooms') return this.#listRooms(String(params['client']))
    if (method === 'chat.join') this.setRoom(room, { joined: true })
    if (method === 'chat.mute') this.setRoom(room, { level: params['level'] as RoomInfo['level'] })
    if (method === 'chat.topic') this.setRoom(room, { topic: String(params['text']) || null })
    if (method === 'chat.leave') this.setRoom(room, { joined: false })
    if (method === 'chat.mark_read') {
      this.#readSeqs.set(`${String(params['client'])} ${room}`, Number(params['seq']))
      this.#tell('chat.room', { room })
    }
    return true
  }

  #listRooms(client: string): Partial<RoomInfo>[] {
    return [...this.rooms].map(([room, info]) => {
      const lines = this.messages.filter((message) => message.room === room)
      const readSeq = this.#readSeqs.get(`${client} ${room}`) ?? 0
      const unread = lines.filter((message) => message.seq > readSeq && !message.own)
      const named = unread.filter(({ mention }) => mention)
      const lastSeq = lines.at(-1)?.seq ?? 0
      const counts = info.joined === true ? { unread: unread.length, mentions: named.length } : { unread: 0, mentions: 0 }
      return { room, topic: null, level: 'all', ...info, ...counts, last_seq: lastSeq, read_seq: readSeq, posts: 0 }
    })
  }

  #history(params: Params): HistoryPage {
    const room = params['room']
    const inRoom = this.messages.filter((message) => room === undefined || message.room === room)
    const limit = Number(params['limit'] ?? 50)
    const lastSeq = this.messages.at(-1)?.seq ?? 0
    if (params['since'] !== undefined) {
      const after = inRoom.filter((message) => message.seq > Number(params['since']))
      return { messages: after.slice(0, limit), more: after.length > limit, last_seq: lastSeq }
    }
    if (params['after'] !== undefined) {
      if (this.#isOlderThan('1.4.0')) throw new FakeError('invalid_params', 'there is no parameter "after"')
      const later = inRoom.filter((message) => message.seq > Number(params['after']))
      return { messages: later.slice(0, limit), more: later.length > limit, last_seq: lastSeq }
    }
    const before = params['before'] === undefined ? Number.POSITIVE_INFINITY : Number(params['before'])
    const earlier = inRoom.filter((message) => message.seq < before)
    return { messages: earlier.slice(-limit), more: earlier.length > limit, last_seq: lastSeq }
  }

  #search(params: Params): { messages: Message[] } {
    const words = String(params['query']).toLowerCase().split(' ')
    const before = Number(params['before'] ?? Number.POSITIVE_INFINITY)
    const found = this.messages.filter(
      ({ room, seq, text }) =>
        (params['room'] === undefined || params['room'] === room) &&
        seq < before &&
        words.every((word) => text.toLowerCase().includes(word)),
    )
    return { messages: found.slice(-Number(params['limit'] ?? 50)) }
  }

  #info(): NodeInfo {
    return {
      name: 'dchatd',
      version: '0.1.0',
      commit: null,
      rpc_version: this.rpcVersion,
      protocol: { app_name: 'dchat', version: '0.1.0' },
      node_id: '',
      features: [],
      state: 'run',
      uptime_s: 3_700,
      listen: ['tcp://127.0.0.1:31000'],
      external_addrs: [],
      peers: this.peers,
      hosts: { grey: 0, white: 0, gold: 0, black: 0, dark: 0 },
      bans: 0,
      key: null,
      nick: this.nick,
      tag: null,
      sync: this.sync,
      warnings: [],
      store: { messages: this.messages.length, bytes: 4_096, last_seq: this.messages.length, file_bytes: 4_096 },
    }
  }

  #send(socket: Socket, request: { id: number; params: Params }): void {
    const fate = this.nextSend
    this.nextSend = null
    if (fate === 'hang') return
    if (fate === 'refuse') {
      const error = {
        code: -32007,
        message: 'store failed',
        data: { kind: 'store_failed', hint: 'the disk is full', retryable: true },
      }
      write(socket, { jsonrpc: '2.0', id: request.id, error })
      return
    }
    if (fate !== 'cut') {
      // As dchatd does: subscribers hear of the line when it is stored, before it is sent to anyone.
      const delivery = fate === null ? STORED : SENT
      const kind = request.params['kind'] === 'action' ? 'action' : 'text'
      const room = (request.params['room'] as string | undefined) ?? 'dchat'
      const message = this.receive({ own: true, room, text: String(request.params['text']), kind, delivery })
      if (fate === null) {
        this.deliver(message.seq, SENT)
        write(socket, { jsonrpc: '2.0', id: request.id, result: message })
      }
    }
    if (fate !== null) socket.destroy()
  }

  #push(): void {
    for (const subscription of this.#subscriptions.values()) {
      if (this.isLagging) {
        subscription.isLagging = true
        continue
      }
      for (const message of this.messages) {
        if (message.seq <= subscription.sent) continue
        if (subscription.room === undefined || subscription.room === message.room)
          notify(subscription.socket, 'chat.message', { subscription: subscription.id, message })
        subscription.sent = message.seq
      }
    }
  }
}

/** What a call is refused with. */
class FakeError extends Error {
  readonly kind: keyof typeof RPC_ERRORS

  constructor(kind: keyof typeof RPC_ERRORS, hint: string) {
    super(hint)
    this.kind = kind
  }
}

function errorOf(error: unknown): object {
  if (!(error instanceof FakeError)) throw error
  const { code, message, retryable } = RPC_ERRORS[error.kind]
  return { code, message, data: { kind: error.kind, hint: error.message, retryable } }
}

function notify(socket: Socket, method: string, params: unknown): void {
  write(socket, { jsonrpc: '2.0', method, params })
}

function write(socket: Socket, value: unknown): void {
  if (!socket.destroyed) socket.write(`${JSON.stringify(value)}\r\n`)
}
