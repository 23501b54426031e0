/** The node and its store, in the terms of the contract. */
import { parseEndpoint } from '@dchat/daemon'
import type { HostContainer } from '@dchat/net'
import { HOST_COLORS, HOST_COLOR_NAMES, hostColorOf, sessionName } from '@dchat/net'
import type {
  BanInfo,
  HostColorName,
  HostInfo,
  LogSetting,
  NetStatus,
  NodeInfo,
  P2pInfo,
  StoreReport,
  SyncProgress,
} from '@dchat/rpc'
import { RPC_VERSION, rpcError } from '@dchat/rpc'
import { formatSemver } from '@dchat/serial'
import type { MessageStore } from '@dchat/store'
import type { Clock, Unsubscribe } from '@dchat/system'
import type { Dchat } from '../dchat.ts'
import type { DnetNotification, NetEvent, NodeBackend as Contract } from '../rpc/backend.ts'
import { COMMIT, VERSION } from '../version.ts'
import type { ChatEvents } from './chat-events.ts'
import { netStatusOf } from './net-status.ts'
import type { PeopleBackend } from './people-backend.ts'
import { warningsInWords } from './warnings-in-words.ts'

export interface NodeBackendDeps {
  readonly dchat: Pick<Dchat, 'p2p' | 'posts'>
  readonly people: Pick<PeopleBackend, 'identity'>
  readonly store: MessageStore
  readonly events: ChatEvents
  /** As `BackendDeps.isKeyLost`. */
  readonly isKeyLost: boolean
  readonly clock: Clock
  /** Sets what is logged, of one module or of all. */
  setLogLevel(level: LogSetting['level'], module: LogSetting['module']): void
  /** In the text format of Prometheus. */
  metrics(): Promise<string>
  /** Begins the daemon's stop. */
  requestStop(): void
}

const HOUR_MS = 3_600_000

/** Bans that `net.status` tells. */
const MAX_BANS = 100

export class NodeBackend implements Contract {
  readonly #deps: NodeBackendDeps
  readonly #startedMs: number

  constructor(deps: NodeBackendDeps) {
    this.#deps = deps
    this.#startedMs = deps.clock.monotonicMs()
  }

  p2pInfo(): P2pInfo {
    const { p2p } = this.#deps.dchat
    return {
      channels: p2p.connectedChannels.map(({ info }) => ({ url: info.url, session: sessionName(info.session), id: info.id })),
      outbound_slots: [...p2p.outboundSlots],
    }
  }

  dnetSwitch(on: boolean): void {
    this.#deps.dchat.p2p.dnet.switch(on)
  }

  onDnetEvent(listener: (event: DnetNotification) => void): Unsubscribe {
    return this.#deps.dchat.p2p.dnet.subscribe(listener)
  }

  onNetEvent(listener: (event: NetEvent) => void): Unsubscribe {
    const { clock, dchat } = this.#deps
    return dchat.p2p.dnet.watch(({ event, info }) => listener({ time: clock.nowMs(), event, info }))
  }

  netStatus(): NetStatus {
    const { clock, dchat } = this.#deps
    return {
      ...netStatusOf(dchat.p2p, clock),
      hosts: countHosts(dchat.p2p.hosts.container),
      bans: this.bans().slice(0, MAX_BANS),
    }
  }

  onProgress(listener: (sync: SyncProgress) => void): Unsubscribe {
    return this.#deps.events.on('progress', listener)
  }

  async connect(url: string, signal: AbortSignal): Promise<void> {
    await this.#deps.dchat.p2p.connect(canonical(url), { signal })
  }

  disconnect(channelId: number): Promise<boolean> {
    return this.#deps.dchat.p2p.disconnect(channelId)
  }

  nodeInfo(): NodeInfo {
    const { dchat, people, store, clock, isKeyLost } = this.#deps
    const { p2p, posts } = dchat
    const { key, nick, tag } = people.identity()
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
      key,
      nick,
      tag,
      sync: { ...posts.progress },
      warnings: warningsInWords({ clockAheadMs: p2p.clockAheadMs, setAside: store.opened.setAside, isKeyLost }),
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
    return bans.list().map(({ target, untilSec, count, reason, detail }) => ({ target, until: untilSec, count, reason, detail }))
  }

  async ban(target: string, hours: number): Promise<void> {
    await this.#deps.dchat.p2p.ban(target, { durationMs: hours * HOUR_MS })
  }

  unban(target: string): boolean {
    return this.#deps.dchat.p2p.liftBan(target)
  }

  hostBanOf(target: string): string | undefined {
    return this.#deps.dchat.p2p.hosts.bans.hostBanOf(target)
  }

  setLogLevel({ level, module }: LogSetting): void {
    this.#deps.setLogLevel(level, module)
  }

  async checkStore(isFull: boolean): Promise<StoreReport> {
    const { store } = this.#deps
    const { ok, problems, counts, tookMs } = await store.check({ full: isFull })
    return { ok, problems, ...counts, bytes: store.fileBytes(), took_ms: Math.round(tookMs) }
  }

  async backup(path: string): Promise<void> {
    await this.#deps.store.backup(path)
  }

  metrics(): Promise<string> {
    return this.#deps.metrics()
  }

  stop(): void {
    this.#deps.requestStop()
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
