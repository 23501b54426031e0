/** A daemon of arrays: everything the RPC asks of one, with no network and no file. */
import type { BanInfo, Delivery, HistoryPage, HostColorName, HostInfo, LogSetting, Message, NodeInfo, P2pInfo } from '@dchat/rpc'
import { Publisher } from '@dchat/system'
import type { Unsubscribe } from '@dchat/system'
import type { ChatSendRequest, DeliveryChange, DnetNotification, HistoryQuery, RpcBackend } from '../backend.ts'

interface Events {
  message: Message
  delivery: DeliveryChange
  dnet: DnetNotification
}

export class TestBackend implements RpcBackend {
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
      author: { key: null, nick: null, tag: null, from: 'tcp://127.0.0.1:1' },
      text: `text ${this.messages.length + 1}`,
      time: null,
      received: 1_795_000_000_000,
      own: false,
      delivery: null,
      ...fields,
    }
    this.messages.push(message)
    this.events.publish('message', { ...message })
    return message
  }

  deliver(seq: number, delivery: Delivery): void {
    const message = this.messages[seq - 1]!
    message.delivery = delivery
    this.events.publish('delivery', { seq, room: message.room, delivery })
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

  chatSend({ text, room, kind }: ChatSendRequest): Promise<Message> {
    this.#fail()
    return Promise.resolve(this.store({ text, room, kind, own: true, delivery: { state: 'stored', written: 0, held: 0 } }))
  }

  history({ since, before, limit, room }: HistoryQuery): HistoryPage {
    this.#fail()
    const wanted = this.messages.filter((message) => room === undefined || message.room === room)
    const last_seq = this.lastSeq()
    const copies = (messages: Message[]): Message[] => messages.map((message) => ({ ...message }))
    if (since !== undefined) {
      const later = wanted.filter(({ seq }) => seq > since)
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

  lastSeq(): number {
    return this.messages.length
  }

  setNick(nick: string): { nick: string; tag: string | null } {
    this.calls.push(['setNick', nick])
    return { nick, tag: null }
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
      rpc_version: '1.1.0',
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
      key: null,
      nick: null,
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
    return [{ target: '9.9.9.9', until: 1_795_773_600, count: 1, reason: 'operator' }]
  }

  ban(target: string, hours: number): Promise<void> {
    this.#fail()
    this.calls.push(['ban', target, hours])
    return Promise.resolve()
  }

  unban(target: string): boolean {
    return target === '9.9.9.9'
  }

  setLogLevel(setting: LogSetting): void {
    this.calls.push(['setLogLevel', setting])
  }

  stop(): void {
    this.isStopped = true
  }

  #fail(): void {
    if (this.failure !== undefined) throw this.failure
  }
}
